"""A demo portal as a process of its own, for benchmarks and for looking at it in a browser."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType

from newsarchive.demo.families import NAMES
from newsarchive.demo.portal import Portal
from newsarchive.demo.server import serve
from newsarchive.demo.stories import make_stories


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one portal until standard input ends or SIGTERM comes; the first line is its URL."""
    parser = argparse.ArgumentParser(prog="python -m newsarchive.demo.portal", description=__doc__)
    parser.add_argument("--family", choices=NAMES, default="nukeviet")
    parser.add_argument("--articles", type=int, default=2000, metavar="N")
    parser.add_argument("--page-size", type=int, default=20, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--warm", action="store_true", help="draw all pages before the first line")
    args = parser.parse_args(argv)
    portal = Portal(
        family=args.family,
        name="Công an tỉnh Đắk Mơ",
        stories=make_stories(args.articles, args.seed),
        page_size=args.page_size,
    )
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    threading.Thread(target=_until_closed, args=(ended,), daemon=True).start()
    try:
        with serve(portal, args.host, args.port) as url:
            if args.warm:
                portal.warm(url)
            print(url, flush=True)
            ended.wait()
    except OSError as error:
        print(f"{args.host}:{args.port}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _until_closed(ended: threading.Event) -> None:
    """Set `ended` when whoever started the process closes its standard input."""
    # Not through sys.stdin: a thread still reading that one when Python ends is a fatal error.
    while os.read(0, 4096):
        continue
    ended.set()
