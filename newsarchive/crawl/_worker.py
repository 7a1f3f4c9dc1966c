"""The reader in a process of its own: pages come in on stdin, readings go out on stdout."""

from __future__ import annotations

import os
import pickle
import struct
import sys
from datetime import datetime
from typing import BinaryIO, NamedTuple

from newsarchive.model import Reading

LENGTH = struct.Struct("!I")


class Page(NamedTuple):
    """One page to be read. site: a slug of the registry. links: whether its links are wanted."""

    content: bytes
    url: str
    content_type: str | None
    fetched: datetime
    site: str | None
    links: bool = True


def read_page(page: Page) -> Reading:
    """Read one page under its site's rules."""
    from newsarchive import sites
    from newsarchive.reader import read

    return read(
        page.content,
        page.url,
        content_type=page.content_type,
        fetched=page.fetched,
        site=sites.get(page.site) if page.site else None,
        want_links=page.links,
    )


def pack(value: object) -> bytes:
    """The value as one message: its length, then its pickle."""
    body = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer every page with its Reading, or with a str: why reading it failed."""
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
