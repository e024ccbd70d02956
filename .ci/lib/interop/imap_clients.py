"""Programs that read and synchronise by IMAP, from the post office."""

import hashlib
import imaplib
import json
import os
import pty
import select
import signal
import ssl
import tempfile
import threading
import time

from common import *


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


def mbsync_config(office, folder):
    os.makedirs(os.path.join(folder, "box"))
    rc = os.path.join(folder, "rc")
    with open(rc, "w") as file:
        file.write(f"IMAPAccount o\nHost 127.0.0.1\nPort {office.ports['imap']}\nUser alice\nPass secret\n"
                   f"SSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount o\n\nMaildirStore near\n"
                   f"Path {folder}/box/\nInbox {folder}/box/INBOX\nSubFolders Verbatim\n\n"
                   f"Channel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nExpunge Both\nSyncState *\n")
    return rc


@check
def mbsync(office):
    messages = fill(office, 500)
    folder = tempfile.mkdtemp(dir=office.folder)
    rc = mbsync_config(office, folder)
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
def imapclient(office):
    import imapclient

    messages = fill(office, 20)
    with imapclient.IMAPClient("127.0.0.1", office.ports["imap"], ssl=False) as client:
        client.starttls(ssl._create_unverified_context())
        client.login("alice", "secret")
        assert b"CONDSTORE" in client.capabilities()
        client.select_folder("INBOX")
        found = client.fetch(client.search(), ["BODY.PEEK[]", "ENVELOPE", "BODYSTRUCTURE", "FLAGS", "RFC822.SIZE"])
        assert sorted(body_of(data[b"BODY[]"]) for data in found.values()) == sorted(messages)
        for data in found.values():
            assert data[b"RFC822.SIZE"] == len(data[b"BODY[]"])
            assert data[b"ENVELOPE"].subject.startswith(b"mail ")
        assert len(client.sort("REVERSE ARRIVAL")) == 20 and len(client.thread("REFERENCES")) == 20
        client.create_folder("Gr\u00fc\u00dfe/2026")
        assert "Gr\u00fc\u00dfe/2026" in [name for _, _, name in client.list_folders()]
        uids = sorted(found)
        client.add_flags(uids[:3], [imapclient.FLAGGED])
        assert sorted(client.search(["FLAGGED"])) == uids[:3]
        client.idle()
        with imapclient.IMAPClient("127.0.0.1", office.ports["imap"], ssl=False) as other:
            other.login("alice", "secret")
            other.append("INBOX", mail(99))
        told = client.idle_check(timeout=10)
        client.idle_done()
        assert (21, b"EXISTS") in told, told
        client.move(uids[:5], "Gr\u00fc\u00dfe/2026")
        assert len(client.search()) == 16
        client.delete_folder("Gr\u00fc\u00dfe/2026")
        client.delete_folder("Gr\u00fc\u00dfe")
    empty(office, "alice", "secret")
    return "STARTTLS, FETCH, SORT, THREAD, IDLE told of another's APPEND, MOVE, folders with UTF-8 names"


IMAPFLOW = """
const {ImapFlow} = require('imapflow'), crypto = require('crypto');
(async () => {
    const client = new ImapFlow({host: '127.0.0.1', port: Number(process.argv[1]), secure: false, logger: false,
        tls: {rejectUnauthorized: false}, auth: {user: 'alice', pass: 'secret'}});
    await client.connect();
    const lock = await client.getMailboxLock('INBOX');
    const sums = [];
    for await (const message of client.fetch('1:*', {source: true, envelope: true, bodyStructure: true, uid: true}))
        sums.push(crypto.createHash('sha256').update(message.source).digest('hex'));
    await client.messageFlagsAdd('1:3', ['\\\\Seen']);
    const seen = await client.search({seen: true});
    await client.append('Archive', 'Subject: appended\\r\\n\\r\\nx\\r\\n', ['\\\\Flagged']);
    await client.messageMove('1:2', 'Archive');
    lock.release();
    const status = await client.status('Archive', {messages: true});
    await client.logout();
    console.log(JSON.stringify({sums, seen: seen.length, archived: status.messages}));
})().catch(error => { console.error(error); process.exit(1); });
"""


@check
def imapflow(office):
    empty(office, "alice", "secret", "Archive")
    fill(office, 10)
    stored = sorted(hashlib.sha256(text).hexdigest() for text in inbox(office, "alice", "secret"))
    told = json.loads(run("node", "-e", IMAPFLOW, str(office.ports["imap"])))
    assert sorted(told["sums"]) == stored
    assert (told["seen"], told["archived"]) == (3, 3), told
    for mailbox in ("Archive", "INBOX"):
        empty(office, "alice", "secret", mailbox)
    return "STARTTLS, COMPRESS, FETCH of source and structure, STORE, SEARCH, APPEND, MOVE, STATUS"


