"""Our own programs, into the post office and into other servers."""

import email
import email.policy
import hashlib
import imaplib
import os
import random
import re
import smtplib
import tempfile
import time

from common import *
from servers import AioSmtpd, Courier, Dovecot, Exim, MailutilsPop3, SmtpSink


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


def store(folder, messages):
    os.makedirs(folder)
    for number, message in enumerate(messages):
        with open(os.path.join(folder, f"{number:05}.eml"), "wb") as file:
            file.write(message)


def compare(found, sent):
    """What arrived, without what was put in front of it, is what was sent."""
    assert len(found) == len(sent), f"{len(found)} arrived of {len(sent)} sent"
    def by_number(messages):
        texts = [message[message.index(b"X-Number: "):] for message in messages]
        return {int(text[10:text.index(b"\r\n")]): text for text in texts}

    found = by_number(found)
    for number, message in by_number(sent).items():
        text = found.get(number)
        # Where content ends in an empty line more or less, a store has its own ways.
        assert text is not None, f"mail {number} did not arrive"
        text, message = text.rstrip(b"\r\n"), message.rstrip(b"\r\n")
        at = len(os.path.commonprefix([text, message]))
        assert text == message, f"mail {number} differs at {at}: {text[at:at + 80]} for {message[at:at + 80]}"


def deliver(server, port, count=1000, *extra):
    sent = letters(count)
    folder = os.path.join(os.path.dirname(server.folder), "outgoing")
    store(folder, sent)
    told = run(SEND, "--server", f"127.0.0.1:{port}", "--tls", "never", "--from", "sender@example.net",
               "--to", "bob@example.org", "--mail", folder, *extra, timeout=240)
    assert told.endswith(f"{count} of {count} delivered\n".encode()), told
    for _ in range(100):
        if len(server.messages()) >= count:
            break
        time.sleep(0.2)
    compare(server.messages(), sent)
    return f"{count} mails over one connection"


@check
def into_smtp_sink(_):
    with tempfile.TemporaryDirectory() as folder, SmtpSink(folder) as sink:
        return deliver(sink, sink.port)


@check
def into_aiosmtpd(_):
    with tempfile.TemporaryDirectory() as folder, AioSmtpd(folder) as aiosmtpd:
        return deliver(aiosmtpd, aiosmtpd.port)


@check
def into_exim(_):
    with tempfile.TemporaryDirectory() as folder, Exim(folder) as exim:
        return deliver(exim, exim.port)


def fetched(folder):
    new = os.path.join(folder, "new")
    return [open(os.path.join(new, name), "rb").read() for name in os.listdir(new)]


def fetch(server_port, folder, protocol, login, *extra):
    maildir = os.path.join(folder, protocol + "-mail")
    told = run(FETCH, protocol, "--server", f"127.0.0.1:{server_port}", "--login", login, "--clear",
               "--maildir", maildir, "--state", os.path.join(folder, protocol + ".json"), *extra, timeout=240)
    return told, fetched(maildir)


@check
def dovecot(_):
    """LMTP in, POP3 and IMAP out, all by our own clients."""
    with tempfile.TemporaryDirectory() as folder, Dovecot(folder) as dovecot:
        sent = letters(1000)
        outgoing = os.path.join(folder, "outgoing")
        store(outgoing, sent)
        run(SEND, "--server", f"127.0.0.1:{dovecot.ports['lmtp']}", "--lmtp", "--tls", "never", "--from",
            "sender@example.net", "--to", "bob@example.org", "--mail", outgoing, timeout=240)
        for protocol in ("pop3", "imap"):
            told, found = fetch(dovecot.ports[protocol], folder, protocol, "bob:secret", "--scram")
            assert told == b"1000 fetched\n", (protocol, told, dovecot.log())
            compare(found, sent)
            told, _ = fetch(dovecot.ports[protocol], folder, protocol, "bob:secret")
            assert told == b"0 fetched\n", (protocol, told)
        # Removed once they have been here for no day at all: the next look finds nothing to remove.
        told, found = fetch(dovecot.ports["pop3"], folder, "pop3", "bob:secret", "--keep", "0")
        assert told == b"0 fetched\n" and len(found) == 1000, told
        new = os.path.join(dovecot.homes, "bob/Maildir")
        left = sum(len(os.listdir(os.path.join(new, part))) for part in ("new", "cur"))
        assert left == 0, f"{left} are left on the server"
        return "1000 mails in by LMTP, out by POP3 and by IMAP, removed by POP3"


