"""Programs that send, into the post office."""

import collections
import email
import email.policy
import imaplib
import os
import random
import re
import smtplib
import tempfile
import threading
import time

from common import *


@check
def swaks(office):
    message = mail(1)
    path = os.path.join(office.folder, "swaks.eml")
    with open(path, "wb") as file:
        file.write(message)
    common = ["swaks", "--from", "sender@example.net", "--to", "bob@example.org", "--data", "@" + path,
              "--helo", "client.example", "--silent", "1"]
    ways = [["--server", f"127.0.0.1:{office.ports['smtp']}"],
            ["--server", f"127.0.0.1:{office.ports['smtp']}", "--pipeline"],
            ["--server", f"127.0.0.1:{office.ports['smtp']}", "--tls"],
            ["--server", f"127.0.0.1:{office.ports['smtps']}", "--tls-on-connect",
             "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "secret"],
            ["--server", f"127.0.0.1:{office.ports['submission']}", "--tls",
             "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "secret"],
            ["--server", f"127.0.0.1:{office.ports['submission']}",
             "--auth", "LOGIN", "--auth-user", "alice", "--auth-password", "secret"],
            ["--server", f"127.0.0.1:{office.ports['submission']}",
             "--auth", "CRAM-MD5", "--auth-user", "alice", "--auth-password", "secret"],
            ["--server", f"127.0.0.1:{office.ports['lmtp']}", "--protocol", "LMTP"]]
    for way in ways:
        run(*common, *way)
    run(*common, "--server", f"127.0.0.1:{office.ports['submission']}", "--auth", "PLAIN",
        "--auth-user", "alice", "--auth-password", "wrong", ok=(28,))
    # The program ends what it reads from a file with one more line end.
    found = [body_of(stored).rstrip(b"\r\n") for stored in inbox(office)]
    assert found == [message.rstrip(b"\r\n")] * len(ways), found[:1]
    empty(office, "bob", "hunter2")
    return f"{len(ways)} ways in, and a wrong password"


@check
def curl_smtp(office):
    messages = [mail(number, 20_000) for number in range(5)]
    for message in messages:
        path = os.path.join(office.folder, "curl.eml")
        with open(path, "wb") as file:
            file.write(message)
        run("curl", "-sS", f"smtp://127.0.0.1:{office.ports['submission']}/client.example",
            "--mail-from", "alice@example.org", "--mail-rcpt", "bob@example.org",
            "--upload-file", path, "-u", "alice:secret", "--ssl-reqd", "-k")
    arrived(office, messages)
    return f"{len(messages)} mails over TLS"


@check
def msmtp(office):
    message = mail(7)
    # It reads line ends of Unix and writes those of SMTP.
    run("msmtp", "--file=/dev/null", "--host=127.0.0.1", f"--port={office.ports['submission']}",
        "--auth=plain", "--user=alice", "--passwordeval=echo secret", "--tls=on", "--tls-certcheck=off",
        "--from=alice@example.org", "--", "bob@example.org", stdin=message.replace(b"\r\n", b"\n"))
    found = [body_of(stored) for stored in inbox(office)]
    assert found == [message], found
    empty(office, "bob", "hunter2")
    return "one mail over STARTTLS"


@check
def python_smtplib(office):
    messages = [mail(number) for number in range(50)]
    with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="client.example") as smtp:
        for message in messages:
            smtp.sendmail("sender@example.net", ["bob@example.org"], message, ["BODY=8BITMIME"])
    with smtplib.LMTP("127.0.0.1", office.ports["lmtp"], local_hostname="client.example") as lmtp:
        refused = lmtp.sendmail("sender@example.net", ["bob@example.org", "nobody@example.org"], mail(50))
        assert list(refused) == ["nobody@example.org"], refused
    arrived(office, messages + [mail(50)])
    return "51 mails by SMTP and LMTP"


@check
def smtp_source(office):
    """Many sessions at once: none lost, none doubled."""
    count = 10_000
    command = ["smtp-source", "-s", "20", "-m", str(count), "-l", "2000", "-c", "-f", "load@example.net",
               "-t", "bob@example.org", "-M", "client.example", f"inet:127.0.0.1:{office.ports['smtp']}"]
    run(*command, timeout=400)
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login("bob", "hunter2")
    assert imap.select()[1] == [str(count).encode()]
    imap.logout()
    empty(office, "bob", "hunter2")
    return f"{count} mails in 20 sessions"


@check
def kills(office):
    """Twenty clients at once, the server killed and started again on the way: every mail acknowledged is there, and
    there twice only where its client was not told and sent it again."""
    todo = list(range(1200))
    acknowledged, unsure, guard = set(), set(), threading.Lock()

    def client():
        while True:
            with guard:
                if not todo:
                    return
                number = todo.pop()
            while number not in acknowledged:
                try:
                    with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="c", timeout=10) as smtp:
                        smtp.sendmail("k@example.net", ["bob@example.org"], mail(number))
                        acknowledged.add(number)
                except (OSError, smtplib.SMTPException):
                    if number not in acknowledged:
                        unsure.add(number)
                    time.sleep(0.05)

    clients = [threading.Thread(target=client) for _ in range(20)]
    for thread in clients:
        thread.start()
    killed = 0
    while any(thread.is_alive() for thread in clients):
        time.sleep(0.7)
        if killed < 8 and len(todo) > 50:
            office.kill()
            office.start()
            killed += 1
    found = collections.Counter(int(re.search(rb"Subject: mail (\d+)", text)[1]) for text in inbox(office))
    assert set(found) == set(range(1200)), f"{1200 - len(found)} are lost"
    doubled = {number for number, count in found.items() if count > 1}
    assert doubled <= unsure, f"{doubled - unsure} are there twice"
    empty(office, "bob", "hunter2")
    return f"1200 mails by 20 clients, {killed} kills, {len(doubled)} sent again"


