"""Real mail programs against the post office, and our clients against real servers: what arrives is byte for byte
what was sent.

Each check is a function; each prints one line. The exit status says whether all held. Checks can be chosen by name:
`python3 .ci/lib/interop target/release/post-office swaks mbsync`.
"""

import sys
import tempfile
import time
import traceback

import smtp_clients
import pop3_clients
import imap_clients
import our_clients
from common import CHECKS, Office, empty


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
