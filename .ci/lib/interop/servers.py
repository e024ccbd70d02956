"""Real servers on loopback, each with a configuration of its own in a folder, for our clients to talk to."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

from common import run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_port(port, process=None):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process is None or process.poll() is None, "the server ended by itself"
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


def readable_by_all(path):
    """Servers that run as somebody else must reach their folder."""
    while path != "/":
        os.chmod(path, os.stat(path).st_mode | 0o755)
        path = os.path.dirname(path)
        if path in ("/", "/tmp"):
            return


class Server:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Dovecot(Server):
    """POP3, IMAP and LMTP over Maildirs; every user has the password `secret`."""

    def __init__(self, folder):
        self.folder = folder
        nobody = pwd.getpwnam("nobody")
        self.homes = os.path.join(folder, "homes")
        os.makedirs(self.homes)
        os.makedirs(os.path.join(folder, "run"))
        readable_by_all(folder)
        os.chown(self.homes, nobody.pw_uid, nobody.pw_gid)
        self.ports = {name: free_port() for name in ("pop3", "imap", "lmtp")}
        listeners = "".join(f"""
service {name if name == "lmtp" else name + "-login"} {{
  inet_listener {name} {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener {name}s {{
    port = 0
  }}
}}
""" for name, port in self.ports.items())
        config = os.path.join(folder, "dovecot.conf")
        with open(config, "w") as file:
            file.write(f"""
base_dir = {folder}/run
log_path = {folder}/log
protocols = pop3 imap lmtp
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-256
auth_username_chars =
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=nobody gid={nobody.pw_gid} home={self.homes}/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
{listeners}""")
        self.process = subprocess.Popen(["dovecot", "-F", "-c", config], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for port in self.ports.values():
            await_port(port, self.process)

    def log(self):
        with open(os.path.join(self.folder, "log"), errors="replace") as file:
            return file.read()[-2000:]


class SmtpSink(Server):
    """Postfix's sink: each message goes to a file of its own, behind `X-` fields with the envelope."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "sink")
        os.makedirs(self.folder)
        readable_by_all(self.folder)
        os.chmod(self.folder, 0o777)
        self.port = free_port()
        self.process = subprocess.Popen(
            ["smtp-sink", "-u", "nobody", "-R", self.folder, "-d", "mail.%S.", f"inet:127.0.0.1:{self.port}", "100"],
            cwd=self.folder)
        await_port(self.port, self.process)

    def messages(self):
        found = []
        for name in os.listdir(self.folder):
            with open(os.path.join(self.folder, name), "rb") as file:
                found.append(file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        return found


class AioSmtpd(Server):
    """aiosmtpd, with a handler that keeps each message as it came."""

    PROGRAM = """
import sys, time
from aiosmtpd.controller import Controller

class Keep:
    count = 0
    async def handle_DATA(self, server, session, envelope):
        Keep.count += 1
        with open(f"{sys.argv[2]}/{Keep.count}", "wb") as file:
            file.write(envelope.original_content)
        return "250 kept"

Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[1])).start()
while True:
    time.sleep(60)
"""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "aiosmtpd")
        os.makedirs(self.folder)
        self.port = free_port()
        self.process = subprocess.Popen([sys.executable, "-c", self.PROGRAM, str(self.port), self.folder])
        await_port(self.port, self.process)

    def messages(self):
        return [open(os.path.join(self.folder, name), "rb").read() for name in os.listdir(self.folder)]


class Exim(Server):
    """Exim, unpacked beside the mail system of this machine; it delivers everything into one Maildir."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "exim")
        root = os.path.join(self.folder, "root")
        os.makedirs(root)
        readable_by_all(self.folder)
        for package in ("exim4-daemon-light", "exim4-base"):
            run("apt-get", "download", package, cwd=self.folder)
        for name in os.listdir(self.folder):
            if name.endswith(".deb"):
                run("dpkg", "-x", os.path.join(self.folder, name), root)
        # Exim knows its user by this name, and nothing is listed for others to log in.
        run("useradd", "--system", "--no-create-home", "Debian-exim", ok=(0, 9))
        user = pwd.getpwnam("Debian-exim")
        for name in ("spool", "mail"):
            os.makedirs(os.path.join(self.folder, name))
            os.chown(os.path.join(self.folder, name), user.pw_uid, user.pw_gid)
        self.port = free_port()
        config = os.path.join(self.folder, "exim.conf")
        program = os.path.join(root, "usr/sbin/exim4")
        with open(config, "w") as file:
            file.write(f"""
exim_path = {program}
spool_directory = {self.folder}/spool
log_file_path = {self.folder}/spool/log-%s
primary_hostname = exim.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = {self.port}
acl_smtp_rcpt = everything
tls_advertise_hosts =
smtp_accept_max_per_connection = 5000
smtp_accept_queue_per_connection = 0
smtp_enforce_sync = true
queue_only = false
return_path_remove = false
delivery_date_remove = false
envelope_to_remove = false
deliver_drop_privilege = true
begin acl
everything:
  accept
begin routers
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = {self.folder}/mail
  maildir_format
  create_directory
  delivery_date_add = false
  envelope_to_add = false
  return_path_add = false
""")
        os.chmod(config, 0o644)
        self.process = subprocess.Popen([program, "-bdf", "-C", config, "-q1m"])
        await_port(self.port, self.process)

    def messages(self):
        new = os.path.join(self.folder, "mail/new")
        if not os.path.isdir(new):
            return []
        return [open(os.path.join(new, name), "rb").read().replace(b"\n", b"\r\n") for name in os.listdir(new)]


class MailutilsPop3(Server):
    """GNU Mailutils' pop3d over an mbox; the user is `alice@local` with the password `secret`."""

    def __init__(self, folder, messages):
        self.folder = os.path.join(folder, "mailutils")
        home, domains = os.path.join(self.folder, "alice"), os.path.join(self.folder, "domains")
        os.makedirs(home)
        os.makedirs(domains)
        readable_by_all(self.folder)
        nobody = pwd.getpwnam("nobody")
        mbox = os.path.join(home, "INBOX")
        with open(mbox, "wb") as file:
            for message in messages:
                file.write(b"From sender@example.net Sun Nov 22 10:00:00 2026\n")
                file.write(message.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n")
        for path in (home, mbox):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        secret = run("openssl", "passwd", "-1", "secret", text=True).strip()
        with open(os.path.join(domains, "local"), "w") as file:
            file.write(f"alice:{secret}:{nobody.pw_uid}:{nobody.pw_gid}::{home}:/bin/false\n")
        self.port = free_port()
        config = os.path.join(self.folder, "pop3d.conf")
        with open(config, "w") as file:
            file.write(f"""
mode daemon;
foreground yes;
server 127.0.0.1:{self.port} {{ single-process no; }};
auth {{ authentication generic; authorization virtdomain; }};
virtdomain {{ passwd-dir {domains}; }};
logging {{ syslog no; }};
""")
        program = shutil.which("pop3d") or "/usr/sbin/pop3d"
        self.process = subprocess.Popen([program, "--config-file", config],
                                        stdout=subprocess.DEVNULL, stderr=open(os.path.join(self.folder, "log"), "w"))
        await_port(self.port, self.process)


class Courier:
    """Courier's imapd over one Maildir, out of a folder that its package was unpacked to; the user is `bob` with the
    password `secret`. Its imapd begins when somebody is in, so that what is said before is said here."""

    CAPABILITY = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA"

    def __init__(self, folder):
        self.root = os.environ["COURIER"]
        self.maildir = os.path.join(folder, "courier")
        for part in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(self.maildir, part))
        libraries = {path for path, _, names in os.walk(self.root) if any(".so" in name for name in names)}
        self.environment = {"AUTHENTICATED": "bob", "IMAP_CAPABILITY": self.CAPABILITY, "TCPREMOTEIP": "127.0.0.1",
                            "LD_LIBRARY_PATH": ":".join(libraries), "PATH": os.environ["PATH"]}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        told, tag = f"[CAPABILITY {self.CAPABILITY}]".encode(), None
        with connection:
            connection.sendall(b"* OK " + told + b" Courier\r\n")
            lines = connection.makefile("rb", buffering=0)
            while tag is None:
                words = lines.readline().split()
                if len(words) < 2:
                    return
                if words[1].upper() == b"CAPABILITY":
                    connection.sendall(b"* CAPABILITY " + self.CAPABILITY.encode() + b"\r\n" + words[0] + b" OK told\r\n")
                elif words[1].upper() != b"LOGIN" or [word.strip(b'"') for word in words[2:]] != [b"bob", b"secret"]:
                    connection.sendall(words[0] + b" NO not so\r\n")
                else:
                    tag = words[0]
            imapd = subprocess.Popen([os.path.join(self.root, "usr/bin/imapd"), self.maildir], env=self.environment,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
            # Without a monitor of files it says so first.
            while not imapd.stdout.readline().startswith(b"* PREAUTH"):
                assert imapd.poll() is None, "imapd ended by itself"
            connection.sendall(tag + b" OK " + told + b" in\r\n")
            up = threading.Thread(target=self.pump, args=(lambda: connection.recv(65536), imapd.stdin.write), daemon=True)
            up.start()
            self.pump(lambda: imapd.stdout.read(65536), connection.sendall)
            imapd.kill()
            imapd.wait()

    @staticmethod
    def pump(read, write):
        try:
            while octets := read():
                write(octets)
        except OSError:
            pass
