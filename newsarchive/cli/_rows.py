"""Rows of articles on their way into a file: counted, shown on a bar, names masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from newsarchive.exporting.lines import Row

Bar = Callable[[str, int], Callable[[], None]]


def mask() -> Callable[[Row], Row]:
    """What replaces the names of private persons in a row."""
    from newsarchive.masking import Masker

    return Masker().mask


class Counted:
    """Rows on their way; `seen` says how many passed, `advance` is called at each."""

    def __init__(self, rows: Iterable[Row], advance: Callable[[], None]) -> None:
        self._rows = rows
        self._advance = advance
        self.seen = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            yield row
            self.seen += 1
            self._advance()


@contextmanager
def progress(shown: bool) -> Iterator[Bar]:
    """Takes what is done and how many times, gives something to call at each.

    It draws a bar on standard error if `shown`, in the place of the one before.
    """
    if not shown:
        yield lambda _what, _total: lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:

        def bar(what: str, total: int) -> Callable[[], None]:
            for before in progress.task_ids:
                progress.remove_task(before)
            task = progress.add_task(what, total=total)
            return lambda: progress.advance(task)

        yield bar
