"""Programs that fetch by POP3, from the post office."""

import os
import poplib
import smtplib
import pwd
import re
import shutil
import ssl
import tempfile

from common import *


@check
def curl_pop3(office):
    messages = fill(office, 100, real=True)
    base = f"pop3://127.0.0.1:{office.ports['pop3']}/"
    common = ["curl", "-sS", "-u", "alice:secret", "--ssl-reqd", "-k"]
    assert len(run(*common, base).split()) == 2 * len(messages)
    with tempfile.TemporaryDirectory() as folder:
        run(*common, f"{base}[1-{len(messages)}]", "-o", os.path.join(folder, "#1"))
        for number, message in enumerate(messages, 1):
            with open(os.path.join(folder, str(number)), "rb") as file:
                assert body_of(file.read()) == message, number
    assert run(*common, "-X", "UIDL", base).count(b"\n") == len(messages)
    top = run(*common, "-X", "TOP 1 0", base)
    assert top.endswith(b"\r\n\r\n") and b"X-Number: 0" in top, top
    run(*common, "-I", "-X", "DELE", f"{base}1")
    assert len(run(*common, base).split()) == 2 * (len(messages) - 1)
    secure = f"pop3s://127.0.0.1:{office.ports['pop3s']}/"
    assert body_of(run("curl", "-sS", "-k", "-u", "alice:secret", "--login-options", "AUTH=PLAIN",
                       f"{secure}1")) == messages[1]
    empty(office, "alice", "secret")
    return f"{len(messages)} mails; LIST, RETR, UIDL, TOP, DELE, over STLS and implicit TLS"


@check
def python_poplib(office):
    messages = fill(office, 100, real=True)
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
    messages = fill(office, 100, real=True)
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
                       f'sslproto "" fetchall no rewrite {"keep" if protocol == "pop3" else "no keep"} mda "{script}"\n')
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
            sums.add(body_of(octets))
        expected = {message.replace(b"\r\n", b"\n") for message in messages}
        assert sums == expected, protocol
    assert inbox(office, "alice", "secret") == []
    return f"{len(messages)} mails by POP3 and kept, by IMAP and removed"


@check
def mpop(office):
    messages = fill(office, 100, real=True)
    folder = tempfile.mkdtemp(dir=office.folder)
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "box", part))
    command = ["mpop", "--host=127.0.0.1", f"--port={office.ports['pop3']}", "--user=alice",
               "--passwordeval=echo secret", "--pipelining=on", "--keep=on", "--received-header=off",
               f"--uidls-file={folder}/uidls", f"--delivery=maildir,{folder}/box"]
    run(*command, "--auth=user", "--tls=off")
    run(*command, "--auth=scram-sha-256", "--tls=on", "--tls-starttls=on", "--tls-certcheck=off")
    got = os.listdir(os.path.join(folder, "box", "new"))
    assert len(got) == len(messages), len(got)
    found = set()
    for name in got:
        with open(os.path.join(folder, "box", "new", name), "rb") as file:
            octets = file.read()
        found.add(body_of(octets))
    assert found == {message.replace(b"\r\n", b"\n") for message in messages}
    empty(office, "alice", "secret")
    return f"{len(messages)} mails pipelined; the second run, by STLS and SCRAM-SHA-256, fetches none"


@check
def getmail(office):
    messages = fill(office, 100, real=True)
    folder = tempfile.mkdtemp()
    nobody = pwd.getpwnam("nobody")
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(folder, "box", part))
    new = os.path.join(folder, "box/new")
    for delete in ("false", "true"):
        with open(os.path.join(folder, "rc"), "w") as file:
            file.write(f"[retriever]\ntype=SimplePOP3Retriever\nserver=127.0.0.1\nport={office.ports['pop3']}\n"
                       f"username=alice\npassword=secret\n[destination]\ntype=Maildir\npath={folder}/box/\n"
                       f"[options]\nread_all=true\ndelete={delete}\nreceived=false\ndelivered_to=false\n")
        run("chown", "-R", "nobody", folder)
        run("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups",
            "getmail", f"--getmaildir={folder}", "-r", "rc", env={**os.environ, "HOME": folder})
        found = set()
        for name in os.listdir(new):
            with open(os.path.join(new, name), "rb") as file:
                found.add(body_of(file.read()).rstrip(b"\n"))
            os.unlink(os.path.join(new, name))
        # It writes headers anew, without Return-Path, which is the envelope's to it, and folds them as it likes.
        def plain(message):
            header, _, text = message.replace(b"\r\n", b"\n").partition(b"\n\n")
            header = re.sub(rb"(?mi)^Return-Path:.*\n", b"", header)
            return b"".join(header.split()), text.rstrip(b"\n")

        odd = {plain(message) for message in found} ^ {plain(message) for message in messages}
        assert not odd, [(header[:20], len(header), len(text)) for header, text in odd]
    shutil.rmtree(folder)
    assert inbox(office, "alice", "secret") == []
    return f"{len(messages)} mails, left on the server, then removed from it"


@check
def utf8_user_names(office):
    """A user whose name is no ASCII: curl by USER and by SASL, poplib after UTF8 (RFC 6856)."""
    sent = [mail(number) for number in range(5)]
    with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="c") as smtp:
        for message in sent:
            smtp.ehlo()
            smtp.mail("sender@example.net", ["SMTPUTF8"])
            smtp.rcpt("j\u00fcrgen@example.org")
            assert smtp.data(message)[0] == 250
    url = f"pop3://127.0.0.1:{office.ports['pop3']}/1"
    for extra in ([], ["--login-options", "AUTH=PLAIN"], ["--login-options", "AUTH=PLAIN", "--sasl-ir"]):
        found = run("curl", "--silent", "--show-error", *extra, "-u", "j\u00fcrgen:geheim\u00fc", url)
        assert body_of(found) == sent[0], extra
    pop3 = poplib.POP3("127.0.0.1", office.ports["pop3"], timeout=30)
    pop3.utf8()
    pop3.user("j\u00fcrgen")
    pop3.pass_("geheim\u00fc")
    found = [b"".join(line + b"\r\n" for line in pop3.retr(number)[1]) for number in range(1, 6)]
    assert [body_of(message) for message in found] == sent
    for number in range(1, 6):
        pop3.dele(number)
    pop3.quit()
    return "curl three ways, poplib"
