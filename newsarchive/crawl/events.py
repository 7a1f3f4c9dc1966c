"""What a crawl tells machines: one JSON object a line, appended to a file."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path

from newsarchive import __version__, clock
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.model import Tally
from newsarchive.text import clean

_COUNTS = tuple(field.name for field in fields(Tally))
_OPTION = "--log-json"


class EventLog:
    """A file of events that several processes and threads may append to, and others rotate.

    Each line has `time` (UTC, ISO 8601 with Z), `event` and `pid` (of the process), then what the
    methods say. The file is opened for each event, so that a renamed one is left at once.
    """

    def __init__(self, path: Path, *, keep: Path | None = None) -> None:
        """Make the file if need be. keep: the archive, which must not be written over.

        Raises CallError if the file is the archive, NewsArchiveError if it cannot be written.
        """
        self._path = path
        self._trouble: Callable[[str], None] | None = None
        self.broken: str | None = None
        try:
            if keep is not None and keep.exists() and path.exists() and path.samefile(keep):
                raise CallError(f"{_OPTION} {path}: is the archive; name another file")
            with _Opened(path):
                pass
        except OSError as error:
            raise NewsArchiveError(
                f"{path}: cannot be written ({error.strerror}); name another file with {_OPTION}"
            ) from None

    def tell(self, trouble: Callable[[str], None]) -> None:
        """Whom to tell, in one line and once, that the file can be written no longer."""
        self._trouble = trouble

    def run(self, sites: Sequence[str]) -> None:
        """The crawl of these sites begins. Has `version` too."""
        self._write("run", version=__version__, sites=list(sites))

    def site(self, slug: str, outcome: str, tally: Tally, *, seconds: float) -> None:
        """A site's crawl is over. Has all that model.Tally counts; seconds: what it took."""
        counts = {name: getattr(tally, name) for name in _COUNTS}
        self._write("site", site=slug, outcome=outcome, seconds=round(seconds, 1), **counts)

    def trouble(self, line: str, *, site: str | None = None) -> None:
        """A line of trouble as people see it; site: of which site, where that is known."""
        self._write("trouble", site=site, line=line)

    def health(self, site: str, state: str, *, why: str, since: str | None) -> None:
        """How a site is after the crawl: 'well', or what is wrong, why, and since when."""
        self._write("health", site=site, state=state, why=why, since=since)

    def notified(self, sites: Sequence[str], trouble: Sequence[str]) -> None:
        """Somebody was to be told of these sites; trouble: what went wrong with that."""
        self._write("notified", sites=list(sites), trouble=list(trouble))

    def end(self, status: int, *, seconds: float, requested: int) -> None:
        """The crawl is over. status: exit status; requested: pages asked for in all."""
        self._write("end", status=status, seconds=round(seconds, 1), requested=requested)

    def _write(self, event: str, **values: object) -> None:
        """Append one event. If that fails the crawl goes on; `broken` says what happened."""
        line = {
            "time": clock.stamp(clock.now()),
            "event": event,
            "pid": os.getpid(),
            **{name: _plain(value) for name, value in values.items()},
        }
        try:
            with _Opened(self._path) as file:
                file.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            if self.broken is None:
                self.broken = (
                    f"{self._path}: cannot be written ({error.strerror}); events are missing in it"
                )
                if self._trouble is not None:
                    self._trouble(self.broken)


class _Opened:
    """The file while one line is written, kept from the other writers of it."""

    def __init__(self, path: Path) -> None:
        # Read too: whether the last line has its end.
        self._fd = -1
        self._path = path

    def __enter__(self) -> _Opened:
        flags = os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            self._fd = os.open(self._path, os.O_RDWR | flags, 0o666)
        except PermissionError:  # a file that may be appended to and not be read
            self._fd = os.open(self._path, os.O_WRONLY | flags, 0o666)
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._fd)

    def append(self, line: bytes) -> None:
        """Write the line whole or not at all; raises OSError."""
        if not stat.S_ISREG(os.fstat(self._fd).st_mode):
            os.write(self._fd, line)  # a pipe or a device takes what it takes
            return
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        size = os.fstat(self._fd).st_size
        written = 0
        try:
            line = self._torn(size) + line
            while written < len(line):
                # One call, but on a disk that is almost full.
                written += os.write(self._fd, line[written:])
        finally:
            if 0 < written < len(line):
                os.ftruncate(self._fd, size)

    def _torn(self, size: int) -> bytes:
        """The end of a line that a power cut or another program left without."""
        try:
            last = os.pread(self._fd, 1, size - 1) if size else b"\n"
        except OSError:
            return b""
        return b"" if last == b"\n" else b"\n"


def _plain(value: object) -> object:
    """Texts without what acts on the terminal of whoever looks at the file."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
