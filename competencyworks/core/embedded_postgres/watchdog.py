"""
The process that stops the server once nobody uses it.

Started by `Server.keep` with three arguments: the server's folder, the grace time in seconds,
and the descriptor of `watchdog.lock`, which it inherits locked.
"""

import fcntl
import os
import sys
import time
from pathlib import Path

from .server import Server


def watch(server: Server) -> None:
    """Return when the last user has been gone for the grace time and the server is stopped."""
    users = server.open("users.lock")
    while server.counts(users):  # else the folder was removed, and its server ends by itself
        fcntl.flock(users, fcntl.LOCK_EX)
        last_came = os.fstat(users).st_mtime_ns
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(server.grace)
        with server.starting():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if server.counts(users) and os.fstat(users).st_mtime_ns == last_came:
                server.stop()
                return


def main() -> None:
    """Leave the parent, then watch."""
    if os.fork():
        os._exit(0)
    home, grace, lock = sys.argv[1:]
    try:
        # Whether the data are durable matters at a start alone.
        watch(Server(Path(home), durable=True, grace=float(grace)))
    finally:
        # Before the end of the process frees `users.lock`: whoever gets that must find no
        # watchdog here, and start one.
        os.close(int(lock))


if __name__ == "__main__":
    main()
