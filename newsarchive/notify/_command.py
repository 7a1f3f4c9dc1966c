"""The command of the user: the message's text on its standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from typing import IO

from newsarchive.notify.values import Message, Undelivered
from newsarchive.text import clean

SUBJECT, CHANGES = b"NEWSARCHIVE_SUBJECT", b"NEWSARCHIVE_CHANGES"
_MOST = 100_000  # bytes; Linux lets one variable have 128 KiB
_LAST = 4096  # bytes of the command's last words


def run(command: str, message: Message, *, quiet: bool, seconds: float) -> list[str]:
    """Run the command in a shell, and kill it with all it started after `seconds`.

    The subject and the changes (JSON) stand in its environment. What it leaves running in the
    background is not waited for. Raises Undelivered if it cannot be run, or ends with another
    status than 0.
    """
    # Bytes, so that Vietnamese goes through whatever the locale is.
    environment = {
        **os.environb,
        SUBJECT: message.subject.encode(),
        CHANGES: _changes(message),
    }
    try:
        # A file and no pipe: what stays in the background may hold a pipe open.
        with tempfile.TemporaryFile() as said:
            status = _run(command, message.text.encode(), environment, said, quiet, seconds)
            said.seek(max(0, said.seek(0, os.SEEK_END) - _LAST))
            words = _last_line(said.read())
    except (OSError, ValueError) as error:  # a NUL in it, say
        raise Undelivered(f"cannot be run ({getattr(error, 'strerror', error)})") from None
    if status is None:
        raise Undelivered(f"did not end in {seconds:g} s and was killed{words}")
    if status < 0:
        raise Undelivered(f"was ended by signal {-status}{words}")
    if status:
        raise Undelivered(f"ended with status {status}{words}")
    return []


def _run(
    command: str,
    text: bytes,
    environment: dict[bytes, bytes],
    said: IO[bytes],
    quiet: bool,
    seconds: float,
) -> int | None:
    """Its exit status; None if it had to be killed."""
    process = subprocess.Popen(
        command.encode(errors="surrogateescape"),
        shell=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=said,
        env=environment,
        start_new_session=True,  # a process group of its own
    )
    try:
        process.communicate(text, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdin is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
    return process.returncode


def _changes(message: Message) -> bytes:
    """As many of the changes as a variable can hold."""
    changes = [dict(change) for change in message.changes]
    while len(text := json.dumps(changes, ensure_ascii=False).encode()) > _MOST:
        changes = changes[: len(changes) * _MOST // len(text)]
    return text


def _last_line(output: bytes) -> str:
    lines = [clean(line) for line in output.decode("utf-8", "replace").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    return f": {last[:200]}" if last else ""
