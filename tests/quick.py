"""Runs `newsarchive` to its end, forked from a process that has loaded it and all its kin already.

To load them takes most of the CPU time of a short command, and tests run hundreds. What runs is a
process of its own all the same, with arguments, environment, folder and streams of its own, and so
are the workers that it starts. Tests of other signals than SIGKILL, and those of how commands
start, start theirs in the usual way.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import marshal
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from select import select

# What others make, loaded by the project's modules only when it is needed.
_LOADED = (
    "scrapy.crawler", "scrapy.core.engine", "scrapy.core.downloader.handlers.http11",
    "scrapy.core.scheduler", "scrapy.squeues", "scrapy.pqueues", "scrapy.dupefilters",
    "scrapy.spiders", "scrapy.logformatter", "scrapy.statscollectors", "scrapy.extensions.corestats",
    "scrapy.spidermiddlewares.start", "scrapy.downloadermiddlewares.retry",
    "scrapy.downloadermiddlewares.redirect", "scrapy.downloadermiddlewares.httpproxy",
    "scrapy.downloadermiddlewares.downloadtimeout", "scrapy.downloadermiddlewares.useragent",
    "scrapy.downloadermiddlewares.defaultheaders", "twisted.internet.asyncioreactor", "OpenSSL.SSL",
    "lxml.html", "lxml.cssselect", "bs4", "rich.progress", "click", "warcio", "protego",
    "feedparser", "sqlite3", "sqlite_utils",
)  # fmt: skip
# Not of ours: a server of its own kind, and what drives a browser.
_LEFT = ("newsarchive.web", "newsarchive.crawl.playwright_handler", "newsarchive.__main__")
# What looks at the environment or the clock when it loads, loaded anew by each process; that no
# other module does is what test_quick.py makes sure of.
ANEW = ("newsarchive.clock", "newsarchive.crawl.settings")
_WORKER = Path(__file__).with_name("quick_worker.py")
_TOLD = 1 << 18  # bytes of an order


def run(
    command: Sequence[object],
    *,
    timeout: float = 120,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """As subprocess.run(command, capture_output=True, text=True) runs it.

    command: Python with `-m newsarchive` or `-c CODE`, and arguments. Raises
    subprocess.TimeoutExpired, and what runs is killed; CalledProcessError where check is set.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = Started(command, out.fileno(), err.fileno(), cwd=cwd, env=env)
        status = started.wait(timeout)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n"))
    done = subprocess.CompletedProcess(started.args, status, *texts)
    if check:
        done.check_returncode()
    return done


class Started:
    """A command that runs; as for `run`, but its output goes to files, or nowhere."""

    def __init__(
        self,
        command: Sequence[object],
        out: int | None = None,
        err: int | None = None,
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.args = [str(word) for word in command]
        python, how, what, *args = self.args
        assert (python, how) in ((sys.executable, "-m"), (sys.executable, "-c"))
        environment = dict(os.environ if env is None else env)
        order = (how, what, args, str(cwd or Path.cwd()), environment, [0, 1, 2])
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.connect(_starter())
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _TOLD)
        with open(os.devnull, "r+") as nowhere:
            none = nowhere.fileno()
            files = [none, none if out is None else out, none if err is None else err]
            socket.send_fds(self._line, [marshal.dumps(order)], files)
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self._look(0)
        return self._status

    def wait(self, timeout: float = 60) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired; it is killed then."""
        try:
            return self._look(timeout)
        finally:
            self._line.close()

    def kill(self) -> None:
        """End it with SIGKILL."""
        with suppress(BrokenPipeError):  # it has ended
            self._line.send(b"kill")

    def _look(self, timeout: float) -> int:
        if self._status is None:
            self._line.settimeout(timeout)
            try:
                self._status = int(self._line.recv(64))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout) from None
        return self._status


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


def _load(address: str) -> None:
    """Load what a command may need; have it start its workers here."""
    for name in _LOADED:
        importlib.import_module(name)
    import newsarchive
    import spiders
    from newsarchive import workers
    from newsarchive.reader import read

    for package in (newsarchive, spiders):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_LEFT):
                importlib.import_module(module.name)
    read(b"<html><body><h1>-</h1><p>-</p></body></html>", "http://localhost/")
    begin = (sys.executable, "-IS", str(_WORKER), address)
    workers.command = lambda module: (*begin, module)
    assert "twisted.internet.reactor" not in sys.modules
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


def serve(address: str) -> None:
    """Fork what is asked for and tell how it ended; a caller that leaves takes it along."""
    _load(address)
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
                if caller in ready:  # it says so, or it has left
                    with suppress(OSError):
                        caller.recv(64, socket.MSG_DONTWAIT)
                    _kill(pid)
            if listener in ready:
                caller, _ = listener.accept()
                pid = _fork(caller, [listener.fileno(), woken, wake, *_numbers(running)])
                running[pid] = caller


def _kill(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:  # it leads no group yet
        os.kill(pid, signal.SIGKILL)


def _numbers(running: Mapping[int, socket.socket]) -> list[int]:
    return [caller.fileno() for caller in running.values()]


def _reap(running: dict[int, socket.socket]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with running.pop(pid) as caller, suppress(OSError):
            caller.send(str(os.waitstatus_to_exitcode(status)).encode())


def _fork(caller: socket.socket, ours: Sequence[int]) -> int:
    message, files, _, _ = socket.recv_fds(caller, _TOLD, 8)
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
        *order, numbers = marshal.loads(message)
        for file in (*ours, caller.fileno()):
            os.close(file)
        apart = [fcntl.fcntl(file, fcntl.F_DUPFD, max(numbers) + 1) for file in files]
        for file in files:
            os.close(file)
        for file, number in zip(apart, numbers, strict=True):
            os.dup2(file, number)
            os.close(file)
        status = _become(*order)
    finally:
        os._exit(status)


def _become(how: str, what: str, args: list[str], folder: str, environment: dict[str, str]) -> int:
    """Be `python -m what args` or `python -c what args`, to its end; its exit status."""
    sys.argv = [how, *args]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    status = 0
    try:
        for name in ANEW:
            importlib.reload(sys.modules[name])
        if how == "-c":
            exec(what, {"__name__": "__main__"})
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a worker's module is loaded already
                runpy.run_module(what, run_name="__main__", alter_sys=True)
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
