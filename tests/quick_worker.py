"""Stands for a worker that the process of quick.py forks: lives as long, and ends as it ends.

Called with that process's address, the worker's module and its arguments, of which a number is that
of a file that it takes over. Loads next to nothing, for which it is there.
"""

import _socket
import marshal
import os
import signal
import sys


def main() -> None:
    """Have it forked, and wait."""
    address, module, *args = sys.argv[1:]
    files = [0, 1, 2, *(int(word) for word in args if word.isdigit())]
    order = marshal.dumps(("-m", module, args, os.getcwd(), dict(os.environ), files))
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    line.setsockopt(_socket.SOL_SOCKET, _socket.SO_SNDBUF, 1 << 18)
    line.connect(address)
    sent = b"".join(file.to_bytes(4, sys.byteorder) for file in files)
    line.sendmsg([order], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, sent)])
    for file in files:
        os.close(file)
    status = int(line.recv(64) or 1)
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


main()
