"""What workers do: find pages in a part of what is read, and read them. They write nothing."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Sequence
from typing import Any

from isal import isal_zlib

from newsarchive.archive.records import check_name
from newsarchive.cluster import finding, storage
from newsarchive.cluster.code import difference, fingerprint
from newsarchive.errors import NewsArchiveError
from newsarchive.intake._worker import Answer, Kept, Sent
from newsarchive.intake.pool import Asked, Pool, Reads

_HERE = threading.local()


class OtherCode(NewsArchiveError):
    """A worker that came later has other code than the coordinator."""


def about() -> str:
    """Which code this worker has."""
    return fingerprint()


def packed(value: Any) -> bytes:
    """A value as it is sent: texts of articles shrink to a fifth."""
    return isal_zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)


def unpacked(sent: bytes) -> Any:
    """The value again. As with all that Dask sends, it may come from trusted machines only."""
    return pickle.loads(isal_zlib.decompress(sent))


def read_part(code: str, part: finding.Part) -> bytes:
    """What lies in a part, each page read: `packed` list of finding.Outcome, one a piece."""
    return _read(code, lambda pool: finding.read(part, pool))


def read_pages(code: str, pages: Sequence[Sent | Kept]) -> bytes:
    """What these pages say: `packed` list of their answers, in their order."""
    return _read(code, lambda pool: _answers(pages, pool))


def _read(code: str, reads: Any) -> bytes:
    ours = fingerprint()
    if code != ours:
        raise OtherCode(f"a worker runs {difference(ours, code)}; install the same on all machines")
    pool = _pool()
    try:
        return packed(reads(pool))
    except BaseException:
        # Pages of it may still be in hand there.
        _HERE.pool = None
        pool.close()
        raise


def _pool() -> Pool:
    """The reader of this thread: a process of its own, so that a page that hangs or kills it costs
    that page alone, here as anywhere."""
    pool: Pool | None = getattr(_HERE, "pool", None)
    if pool is None:
        pool = _HERE.pool = Pool(workers=1)
    return pool


def _answers(pages: Sequence[Sent | Kept], pool: Reads) -> list[Answer]:
    asked: list[Asked | Answer] = []
    for page in _fetched(pages):
        if isinstance(page, Answer):
            asked.append(page)
        else:
            asked.append(pool.submit(page))
    return [one if isinstance(one, Answer) else finding.waited(pool, one) for one in asked]


def _fetched(pages: Sequence[Sent | Kept]) -> list[Sent | Kept | Answer]:
    """The pages, each with the bytes of its record where that lies at an address."""
    found: list[Sent | Kept | Answer] = list(pages)
    far = [
        (at, page)
        for at, page in enumerate(pages)
        if isinstance(page, Kept) and not page.member and storage.is_address(page.folder)
    ]
    for _, page in far:
        check_name(page.warc)
    spans = [
        (f"{page.folder.rstrip('/')}/{page.warc}", page.offset, page.offset + page.length)
        for _, page in far
    ]
    for (at, page), member in zip(far, storage.ranges(spans), strict=True):
        if isinstance(member, bytes):
            found[at] = page._replace(member=member)
        else:
            found[at] = Answer(lost=f"{page.folder.rstrip('/')}/{page.warc}: {member}")
    return found
