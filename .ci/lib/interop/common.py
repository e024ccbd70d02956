"""What all checks share: a post office, mails, and what arrived."""

import imaplib
import os
import poplib
import random
import re
import signal
import smtplib
import subprocess
import sys
import tarfile

POST_OFFICE = os.path.abspath(sys.argv[1])
SEND = os.path.join(os.path.dirname(POST_OFFICE), "send")
FETCH = os.path.join(os.path.dirname(POST_OFFICE), "fetch")
SYNC = os.path.join(os.path.dirname(POST_OFFICE), "sync")
CHECKS = []
CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                      "../../../../shared/corpora/spamassassin-public-corpus/spamassassin.tar.xz")


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
             "--user", "alice:secret", "--user", "bob:hunter2", "--user", "j\u00fcrgen:geheim\u00fc", "--insecure-auth", *named, *self.extra],
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
    assert done.returncode in ok, (command, done.returncode, done.stdout[-500:], done.stderr[:800])
    return done.stdout


def mail(number, size=400):
    """A message with everything that framing trips over, CRLF throughout."""
    noise = random.Random(number)
    lines = ["From: sender@example.net", "To: alice@example.org", f"Subject: mail {number}",
             f"Message-ID: <{number}.interop@example.net>", "Date: Sun, 22 Nov 2026 10:00:00 +0000", "",
             ".", "..", ".dot", "From here", "caf\u00e9" if number % 3 == 0 else "cafe", " trailing ", ""]
    while sum(map(len, lines)) < size:
        lines.append("".join(noise.choice("abc .-=~") for _ in range(noise.randrange(70))))
    return ("\r\n".join(lines) + "\r\n").encode()


def body_of(stored):
    """The message without the trace fields that delivery puts in front."""
    at = stored.find(b"X-Number: ")
    return stored[at if at >= 0 else stored.index(b"From: "):]


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


def empty(office, user, password, mailbox="INBOX"):
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login(user, password)
    imap.select(mailbox)
    imap.store("1:*", "+FLAGS.SILENT", "\\Deleted")
    imap.expunge()
    imap.logout()


def arrived(office, sent, user="bob", password="hunter2"):
    found = [body_of(message) for message in inbox(office, user, password)]
    assert sorted(found) == sorted(sent), f"{len(found)} arrived of {len(sent)} sent"
    empty(office, user, password)


def letters(count):
    """So many real mails, or ours where the corpus is not here: CRLF, no NUL, no line that SMTP forbids. Each gets
    a field of ours in front, by which it is found again behind whatever a server adds."""
    found = []
    if os.path.exists(CORPUS):
        with tarfile.open(CORPUS) as archive:
            for member in archive:
                if len(found) == count or not member.isfile():
                    continue
                text = archive.extractfile(member).read()
                if text.startswith(b"From "):
                    text = text[text.index(b"\n") + 1:]
                lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
                if b"\0" in text or max(map(len, lines)) > 900 or not lines[0][:1].isalpha() or b":" not in lines[0]:
                    continue
                found.append(b"\r\n".join(lines).rstrip(b"\r\n") + b"\r\n")
    while len(found) < count:
        found.append(mail(len(found)))
    return [b"X-Number: %d\r\n" % number + text for number, text in enumerate(found)]


def fill(office, count=100, real=False):
    messages = letters(count) if real else [mail(number, 300 + 37 * number) for number in range(count)]
    with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="client.example") as smtp:
        for message in messages:
            smtp.sendmail("sender@example.net", ["alice@example.org"], message, ["BODY=8BITMIME"])
    return messages
