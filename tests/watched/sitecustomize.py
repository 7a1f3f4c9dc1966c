"""Put on PYTHONPATH by a test: each process notes what it does outside itself, in a file.

WATCHED names the file; one JSON list a line: the event of Python's audit hooks and its arguments.
"""

from __future__ import annotations

import json
import os
import sys

_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind",
            "socket.sendto", "socket.sendmsg", "urllib.Request")  # fmt: skip
_PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
              "os.startfile", "pty.spawn")  # fmt: skip
_FILES = ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.chmod", "os.link",
          "os.symlink", "shutil.rmtree", "tempfile.mkstemp", "tempfile.mkdtemp")  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _watch(path: str) -> None:
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def hook(event: str, args: tuple[object, ...]) -> None:
        told: object = [repr(arg) for arg in args]
        if event == "open":
            flags = args[2]
            if not (isinstance(flags, int) and flags & _WRITES):
                return
        elif event in ("socket.connect", "socket.bind"):
            told = args[1] if isinstance(args[1], tuple) else str(args[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            told = str(args[0])
        elif event not in (*_NETWORK, *_PROCESSES, *_FILES):
            return
        os.write(log, (json.dumps([event, told]) + "\n").encode())

    sys.addaudithook(hook)


if "WATCHED" in os.environ:
    _watch(os.environ["WATCHED"])
