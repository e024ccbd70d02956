"""Real mail programs against the post office, and our clients against real servers: what arrives is byte for byte
what was sent.

Each check is a function; each prints one line. The exit status says whether all held. Checks can be chosen by name:
`python3 .ci/lib/interop target/release/post-office swaks mbsync`.
"""

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import traceback

import smtp_clients
import pop3_clients
import imap_clients
import our_clients
import load
from common import CHECKS, Office, empty


# How each program says its version; those of Python and Node are asked below.
VERSIONS = {
    "swaks": ["swaks", "--version"], "curl": ["curl", "--version"], "msmtp": ["msmtp", "--version"],
    "s-nail": ["s-nail", "--version"], "Postfix (smtp-source, smtp-sink)": ["postconf", "-d", "mail_version"],
    "fetchmail": ["fetchmail", "--version"], "mpop": ["mpop", "--version"], "getmail6": ["getmail", "--version"],
    "mbsync": ["mbsync", "--version"], "offlineimap3": ["offlineimap", "--version"],
    "imapfilter": ["imapfilter", "-V"], "neomutt": ["neomutt", "-v"], "Dovecot": ["dovecot", "--version"],
    "GNU Mailutils pop3d": ["pop3d", "--version"], "Python (smtplib, poplib, imaplib)": ["python3", "--version"],
    "Exim": ["apt-cache", "show", "exim4-daemon-light"],
}


def record(path, told):
    """The table of CONFORMANCE.md: programs with their versions, and what each check did with them."""
    with open(path, "w") as file:
        file.write("By `.ci/interop`, against the post office or by our clients, every octet compared.\n\n"
                   "| program | version |\n| --- | --- |\n")
        for name, command in VERSIONS.items():
            shown = subprocess.run(command, capture_output=True, text=True)
            number = re.search(r"\d{8}|\d+\.\d+[\w.]*", re.sub(r"(?s).*?Version: ", "", shown.stdout + shown.stderr, count=1)
                               if name == "Exim" else shown.stdout + shown.stderr)
            file.write(f"| {name} | {number[0] if number else '?'} |\n")
        for package in ("aiosmtpd", "aiosmtplib", "imapclient"):
            file.write(f"| {package} (PyPI) | {importlib.metadata.version(package)} |\n")
        for package in ("nodemailer", "imapflow"):
            with open(os.path.join(os.environ["NODE_PATH"], package, "package.json")) as about:
                file.write(f"| {package} (npm) | {json.load(about)['version']} |\n")
        file.write("\n| check | what was done |\n| --- | --- |\n")
        for name, text in told.items():
            file.write(f"| {name} | {text} |\n")


def main():
    failed, outcomes = 0, {}
    only = [word for word in sys.argv[2:] if not word.startswith("--record=")]
    records = [word.split("=", 1)[1] for word in sys.argv[2:] if word.startswith("--record=")]
    with tempfile.TemporaryDirectory() as folder:
        office = Office(folder)
        for function in [f for f in CHECKS if not only or f.__name__ in only]:
            start = time.time()
            try:
                told = function(office)
                outcomes[function.__name__] = re.sub(r", [\d.]+ KiB.*|: SELECT.*", "", told or "done")
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
    for path in records:
        record(path, outcomes)
    sys.exit(1 if failed else 0)


main()
