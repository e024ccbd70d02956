"""Real mail programs against the post office: what arrives is byte for byte what was sent.

Each check is a function; each prints one line. The exit status says whether all held.
"""

import email
import email.policy
import hashlib
import imaplib
import os
import poplib
import pwd
import random
import re
import shutil
import signal
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

POST_OFFICE = os.path.abspath(sys.argv[1])
SEND = os.path.join(os.path.dirname(POST_OFFICE), "send")
FETCH = os.path.join(os.path.dirname(POST_OFFICE), "fetch")
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


class Office:
    """A post office in a folder; killed and started again at will."""

    def __init__(self, folder, *extra):
        self.folder, self.extra = folder, extra
        self.ports = {}
        self.start()

    def start(self):
        named = [f"--{name}={self.ports.get(name, 0)}" for name in
                 ("smtp", "submission", "smtps", "lmtp", "pop3", "pop3s", "imap", "imaps")]
        self.process = subprocess.Popen(
            [POST_OFFICE, "--dir", self.folder, "--domain", "example.org",
             "--user", "alice:secret", "--user", "bob:hunter2", "--insecure-auth", *named, *self.extra],
            stdout=subprocess.PIPE, text=True)
        ready = self.process.stdout.readline()
        assert ready.startswith("ready "), ready
        self.ports = {name: int(port) for name, port in re.findall(r"(\w+)=[\d.]+:(\d+)", ready)}

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0, "SIGTERM does not end it in order"


def run(*command, stdin=None, ok=(0,), timeout=90, **options):
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, **options)
    assert done.returncode in ok, (command, done.returncode, done.stdout[-500:], done.stderr[-800:])
    return done.stdout


def mail(number, size=400):
    """A message with everything that framing trips over, CRLF throughout."""
    noise = random.Random(number)
    lines = [f"From: sender@example.net", "To: alice@example.org", f"Subject: mail {number}",
             f"Message-ID: <{number}.interop@example.net>", "Date: Sun, 22 Nov 2026 10:00:00 +0000", "",
             ".", "..", ".dot", "From here", "caf\u00e9" if number % 3 == 0 else "cafe", " trailing ", ""]
    while sum(map(len, lines)) < size:
        lines.append("".join(noise.choice("abc .-=~") for _ in range(noise.randrange(70))))
    return ("\r\n".join(lines) + "\r\n").encode()


def body_of(stored):
    """The message without the trace fields that delivery puts in front."""
    at = stored.index(b"From: ")
    return stored[at:]


def inbox(office, user="bob", password="hunter2"):
    """Every message of a mailbox, by POP3 of the standard library."""
    pop3 = poplib.POP3("127.0.0.1", office.ports["pop3"], timeout=30)
    pop3.user(user)
    pop3.pass_(password)
    messages = []
    for number in range(1, pop3.stat()[0] + 1):
        messages.append(b"".join(line + b"\r\n" for line in pop3.retr(number)[1]))
    pop3.quit()
    return messages


def empty(office, user, password):
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login(user, password)
    imap.select()
    imap.store("1:*", "+FLAGS.SILENT", "\\Deleted")
    imap.expunge()
    imap.logout()


def arrived(office, sent, user="bob", password="hunter2"):
    found = [body_of(message) for message in inbox(office, user, password)]
    assert sorted(found) == sorted(sent), f"{len(found)} arrived of {len(sent)} sent"
    empty(office, user, password)


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
    """Many sessions at once, the server killed on the way: every mail acknowledged is there."""
    count = 1000
    command = ["smtp-source", "-s", "20", "-m", str(count), "-l", "2000", "-c", "-f", "load@example.net",
               "-t", "bob@example.org", "-M", "client.example", f"inet:127.0.0.1:{office.ports['smtp']}"]
    run(*command, timeout=240)
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login("bob", "hunter2")
    assert imap.select()[1] == [str(count).encode()]
    imap.logout()
    empty(office, "bob", "hunter2")
    acknowledged = 0
    for number in range(60):
        try:
            with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="c", timeout=10) as smtp:
                smtp.sendmail("k@example.net", ["bob@example.org"], mail(number))
                acknowledged += 1
                if number % 10 == 9:
                    office.kill()
        except (OSError, smtplib.SMTPException):
            pass
        if office.process.poll() is not None:
            office.start()
    messages = inbox(office)
    assert len(messages) >= acknowledged == 60, (len(messages), acknowledged)
    empty(office, "bob", "hunter2")
    return f"{count} mails in 20 sessions; 60 with 6 kills between"


