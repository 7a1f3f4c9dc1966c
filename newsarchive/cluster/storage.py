"""Files at an address (s3://, memory:// and whatever else fsspec has a driver for)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from newsarchive import clock
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.intake.sources import Fault, Named, Opened

BLOCK = 2**20  # bytes that are asked for at a time; drivers take up to fifty times as many
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "created")
Span = tuple[str, int, int]  # address, start, end


class Met(NamedTuple):
    """A file that was met. size: bytes. modified: seconds since 1970."""

    named: Named
    size: int
    modified: float


def is_address(text: str) -> bool:
    """Whether a text is an address, and no path of this machine."""
    return "://" in text


def located(text: str) -> Path | str:
    """A path as it was given, of a file:// address the path; any other address as it is.

    Raises CallError for an address that no driver knows, NewsArchiveError where the driver, or
    fsspec itself, is not installed.
    """
    if not is_address(text):
        return Path(text)
    parts = urlsplit(text)
    if parts.scheme in ("file", "local"):
        return Path(unquote(parts.netloc + parts.path))
    _system(text)
    return text


def _system(address: str) -> tuple[Any, str]:
    """The driver of an address, and the address as that calls it."""
    try:
        from fsspec.core import url_to_fs
        from fsspec.registry import known_implementations
    except ModuleNotFoundError:
        raise NewsArchiveError(
            f"{address}: needs fsspec: pip install 'newsarchive[dask]'"
        ) from None
    scheme = address.partition("://")[0].rpartition("::")[2]
    try:
        fs, path = url_to_fs(address)
    except ImportError:
        known = known_implementations.get(scheme, {}).get("class", scheme)
        package = known.partition(".")[0]
        raise NewsArchiveError(
            f"{address}: {scheme}:// needs the package {package} here and on all workers: "
            f"pip install {package}"
        ) from None
    except ValueError as error:
        raise CallError(f"{address}: no such kind of address is known ({error})") from None
    return fs, str(path)


def files_at(address: str) -> Iterator[Met | Fault]:
    """The files at an address, folder by folder in the order of their names, and what is wrong."""
    fs, root = _system(address)
    above = tuple(part for part in root.split("/")[:-1] if part)
    name = root.rstrip("/").rpartition("/")[2]
    seen: set[str] = set()
    waiting: list[tuple[dict[str, Any], tuple[str, ...]]] = []
    try:
        info = fs.info(root)
    except FileNotFoundError:
        yield Fault(line=f"{address}: there is no such file or folder")
        return
    except Exception as error:  # a driver raises whatever its service says
        yield _unreadable(address, error)
        return
    if info["type"] != "directory":
        yield Met(Named(address, above, (name,), True), int(info["size"] or 0), _modified(info))
        return
    waiting.append((info, (name,)))
    while waiting:
        info, names = waiting.pop()
        where = fs.unstrip_protocol(info["name"])
        if info["type"] != "directory":
            yield Met(Named(where, above, names, False), int(info["size"] or 0), _modified(info))
            continue
        seen.add(info["name"].rstrip("/"))
        try:
            entries = fs.ls(info["name"], detail=True)
        except Exception as error:  # as above
            yield _unreadable(where, error)
            continue
        for entry in sorted(entries, key=lambda entry: str(entry["name"]), reverse=True):
            if entry["name"].rstrip("/") not in seen:
                waiting.append((entry, (*names, entry["name"].rstrip("/").rpartition("/")[2])))


def _unreadable(address: str, error: Exception) -> Fault:
    return Fault(line=f"{address}: cannot be read ({error or type(error).__name__})")


def _modified(info: dict[str, Any]) -> float:
    """When a file was changed, seconds since 1970; now where its service does not tell."""
    for name in _TIMES:
        told = info.get(name)
        if isinstance(told, datetime):
            return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        if isinstance(told, int | float):
            return float(told)
    return clock.now().timestamp()


@contextmanager
def opened(met: Met) -> Iterator[Opened]:
    """The file, opened. Raises OSError, and what its driver raises."""
    fs, path = _system(str(met.named.path))
    with fs.open(path, "rb", block_size=BLOCK) as file:
        yield Opened(file, met.size, met.modified)


def ranges(spans: Sequence[Span]) -> list[bytes | str]:
    """The bytes of each span, or why there are none where its file is not there.

    Raises what a driver raises where its service fails.
    """
    if not spans:
        return []
    fs = _system(spans[0][0])[0]
    asked = [(_system(address)[1], start, end) for address, start, end in spans]
    try:
        got = fs.cat_ranges(*map(list, zip(*asked, strict=True)), on_error="return")
    except FileNotFoundError:  # some drivers give up at one
        got = [_one_range(fs, *one) for one in asked]
    found: list[bytes | str] = []
    for one in got:
        if isinstance(one, FileNotFoundError):
            found.append("the WARC file is missing; copy it there")
        elif isinstance(one, Exception):
            raise one
        else:
            found.append(bytes(one))
    return found


def _one_range(fs: Any, path: str, start: int, end: int) -> bytes | FileNotFoundError:
    try:
        found: bytes = fs.cat_file(path, start, end)
        return found
    except FileNotFoundError as error:
        return error
