"""Processes of our own that work for another one: how they are begun."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import newsarchive


def environment() -> dict[str, str]:
    """The environment of this process, in which a worker finds the package that this one runs."""
    root = str(Path(newsarchive.__file__).parent.parent)
    before = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": root + (os.pathsep + before if before else "")}


def command(module: str) -> tuple[str, ...]:
    """What starts the worker that a module of ours is when it runs."""
    return (sys.executable, "-m", module)


def begin(
    command: Sequence[str | Path], *, buffer: int | None = None
) -> tuple[subprocess.Popen[bytes], Connection]:
    """Start a worker that has no streams, and the line that leads to it.

    The number of the worker's end of the line is added to the command. buffer: bytes that the line
    is to hold in each direction. Ctrl-C is for whoever starts it, who ends it himself.
    """
    ours, theirs = socket.socketpair()
    if buffer is not None:
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    line = Connection(ours.detach())
    with theirs:
        process = subprocess.Popen(
            [*command, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env=environment(),
            start_new_session=True,
        )
    return process, line
