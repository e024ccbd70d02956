"""Many connections, and many messages: what they cost, and that it grows with their number and no faster."""

import os
import resource
import socket
import tempfile
import time

from common import *


def memory(office):
    """Resident memory of the post office, in KiB."""
    with open(f"/proc/{office.process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


class Lines:
    """A connection to IMAP, spoken by hand."""

    def __init__(self, office):
        self.socket = socket.create_connection(("127.0.0.1", office.ports["imap"]), timeout=120)
        self.file = self.socket.makefile("rb")
        self.file.readline()

    def say(self, command, until=b"a "):
        self.socket.sendall(b"a " + command + b"\r\n")
        lines = 0
        while True:
            line = self.file.readline()
            assert line, command
            lines += 1
            if line.startswith(until):
                assert until != b"a " or line.startswith(b"a OK"), line
                return lines

    def close(self):
        self.file.close()
        self.socket.close()


@check
def idle_connections(_):
    count = 1000
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, limits[1]), limits[1]))
    with tempfile.TemporaryDirectory() as folder:
        office = Office(folder)
        fill(office, 10)
        warm = Lines(office)
        warm.say(b"LOGIN alice secret")
        before = memory(office)
        connections = []
        for _ in range(count):
            connection = Lines(office)
            connection.say(b"LOGIN alice secret")
            connection.say(b"SELECT INBOX")
            connection.say(b"IDLE", until=b"+")
            connections.append(connection)
        each = (memory(office) - before) / count
        # All of them hear of one mail.
        warm.say(b"APPEND INBOX {12+}\r\nSubject: x\r\n")
        start = time.time()
        for connection in connections:
            while b"EXISTS" not in connection.file.readline():
                pass
        told = time.time() - start
        for connection in connections:
            connection.close()
        warm.close()
        office.stop()
    assert each < 128, f"{each:.1f} KiB a connection"
    return f"{count} in IDLE, {each:.1f} KiB each, all told of a mail within {told:.2f} s"


def measured(office):
    connection = Lines(office)
    connection.say(b"LOGIN alice secret")
    before, times = memory(office), []
    for command in (b"SELECT INBOX", b"FETCH 1:* (UID FLAGS)", b"SEARCH HEADER Subject nothing"):
        start = time.time()
        connection.say(command)
        times.append(time.time() - start)
    used = memory(office) - before
    connection.close()
    return times, used


@check
def large_mailbox(_):
    """The same three commands on a mailbox of 25,000 and of 100,000 messages."""
    with tempfile.TemporaryDirectory() as folder:
        Office(folder).stop()
        cur = os.path.join(folder, "users/alice/Maildir/cur")
        results, made = {}, 0
        for count in (25_000, 100_000):
            for made in range(made, count):
                with open(os.path.join(cur, f"{made:06}.load:2,"), "wb") as file:
                    file.write(b"Subject: mail %d\r\nFrom: a@example.net\r\n\r\nhello\r\n" % made)
            made = count
            office = Office(folder)
            measured(office)
            results[count] = measured(office)
            office.stop()
    (few, _), (many, used) = results.values()
    growth = [after / max(before, 0.01) for before, after in zip(few, many)]
    assert max(growth) < 10, f"four times the messages take {growth} times the time"
    select, fetch, search = many
    return (f"100,000 messages: SELECT {select:.2f} s, FETCH of all flags {fetch:.2f} s, SEARCH by header {search:.2f} s; "
            f"{used * 1024 / 100_000:.0f} octets a message; with four times as many {max(growth):.1f} times the time")