def fill(office, count=100):
    messages = [mail(number, 300 + 37 * number) for number in range(count)]
    with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="client.example") as smtp:
        for message in messages:
            smtp.sendmail("sender@example.net", ["alice@example.org"], message, ["BODY=8BITMIME"])
    return messages


@check
def curl_pop3(office):
    messages = fill(office, 20)
    base = f"pop3://127.0.0.1:{office.ports['pop3']}/"
    common = ["curl", "-sS", "-u", "alice:secret", "--ssl-reqd", "-k"]
    assert len(run(*common, base).split()) == 2 * len(messages)
    for number, message in enumerate(messages[:5], 1):
        assert body_of(run(*common, f"{base}{number}")) == message
    assert run(*common, "-X", "UIDL", base).count(b"\n") == len(messages)
    top = run(*common, "-X", "TOP 1 0", base)
    assert top.endswith(b"\r\n\r\n") and b"Subject: mail 0" in top, top
    run(*common, "-I", "-X", "DELE", f"{base}1")
    assert len(run(*common, base).split()) == 2 * (len(messages) - 1)
    secure = f"pop3s://127.0.0.1:{office.ports['pop3s']}/"
    assert body_of(run("curl", "-sS", "-k", "-u", "alice:secret", "--login-options", "AUTH=PLAIN",
                       f"{secure}1")) == messages[1]
    empty(office, "alice", "secret")
    return "LIST, RETR, UIDL, TOP, DELE, over STLS and implicit TLS"


@check
def python_poplib(office):
    messages = fill(office)
    pop3 = poplib.POP3("127.0.0.1", office.ports["pop3"])
    context = ssl._create_unverified_context()
    pop3.stls(context)
    pop3.utf8()
    pop3.user("alice")
    pop3.pass_("secret")
    for number, message in enumerate(messages, 1):
        octets = b"".join(line + b"\r\n" for line in pop3.retr(number)[1])
        assert body_of(octets) == message
    pop3.quit()
    pop3 = poplib.POP3("127.0.0.1", office.ports["pop3"])
    pop3.apop("alice", "secret")
    assert pop3.stat()[0] == len(messages)
    pop3.quit()
    empty(office, "alice", "secret")
    return f"{len(messages)} mails over STLS, and APOP"


@check
def fetchmail(office):
    messages = fill(office)
    folder = tempfile.mkdtemp(dir=office.folder)
    store = os.path.join(folder, "got")
    script = os.path.join(folder, "mda")
    with open(script, "w") as file:
        file.write(f"#!/bin/sh\ncat > {store}.$$\n")
    os.chmod(script, 0o755)
    for protocol, port in (("pop3", office.ports["pop3"]), ("imap", office.ports["imap"])):
        rc = os.path.join(folder, "rc")
        with open(rc, "w") as file:
            file.write(f'poll 127.0.0.1 protocol {protocol} service {port} user "alice" password "secret" '
                       f'sslproto "" fetchall {"keep" if protocol == "pop3" else "no keep"} mda "{script}"\n')
        os.chmod(rc, 0o600)
        run("fetchmail", "-f", rc, "--nodetach", "--nosyslog", "--pidfile", os.path.join(folder, "pid"),
            "-i", os.path.join(folder, "ids"), timeout=120)
        got = [name for name in os.listdir(folder) if name.startswith("got.")]
        assert len(got) == len(messages), (protocol, len(got))
        sums = set()
        for name in got:
            with open(os.path.join(folder, name), "rb") as file:
                octets = file.read().replace(b"\r\n", b"\n")
            os.unlink(os.path.join(folder, name))
            sums.add(octets[octets.index(b"Subject: "):])
        expected = {message.replace(b"\r\n", b"\n")[message.replace(b"\r\n", b"\n").index(b"Subject: "):]
                    for message in messages}
        assert sums == expected, protocol
    assert inbox(office, "alice", "secret") == []
    return f"{len(messages)} mails by POP3 and kept, by IMAP and removed"


