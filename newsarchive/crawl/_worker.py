"""The reader in a process of its own: pages come in on stdin, readings go out on stdout."""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO, NamedTuple

from newsarchive.model import Reading, Step

LENGTH = struct.Struct("!I")
_WARM = b"<html><body><h1>-</h1><p>-</p></body></html>"


class Page(NamedTuple):
    """One page to be read: for its links, or for its article. site: a slug of the registry.

    step: the request that it answers, if that was no plain address. calls: whether the lists that
    an article's scripts ask for are wanted.
    """

    content: bytes
    url: str
    content_type: str | None
    fetched: datetime
    site: str | None
    links: bool
    step: Step | None = None
    calls: bool = False


def read_page(page: Page) -> Reading:
    """Read one page under its site's rules."""
    from newsarchive import sites
    from newsarchive.reader import read
    from newsarchive.reader.calls import advanced, read_answer

    if page.step is not None and (listing := read_answer(page.content, page.step)) is not None:
        return Reading(article=None, reason="a script's list", listing=listing)
    reading = read(
        page.content,
        page.url,
        content_type=page.content_type,
        fetched=page.fetched,
        site=sites.get(page.site) if page.site else None,
        want_article=not page.links,
        want_links=page.links,
        want_calls=page.calls,
    )
    found = reading.listing
    if page.step is not None and found.articles and not (found.next or found.step):
        return replace(reading, listing=replace(found, step=advanced(page.step)))
    return reading


def pack(value: object) -> bytes:
    """The value as one message: its length, then its pickle."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def settle_memory() -> None:
    """Spare the garbage collector what is loaded for good, and most of its visits: pages leave
    much behind at once, and each visit looks at all there is.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every page with its Reading, or with a str: why reading it failed."""
    from newsarchive.reader import read

    read(_WARM, "http://localhost/")  # loads all that reading needs, before the first page comes
    settle_memory()
    while head := source.read(LENGTH.size):
        page = Page(*pickle.loads(source.read(LENGTH.unpack(head)[0])))
        answer: Reading | str
        try:
            answer = read_page(page)
        except Exception as error:  # the process boundary: any failure is the page's problem
            answer = f"the reader failed: {type(error).__name__}: {error}"
        sink.write(pack(answer))
        sink.flush()


def main() -> None:
    """Serve until stdin ends. What the code prints by mistake must not land among the answers."""
    sink = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
