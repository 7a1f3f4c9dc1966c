"""Runs `newsarchive` to its end, forked from a process that has loaded Scrapy and its kin already.

To load them takes most of the CPU time of a short command, and tests run hundreds. What runs is a
process of its own all the same, with the project's modules, arguments, environment and folder of
its own. Tests that send signals start theirs in the usual way.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from select import select

# Of others alone: what the project's modules find in the environment they find when they load.
_LOADED = (
    "scrapy.crawler", "scrapy.core.engine", "scrapy.core.downloader.handlers.http11",
    "scrapy.core.scheduler", "scrapy.squeues", "scrapy.pqueues", "scrapy.dupefilters",
    "scrapy.spiders", "scrapy.logformatter", "scrapy.statscollectors", "scrapy.extensions.corestats",
    "scrapy.spidermiddlewares.start", "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.redirect", "scrapy.downloadermiddlewares.httpproxy",
    "scrapy.downloadermiddlewares.downloadtimeout", "scrapy.downloadermiddlewares.useragent",
    "scrapy.downloadermiddlewares.defaultheaders", "twisted.internet.asyncioreactor", "OpenSSL.SSL",
    "lxml.html", "lxml.cssselect", "bs4", "rich.progress", "click", "warcio", "protego",
    "feedparser", "sqlite3",
)  # fmt: skip
_TOLD = 1 << 18  # bytes of an order


def run(
    command: Sequence[str],
    *,
    timeout: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """As subprocess.run(command, capture_output=True, text=True, check=False) runs it.

    command: as crawl_cases.command makes it. Raises subprocess.TimeoutExpired; what runs is killed.
    """
    order = {
        "args": list(command[3:]),
        "cwd": str(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
    }
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        closing(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)) as asked,
    ):
        asked.connect(_starter())
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _TOLD)
        asked.settimeout(timeout)
        socket.send_fds(asked, [json.dumps(order).encode()], [out.fileno(), err.fileno()])
        try:
            status = int(asked.recv(64))
        except TimeoutError:
            raise subprocess.TimeoutExpired(list(command), timeout) from None
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n"))
    return subprocess.CompletedProcess(list(command), status, *texts)


@cache
def _starter() -> str:
    """The address of the process that forks, which the first call begins."""
    folder = tempfile.TemporaryDirectory(prefix="quick")
    address = str(Path(folder.name, "starter"))
    process = subprocess.Popen(
        [sys.executable, __file__, address], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as ready:
        assert ready.read(1), "the process that starts others does not start"

    def end() -> None:
        process.kill()
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return address


def serve(address: str) -> None:
    """Fork what is asked for and tell how it ended; a caller that leaves takes it along."""
    for name in _LOADED:
        import_module(name)
    assert threading.active_count() == 1
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    running: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen()
        os.write(1, b".")
        os.close(1)
        os.open(os.devnull, os.O_WRONLY)
        while True:
            ready = select([listener, woken, *running.values()], [], [])[0]
            if woken in ready:
                with suppress(BlockingIOError):
                    os.read(woken, 4096)
                _reap(running)
            for pid, caller in list(running.items()):
                if caller in ready:  # it never says a second thing
                    os.killpg(pid, signal.SIGKILL)
            if listener in ready:
                caller, _ = listener.accept()
                pid = _fork(caller, [listener.fileno(), woken, wake])
                running[pid] = caller


def _reap(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with running.pop(pid) as caller, suppress(OSError):
            caller.send(str(os.waitstatus_to_exitcode(status)).encode())


def _fork(caller: socket.socket, ours: Sequence[int]) -> int:
    message, files, _, _ = socket.recv_fds(caller, _TOLD, 2)
    pid = os.fork()
    if pid:
        for file in files:
            os.close(file)
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        for at, file in enumerate(files, 1):
            os.dup2(file, at)
        for file in (*files, *ours, caller.fileno()):
            os.close(file)
        status = _become(json.loads(message))
    finally:
        os._exit(status)


def _become(order: dict[str, object]) -> int:
    """Be the command, to its end; its exit status."""
    sys.argv = ["newsarchive", *order["args"]]  # type: ignore[misc]  # a list in JSON
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]  # as above
    os.chdir(str(order["cwd"]))
    status = 0
    try:
        runpy.run_module("newsarchive", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does at its end
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    # As `python -m newsarchive` finds the project: from the folder in which tests run.
    sys.path[0] = os.getcwd()
    serve(sys.argv[1])