@check
def offlineimap(office):
    messages = fill(office, 100)
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "rc")
        with open(config, "w") as file:
            file.write(f"""[general]
accounts = a
metadata = {folder}/meta
ui = quiet
[Account a]
localrepository = l
remoterepository = r
[Repository l]
type = Maildir
localfolders = {folder}/mail
[Repository r]
type = IMAP
remotehost = 127.0.0.1
remoteport = {office.ports['imap']}
remoteuser = alice
remotepass = secret
ssl = no
starttls = no
folderfilter = lambda name: name == 'INBOX'
""")
        run("offlineimap", "-o", "-c", config, timeout=120)
        box = os.path.join(folder, "mail/INBOX")
        names = [os.path.join(box, part, name) for part in ("cur", "new") for name in os.listdir(os.path.join(box, part))]
        found = {open(name, "rb").read().replace(b"\r\n", b"\n").split(b"Message-ID", 1)[1] for name in names}
        assert found == {text.replace(b"\r\n", b"\n").split(b"Message-ID", 1)[1] for text in messages}
        # Both ways: what is removed here is removed there, what is new here comes there.
        os.remove(names[0])
        with open(os.path.join(box, "cur/1.new.host:2,S"), "wb") as file:
            file.write(mail(500).replace(b"\r\n", b"\n"))
        run("offlineimap", "-o", "-c", config, timeout=120)
        subjects = [text.split(b"Subject: ")[1].split(b"\r\n")[0] for text in inbox(office, "alice", "secret")]
        assert len(subjects) == 100 and b"mail 500" in subjects, subjects
    empty(office, "alice", "secret")
    return "100 mails, then one removed and one added on the other side"


@check
def imapfilter(office):
    fill(office, 20)
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "config.lua")
        with open(config, "w") as file:
            file.write(f"""
options.create = true
options.subscribe = true
options.starttls = false
account = IMAP {{ server = '127.0.0.1', port = {office.ports['imap']}, username = 'alice', password = 'secret' }}
chosen = account.INBOX:contain_subject('mail 1') * account.INBOX:is_unseen()
chosen:move_messages(account['Filtered'])
""")
        run("imapfilter", "-c", config, env={**os.environ, "HOME": folder, "IMAPFILTER_HOME": folder})
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login("alice", "secret")
    assert imap.select("Filtered")[1] == [b"11"]
    assert imap.select("INBOX")[1] == [b"9"]
    imap.close()
    imap.delete("Filtered")
    imap.logout()
    empty(office, "alice", "secret")
    return "SEARCH by subject and flag, MOVE into a mailbox that it creates"


@check
def neomutt(office):
    """Under a pseudo-terminal: opens the mailbox, shows a mail, flags it, saves another to a folder, and leaves."""
    fill(office, 10)
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "rc")
        with open(config, "w") as file:
            file.write(f"""set folder=imap://alice@127.0.0.1:{office.ports['imap']}/
set spoolfile=+INBOX imap_pass=secret ssl_starttls=no ssl_force_tls=no
set confirmappend=no delete=yes quit=yes mark_old=no wait_key=no header_cache="" record="" postponed=+Drafts
set use_envelope_from=no realname=Alice from=alice@example.org pager_stop=yes
""")
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(TERM="xterm", HOME=folder, LANG="C.UTF-8", LINES="40", COLUMNS="120")
            os.execvp("neomutt", ["neomutt", "-n", "-F", config])
        shown = b""

        def until(text, patience=20):
            nonlocal shown
            end = time.time() + patience
            while text not in shown:
                assert time.time() < end, (text, shown[-1500:])
                if select.select([terminal], [], [], 0.2)[0]:
                    try:
                        shown += os.read(terminal, 65536)
                    except OSError:
                        break

        until(b"mail 9")
        os.write(terminal, b"=\r")
        until(b"From here")
        os.write(terminal, b"i")
        time.sleep(0.5)
        os.write(terminal, b"F")
        time.sleep(0.5)
        os.write(terminal, b"*s")
        time.sleep(0.5)
        os.write(terminal, b"\x15=Archive\r")
        time.sleep(1.5)
        os.write(terminal, b"q")
        end = time.time() + 15
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    pass
            if time.time() > end:
                os.kill(child, signal.SIGKILL)
                raise AssertionError(shown[-1500:])
    imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
    imap.login("alice", "secret")
    assert imap.select("Archive")[1] == [b"1"], "the saved mail"
    assert imap.select("INBOX")[1] == [b"9"]
    flags = b" ".join(imap.fetch("1:*", "(FLAGS)")[1])
    assert b"\\Seen" in flags and b"\\Flagged" in flags, flags
    imap.logout()
    for mailbox in ("Archive", "INBOX"):
        empty(office, "alice", "secret", mailbox)
    return "shows, flags, saves to a folder, under a pseudo-terminal"


@check
def two_at_once(office):
    """mbsync keeps synchronising a mailbox in which Python's client appends, flags and removes."""
    fill(office, 50)
    with tempfile.TemporaryDirectory() as folder:
        config = mbsync_config(office, folder)
        errors = []

        def work():
            try:
                imap = imaplib.IMAP4("127.0.0.1", office.ports["imap"])
                imap.login("alice", "secret")
                imap.select()
                for number in range(60):
                    imap.append("INBOX", None, None, mail(1000 + number))
                    imap.store(str(1 + number % 20), "+FLAGS", "\\Flagged")
                    if number % 3 == 0:
                        imap.store(str(21 + number % 10), "+FLAGS", "\\Deleted")
                        imap.expunge()
                imap.logout()
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        while thread.is_alive():
            run("mbsync", "-q", "-c", config, "c", timeout=120)
        thread.join()
        assert not errors, errors
        run("mbsync", "-q", "-c", config, "c", timeout=120)
        names = sorted(os.listdir(f"{folder}/box/INBOX/cur") + os.listdir(f"{folder}/box/INBOX/new"))
        assert len(names) == 90, len(names)
    empty(office, "alice", "secret")
    return "mbsync and imaplib on one mailbox: both see the same 90 mails at the end"