@check
def aiosmtplib(office):
    import asyncio

    import aiosmtplib

    sent = [mail(number, 3000) for number in range(30)]

    async def go():
        smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=office.ports["submission"], start_tls=True,
                               validate_certs=False, local_hostname="client.example")
        async with smtp:
            await smtp.login("alice", "secret")
            for message in sent:
                await smtp.sendmail("alice@example.org", ["bob@example.org"], message)

    asyncio.run(go())
    arrived(office, sent)
    return f"{len(sent)} mails, STARTTLS, AUTH"


NODEMAILER = """
const fs = require('fs'), nodemailer = require('nodemailer');
const [port, folder] = process.argv.slice(1);
const transport = nodemailer.createTransport({
    host: '127.0.0.1', port: Number(port), pool: true, maxConnections: 3, tls: {rejectUnauthorized: false},
    auth: {user: 'alice', pass: 'secret'}});
Promise.all(fs.readdirSync(folder).map(name => transport.sendMail({
    envelope: {from: 'alice@example.org', to: ['bob@example.org']}, raw: fs.readFileSync(folder + '/' + name)})))
    .then(() => transport.close()).catch(error => { console.error(error); process.exit(1); });
"""


@check
def nodemailer(office):
    sent = [mail(number, 3000) for number in range(30)]
    with tempfile.TemporaryDirectory() as folder:
        for number, message in enumerate(sent):
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write(message)
        run("node", "-e", NODEMAILER, str(office.ports["submission"]), folder)
    arrived(office, sent)
    return f"{len(sent)} mails over three connections, STARTTLS, AUTH"


@check
def s_nail(office):
    """It composes by itself: its attachment and text come out again."""
    with tempfile.TemporaryDirectory() as folder:
        attachment = os.path.join(folder, "plan.bin")
        with open(attachment, "wb") as file:
            file.write(random.Random(5).randbytes(100_000))
        run("s-nail", "-:/", "-Sv15-compat", "-Ssendwait", f"-Smta=smtp://alice:secret@127.0.0.1:{office.ports['submission']}",
            "-Ssmtp-auth=plain", "-Stls-verify=ignore", "-Ssmtp-use-starttls", "-Shostname=client.example",
            "-r", "alice@example.org", "-s", "the plan", "-a", attachment, "bob@example.org", stdin=b"See there.\n")
        [stored] = inbox(office)
        parsed = email.message_from_bytes(stored, policy=email.policy.default)
        assert parsed["Subject"] == "the plan" and parsed.get_body().get_content().startswith("See there.")
        [part] = parsed.iter_attachments()
        with open(attachment, "rb") as file:
            assert part.get_content() == file.read()
    empty(office, "bob", "hunter2")
    return "a mail with an attachment, STARTTLS, AUTH"


@check
def scram(office):
    """msmtp by SCRAM-SHA-256."""
    message = mail(1)
    run("msmtp", "--host=127.0.0.1", f"--port={office.ports['submission']}", "--tls=on", "--tls-starttls=on",
        "--tls-certcheck=off", "--auth=scram-sha-256", "--user=alice", "--passwordeval=echo secret",
        "--from=alice@example.org", "bob@example.org", stdin=message.replace(b"\r\n", b"\n"))
    arrived(office, [message])
    return "msmtp, SCRAM-SHA-256"
