#!/usr/bin/env python3
"""Has Dovecot answer FETCH for mails, on stdio, and records what it says.

    imap_oracle.py RECORD [--seed N] [--count N] PATH..

PATH is a mail, a folder of mails or a tar archive of them; COUNT of all mails are chosen by SEED (0: all, in order).
RECORD gets, for each mail, a line `* OK [FILE name]` and Dovecot's responses as they came: a stream of IMAP that
`cargo test -p mailweft-imap --features mime --test dovecot` reads, from the folder that MAILWEFT_DOVECOT names.
Needs dovecot-imapd; no root, no port, no daemon.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

SECTIONS = ["HEADER", "TEXT", "HEADER.FIELDS (Subject From Received X-None)", "HEADER.FIELDS.NOT (Subject To Date)"]
MOST_PARTS = 12


def mails(paths):
    """(name, octets) of every file that starts like a mail."""
    for path in map(pathlib.Path, paths):
        if tarfile.is_tarfile(path) if path.is_file() else False:
            with tarfile.open(path) as archive:
                for member in archive:
                    if member.isfile() and member.size < 300_000:
                        yield f"{path.name}:{member.name}", archive.extractfile(member).read()
            continue
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.stat().st_size < 300_000:
                name = str(file.relative_to(path.parent)) if path.is_dir() else file.name
                yield name, file.read_bytes()


def is_mail(octets):
    """Whether the first two lines are fields, or a field and its continuation."""
    lines = octets.split(b"\n", 2)
    field = re.compile(rb"[!-9;-~]+[ \t]*:")
    return len(lines) > 2 and field.match(lines[0]) and (field.match(lines[1]) or lines[1][:1] in b" \t\r")


class Dovecot:
    """An IMAP session on the standard input and output of a Dovecot of its own."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        (folder / "home").mkdir()
        conf = folder / "conf"
        conf.write_text(
            f"log_path = {folder}/log\nssl = no\nmail_home = {folder}/home\nmail_location = maildir:~/Mail\n"
        )
        command = ["doveadm", "-c", str(conf), "exec", "imap"]
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
            shutil.chown(folder / "home", "nobody")
            command = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] + command
        self.start_it = lambda: subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, USER="nobody", HOME=str(folder / "home")),
        )
        self.tags = 0
        self.start()

    def start(self):
        self.process = self.start_it()
        self.response()
        self.command(b"SELECT INBOX")

    def response(self):
        """One response, with its literals."""
        whole = b""
        while True:
            line = self.process.stdout.readline()
            if not line:
                return whole
            whole += line
            literal = re.search(rb"\{(\d+)\}\r\n$", line)
            if not literal:
                return whole
            whole += self.process.stdout.read(int(literal.group(1)))

    def command(self, text, literal=None):
        """The responses to a command, the tagged one last; an empty one where Dovecot gave up, and was started anew."""
        self.tags += 1
        tag = b"t%d" % self.tags
        self.process.stdin.write(tag + b" " + text + (b"" if literal is None else literal) + b"\r\n")
        self.process.stdin.flush()
        responses = [self.response()]
        while responses[-1] and not responses[-1].startswith(tag + b" "):
            responses.append(self.response())
        if not responses[-1]:
            # Octets that no encoding explains, of a part that was asked for without it.
            self.start()
        return responses


def parts(structure):
    """The numbers of the parts of a BODYSTRUCTURE, given the octets behind that word."""
    at = 0

    def value():
        nonlocal at
        while structure[at:at + 1] == b" ":
            at += 1
        first = structure[at:at + 1]
        if first == b"(":
            at += 1
            members = []
            while structure[at:at + 1] != b")":
                members.append(value())
                while structure[at:at + 1] == b" ":
                    at += 1
            at += 1
            return members
        if first == b'"':
            text = re.compile(rb'"((?:[^"\\]|\\.)*)"', re.S).match(structure, at)
        elif first == b"{":
            head = re.compile(rb"\{(\d+)\}\r\n").match(structure, at)
            at = head.end() + int(head.group(1))
            return structure[head.end():at]
        else:
            text = re.compile(rb"([^ ()]+)").match(structure, at)
        at = text.end()
        return text.group(1)

    found = []

    def walk(body, path):
        if isinstance(body[0], list):
            # The parts come first, then the subtype.
            for number, child in enumerate(body, 1):
                if not isinstance(child, list):
                    return
                walk(child, path + [number])
            return
        found.append((path or [1], body[0].upper() == b"MESSAGE" and body[1].upper() == b"RFC822"))
        if found[-1][1] and len(body) > 8 and isinstance(body[8], list):
            inner = body[8]
            walk(inner, (path or [1]) if isinstance(inner[0], list) else (path or [1]) + [1])

    walk(value(), [])
    return found[:MOST_PARTS]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("record")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("paths", nargs="+")
    options = arguments.parse_args()
    chosen = [mail for mail in mails(options.paths) if is_mail(mail[1])]
    if options.seed:
        chosen = random.Random(options.seed).sample(chosen, min(options.count, len(chosen)))
    with tempfile.TemporaryDirectory() as folder, open(options.record, "wb") as record:
        os.chmod(folder, 0o755)
        dovecot = Dovecot(folder)
        for number, (name, octets) in enumerate(chosen, 1):
            octets = re.sub(rb"\r?\n", b"\r\n", octets)
            last = dovecot.command(b"APPEND INBOX {%d+}\r\n" % len(octets), octets)[-1]
            if b" OK " not in last:
                sys.exit(f"{name}: {last}")
            record.write(b"* OK [FILE " + re.sub(rb"[^!-Z^-~]", b"_", name.encode()) + b"] mail\r\n")
            items = b"(BODY.PEEK[] RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)"
            responses = dovecot.command(b"FETCH %d " % number + items)
            fetched = [line for line in responses if b" FETCH (" in line[:40]]
            record.write(b"".join(fetched))
            behind = fetched[0].rsplit(b" BODYSTRUCTURE ", 1)[1]
            wanted = [section.encode() for section in SECTIONS]
            binary = []
            for path, message in parts(behind):
                path = b".".join(b"%d" % step for step in path)
                wanted += [path, path + b".MIME"] + ([path + b".HEADER", path + b".TEXT"] if message else [])
                # Of a message, Dovecot undoes the encodings of the parts in it as well, and says so in their headers.
                binary += [] if message else [path]
            for item in [b"BODY.PEEK[%s]" % section for section in wanted]:
                responses = dovecot.command(b"FETCH %d (%s)" % (number, item))
                record.write(b"".join(line for line in responses if b" FETCH (" in line[:40]))
            for path in binary:
                # Where it cannot undo an encoding to the end it gives up, and its size is of what came before.
                for item in (b"BINARY.PEEK[%s]" % path, b"BINARY.SIZE[%s]" % path):
                    responses = dovecot.command(b"FETCH %d (%s)" % (number, item))
                    if b" OK " not in responses[-1][:20]:
                        break
                    record.write(b"".join(line for line in responses if b" FETCH (" in line[:40]))
        dovecot.process.stdin.close()
        dovecot.process.wait()
    print(f"{len(chosen)} mails recorded")


main()