@check
def mpop(office):
    messages = fill(office)
    folder = tempfile.mkdtemp(dir=office.folder)
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "box", part))
    command = ["mpop", "--host=127.0.0.1", f"--port={office.ports['pop3']}", "--user=alice",
               "--passwordeval=echo secret", "--auth=user", "--tls=off", "--pipelining=on", "--keep=on",
               "--received-header=off",
               f"--uidls-file={folder}/uidls", f"--delivery=maildir,{folder}/box"]
    run(*command)
    run(*command)
    got = os.listdir(os.path.join(folder, "box", "new"))
    assert len(got) == len(messages), len(got)
    found = set()
    for name in got:
        with open(os.path.join(folder, "box", "new", name), "rb") as file:
            octets = file.read()
        found.add(octets[octets.index(b"Subject: "):])
    unix = [message.replace(b"\r\n", b"\n") for message in messages]
    assert found == {message[message.index(b"Subject: "):] for message in unix}
    empty(office, "alice", "secret")
    return f"{len(messages)} mails pipelined; the second run fetches none"


@check
def getmail(office):
    messages = fill(office, 30)
    folder = tempfile.mkdtemp()
    nobody = pwd.getpwnam("nobody")
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "box", part))
    with open(os.path.join(folder, "rc"), "w") as file:
        file.write(f"[retriever]\ntype=SimplePOP3Retriever\nserver=127.0.0.1\nport={office.ports['pop3']}\n"
                   f"username=alice\npassword=secret\n[destination]\ntype=Maildir\npath={folder}/box/\n"
                   f"[options]\ndelete=true\nreceived=false\ndelivered_to=false\n")
    run("chown", "-R", "nobody", folder)
    run("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups",
        "getmail", f"--getmaildir={folder}", "-r", "rc", env={**os.environ, "HOME": folder})
    got = os.listdir(os.path.join(folder, "box", "new"))
    assert len(got) == len(messages), len(got)
    shutil.rmtree(folder)
    assert inbox(office, "alice", "secret") == []
    return f"{len(messages)} mails, removed from the server"


@check
def python_imaplib(office):
    messages = fill(office)
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.starttls(ssl._create_unverified_context())
    imap.login("alice", "secret")
    imap.select()
    for number, message in enumerate(messages, 1):
        data = imap.fetch(str(number), "(BODY.PEEK[])")[1]
        assert body_of(data[0][1]) == message
    assert len(imap.search(None, "UNSEEN")[1][0].split()) == len(messages)
    assert imap.search(None, "SUBJECT", '"mail 42"')[1] == [b"43"]
    imap.append("Drafts", "(\\Draft)", None, messages[0])
    imap.select("Drafts")
    data = imap.fetch("1", "(FLAGS BODY[])")[1]
    assert data[0][1] == messages[0] and b"\\Draft" in data[0][0]
    imap.create("a/b")
    imap.rename("a/b", "c")
    imap.delete("c")
    imap.select()
    first = int(imap.uid("SEARCH", "ALL")[1][0].split()[0])
    imap.uid("MOVE", f"{first}:{first + 9}", "Archive")
    assert imap.status("Archive", "(MESSAGES)")[1] == [b"Archive (MESSAGES 10)"]
    imap.logout()
    empty(office, "alice", "secret")
    return f"{len(messages)} mails; SEARCH, APPEND, CREATE, RENAME, DELETE, MOVE"


@check
def curl_imap(office):
    messages = fill(office, 10)
    base = f"imaps://127.0.0.1:{office.ports['imaps']}/INBOX"
    common = ["curl", "-sS", "-u", "alice:secret", "-k"]
    for number, message in enumerate(messages, 1):
        assert body_of(run(*common, f"{base};MAILINDEX={number}")) == message
    assert b"SEARCH" in run(*common, f"{base}?SUBJECT%20mail")
    empty(office, "alice", "secret")
    return f"{len(messages)} mails over implicit TLS"


