"""What a person sees while much is read: a bar on a terminal, lines in a pipe, or only trouble."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from newsarchive.text import clean

if TYPE_CHECKING:
    from rich.progress import TaskID

EVERY = 10.0  # seconds between two lines
_WIDTH = 36  # characters of a name beside the bar: its end
_FRAME = 0.1  # between two changes of the bar


class Progress:
    """Trouble on stderr and nothing else: --quiet, and the base of the talkative ones."""

    def start(self) -> None:
        """The work begins."""

    def stop(self) -> None:
        """The work is over."""

    def tell(self, what: str, state: str, share: float | None = None) -> None:
        """How far it is. what: is worked at. share: from 0 to 1, None where it is not known."""

    def trouble(self, line: str) -> None:
        """One line of trouble."""
        print(clean(line), file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """One line of what came of it."""


class Lines(Progress):
    """Plain lines: one at times, and on stdout what came of it."""

    def __init__(self) -> None:
        self._said = monotonic()

    def tell(self, what: str, state: str, share: float | None = None) -> None:
        """Say at times how far it is."""
        if monotonic() - self._said >= EVERY:
            self._said = monotonic()
            done = f" ({share:.0%})" if share is not None else ""
            print(clean(f"{what}: {state}{done}"), file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """Print the line."""
        print(clean(line), flush=True)


class Bar(Lines):
    """A bar on the terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Live

        super().__init__()
        self._live = Live(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}", markup=False),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID | None = None

    def start(self) -> None:
        """Show the bar."""
        self._live.start()

    def stop(self) -> None:
        """Take the bar away."""
        self._live.stop()

    def tell(self, what: str, state: str, share: float | None = None) -> None:
        """Bring the bar up to date."""
        if monotonic() - self._said < _FRAME:
            return
        self._said = monotonic()
        if self._task is None:
            self._task = self._live.add_task("", total=None, state="")
        total = None if share is None else 1.0
        self._live.update(
            self._task,
            description=clean(what)[-_WIDTH:],
            state=clean(state),
            total=total,
            completed=share or 0.0,
        )

    def trouble(self, line: str) -> None:
        """One line of trouble, above the bar."""
        self._live.console.print(clean(line), markup=False, highlight=False, soft_wrap=True)

    def say(self, line: str) -> None:
        """One line on stdout, the bar out of its way."""
        was_shown = self._live.live.is_started
        self._live.stop()
        super().say(line)
        if was_shown:
            self._live.start()


def fitting(*, quiet: bool) -> Progress:
    """The progress that fits where stderr leads."""
    if quiet:
        return Progress()
    return Bar() if sys.stderr.isatty() else Lines()
