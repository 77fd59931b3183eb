"""Run `dateline` where every way to the network raises: python walled_in.py WORDS...

With -c PROGRAM it runs the program instead.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


def wall_in() -> None:
    """Let this process connect to itself only, and look up no other name."""
    audited = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        if event not in audited:
            return
        target = given[0]
        if isinstance(target, socket.socket):
            if target.family == getattr(socket, "AF_UNIX", None):
                return
            target = given[1][0]
        if target not in LOOPBACK:
            os.write(2, f"{event} {target}: this process is walled in\n".encode())
            raise PermissionError(f"{event} {target}: this process is walled in")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    wall_in()
    if sys.argv[1:2] == ["-c"]:
        exec(sys.argv[2])
    else:
        from assistant.cli import main

        main()
