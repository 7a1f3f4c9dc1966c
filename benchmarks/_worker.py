"""A program in a process of its own, told by lines of JSON on standard input what to do.

Imports nothing of the project but `_peers`, so that it runs in the peers' own environment too.
`_processes.py` starts it and talks to it.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import socket
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

from _peers import PROGRAMS, Page, Program, record

# Whose caches are emptied for a first reading: newsarchive, trafilatura and what it reads with.
READERS = ("newsarchive", "trafilatura", "htmldate", "courlan", "justext")


def attempt(call: Callable[[Page], Any], page: Page) -> Any:
    """What a call gives, None where it fails: a peer's failure counts as empty."""
    try:
        return call(page)
    except Exception:  # any of a peer's, whatever it is
        return None


def records(program: Program, pages: list[Page]) -> list[dict[str, Any]]:
    """What the program reads on each page."""
    assert program.record is not None
    found = []
    for page in pages:
        try:
            found.append(program.record(program.read(page), page))
        except Exception:  # any of a peer's, whatever it is
            found.append(record())
    return found


def seconds(program: Program, pages: list[Page]) -> float:
    """CPU seconds of reading all pages once."""
    call = program.timed or program.read
    start = time.process_time()
    for page in pages:
        attempt(call, page)
    return time.process_time() - start


def forget() -> None:
    """Empty the caches of the functions of READERS, as they are when a process starts."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in READERS:
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


def offline(*_: Any, **__: Any) -> Any:
    """Stands for the resolver of names, so that no peer asks the network."""
    raise OSError("a benchmark asks no network")


def work(name: str) -> None:
    """Answer each line of standard input with a line: pages, read, time, first."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a peer prints is no answer
    socket.getaddrinfo = offline
    logging.disable()
    warnings.simplefilter("ignore")

    def answer(value: Any) -> None:
        print(json.dumps(value), file=answers, flush=True)

    try:
        program = PROGRAMS[name]()
    except ImportError as error:
        answer(str(error))
        return
    answer(None)
    pages: list[Page] = []
    for line in sys.stdin:
        task, told = json.loads(line)
        if task == "pages":
            pages = [Page(base64.b64decode(content), text, url) for content, text, url in told]
            answer(len(pages))
        elif task == "read":
            answer(records(program, pages))
        else:
            if task == "first":
                forget()
            answer(seconds(program, pages))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        work(sys.argv[1])