@check
def mbsync(office):
    messages = fill(office, 500)
    folder = tempfile.mkdtemp(dir=office.folder)
    os.makedirs(os.path.join(folder, "box"))
    rc = os.path.join(folder, "rc")
    with open(rc, "w") as file:
        file.write(f"IMAPAccount o\nHost 127.0.0.1\nPort {office.ports['imap']}\nUser alice\nPass secret\n"
                   f"SSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount o\n\nMaildirStore near\n"
                   f"Path {folder}/box/\nInbox {folder}/box/INBOX\nSubFolders Verbatim\n\n"
                   f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nExpunge Both\nSyncState *\n")
    run("mbsync", "-c", rc, "c", timeout=120)
    new = os.path.join(folder, "box", "INBOX")
    names = [os.path.join(new, part, name) for part in ("new", "cur") for name in os.listdir(os.path.join(new, part))]
    assert len(names) == len(messages), len(names)
    before = sorted(os.path.basename(name) for name in names)
    run("mbsync", "-c", rc, "c", timeout=120)
    names = [name for part in ("new", "cur") for name in os.listdir(os.path.join(new, part))]
    assert sorted(names) == before, "the second run moves something"
    empty(office, "alice", "secret")
    return f"{len(messages)} mails; the second run moves nothing"


@check
def our_clients(office):
    """Our own programs: a mail with an attachment, fetched by both protocols, twice."""
    folder = tempfile.mkdtemp(dir=office.folder)
    attachment = os.path.join(folder, "pl\u00e4ne.bin")
    with open(attachment, "wb") as file:
        file.write(random.Random(1).randbytes(3_000_000))
    run(SEND, "--server", f"127.0.0.1:{office.ports['submission']}", "--login", "alice:secret", "--tls", "required",
        "--from", "Alice <alice@example.org>", "--to", "Bob <bob@example.org>", "--subject", "Gr\u00fc\u00dfe",
        "--text", "See there.", "--attach", attachment)
    run(SEND, "--server", f"127.0.0.1:{office.ports['lmtp']}", "--lmtp", "--tls", "never",
        "--from", "a@example.net", "--to", "bob@example.org", "--text", "By LMTP.")
    digest = hashlib.sha256(open(attachment, "rb").read()).digest()
    for protocol in ("pop3", "imap"):
        maildir = os.path.join(folder, protocol)
        command = [FETCH, protocol, "--server", f"127.0.0.1:{office.ports[protocol]}", "--login", "bob:hunter2",
                   "--maildir", maildir, "--state", os.path.join(folder, protocol + ".json")]
        assert run(*command) == b"2 fetched\n", protocol
        assert run(*command) == b"0 fetched\n", protocol
        sums = set()
        for name in os.listdir(os.path.join(maildir, "new")):
            with open(os.path.join(maildir, "new", name), "rb") as file:
                parsed = email.message_from_binary_file(file, policy=email.policy.default)
            for part in parsed.iter_attachments():
                assert part.get_filename() == "pl\u00e4ne.bin", part.get_filename()
                sums.add(hashlib.sha256(part.get_content()).digest())
        assert sums == {digest}, protocol
    assert len(inbox(office)) == 2
    empty(office, "bob", "hunter2")
    return "sent with 3 MB attached and by LMTP; fetched by POP3 and by IMAP, the second time nothing"


def main():
    failed = 0
    only = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        office = Office(folder)
        for function in [f for f in CHECKS if not only or f.__name__ in only]:
            start = time.time()
            try:
                told = function(office)
                print(f"ok   {function.__name__:16} {told} ({time.time() - start:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAIL {function.__name__}", flush=True)
                traceback.print_exc()
                if office.process.poll() is not None:
                    office.start()
                for user, password in (("alice", "secret"), ("bob", "hunter2")):
                    try:
                        empty(office, user, password)
                    except Exception:
                        pass
        office.stop()
    print(f"{(len(only) or len(CHECKS)) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