def sync(port, login, folder, *extra):
    command = [SYNC, "--server", f"127.0.0.1:{port}", "--login", login, "--clear", "--maildir",
               os.path.join(folder, "synced"), "--state", os.path.join(folder, "sync.json"), *extra]
    return run(*command, timeout=240).decode().strip()


def synced(port, login, store, folder, *first):
    """Both ways with a server that `store` gives 200 mails: first all come; then nothing moves; then each kind of change
    on either side, at once."""
    store(letters(200))
    user, password = login.split(":")
    assert sync(port, login, folder, *first).startswith("200 came, 0 went"), "the first time"
    nothing = "0 came, 0 went, 0 removed here, 0 removed there, 0 flagged"
    assert sync(port, login, folder) == nothing, "the second time"
    cur = os.path.join(folder, "synced/cur")
    compare([open(os.path.join(cur, name), "rb").read() for name in os.listdir(cur)], letters(200))
    names = sorted(os.listdir(cur))
    os.remove(os.path.join(cur, names[0]))
    os.rename(os.path.join(cur, names[1]), os.path.join(cur, names[1] + "FS"))
    with open(os.path.join(folder, "synced/new/1.written.here"), "wb") as file:
        file.write(b"Subject: written here\n\nhello\n")
    imap = imaplib.IMAP4("127.0.0.1", port)
    imap.login(user, password)
    imap.select()
    imap.store("200", "+FLAGS", "\\Deleted")
    imap.expunge()
    imap.store("199", "+FLAGS", "\\Answered")
    imap.append("INBOX", "\\Flagged", None, b"Subject: written there\r\n\r\nhello\r\n")
    told = sync(port, login, folder)
    assert told == "1 came, 1 went, 1 removed here, 1 removed there, 2 flagged", told
    assert sync(port, login, folder) == nothing, "the last time"
    imap.noop()
    imap.select()
    assert imap.search(None, "FLAGGED", "SEEN")[1][0].split() and len(imap.search(None, "ALL")[1][0].split()) == 200
    imap.logout()
    assert sum(name.endswith(":2,R") for name in os.listdir(cur)) == 1, os.listdir(cur)[:5]
    return "200 mails, then every kind of change on both sides"


@check
def our_sync(office):
    def store(messages):
        with smtplib.SMTP("127.0.0.1", office.ports["smtp"], local_hostname="c") as smtp:
            for message in messages:
                smtp.sendmail("sender@example.net", ["alice@example.org"], message, ["BODY=8BITMIME"])

    with tempfile.TemporaryDirectory() as folder:
        told = synced(office.ports["imap"], "alice:secret", store, folder, "--scram")
    empty(office, "alice", "secret")
    return told


@check
def our_sync_with_dovecot(_):
    with tempfile.TemporaryDirectory() as folder, Dovecot(folder) as dovecot:
        def fill_by_lmtp(messages):
            outgoing = os.path.join(folder, "outgoing")
            store(outgoing, messages)
            run(SEND, "--server", f"127.0.0.1:{dovecot.ports['lmtp']}", "--lmtp", "--tls", "never", "--from",
                "sender@example.net", "--to", "bob@example.org", "--mail", outgoing, timeout=240)

        return synced(dovecot.ports["imap"], "bob:secret", fill_by_lmtp, folder, "--scram")


@check
def mailutils_pop3d(_):
    with tempfile.TemporaryDirectory() as folder:
        sent = [message for message in letters(100) if not re.search(rb"\n>*From ", message)]
        with MailutilsPop3(folder, sent) as pop3d:
            told, found = fetch(pop3d.port, folder, "pop3", "alice@local:secret")
            assert told == f"{len(sent)} fetched\n".encode(), told
            # It keeps its own accounts in these fields.
            kept = re.compile(rb"(?m)^(X-UIDL|X-IMAPbase|Status|Content-Length):.*\r\n")
            compare([kept.sub(b"", text) for text in found], [kept.sub(b"", text) for text in sent])
        return f"{len(sent)} mails"


@check
def our_sync_with_courier(_):
    with tempfile.TemporaryDirectory() as folder, Courier(folder) as courier:
        def put(messages):
            for number, message in enumerate(messages):
                # It keeps bare LFs, and answers CRLFs.
                with open(os.path.join(courier.maildir, f"new/{number:05}.courier"), "wb") as file:
                    file.write(message.replace(b"\r\n", b"\n"))

        return synced(courier.port, "bob:secret", put, folder)
