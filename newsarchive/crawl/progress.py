"""What a person sees while a crawl runs: a bar on a terminal, lines in a pipe, or only trouble."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

    from newsarchive.crawl.job import Job

EVERY = 10.0  # seconds between two lines


class Progress:
    """Trouble on stderr and nothing else: --quiet, and the base of the talkative ones."""

    def start(self) -> None:
        """The crawl begins."""

    def stop(self) -> None:
        """The crawl is over."""

    def page(self, job: Job, section: str | None) -> None:
        """A page was taken in; section: the list that is being walked."""

    def trouble(self, line: str) -> None:
        """One line of trouble."""
        print(" ".join(line.split()), file=sys.stderr, flush=True)

    def summary(self, line: str) -> None:
        """What a site's crawl came to."""


class Lines(Progress):
    """Plain lines, one at times while the crawl runs, and the summaries on stdout."""

    def __init__(self) -> None:
        self._said = monotonic()

    def page(self, job: Job, section: str | None) -> None:
        """Say at times how far it is."""
        if monotonic() - self._said >= EVERY:
            self._said = monotonic()
            print(f"{job.target.slug}: {_state(job)}, {section or ''}", file=sys.stderr, flush=True)

    def summary(self, line: str) -> None:
        """Print the summary."""
        print(line, flush=True)


class Bar(Lines):
    """A bar a site on the terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Live

        super().__init__()
        self._console = Console(stderr=True)
        self._live = Live(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            TextColumn("{task.fields[state]}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            refresh_per_second=4,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._tasks: dict[str, TaskID] = {}

    def start(self) -> None:
        """Show the bars."""
        self._live.start()

    def stop(self) -> None:
        """Take the bars away."""
        self._live.stop()

    def page(self, job: Job, section: str | None) -> None:
        """Bring the site's bar up to date."""
        slug = job.target.slug
        if slug not in self._tasks:
            self._tasks[slug] = self._live.add_task(slug, total=None, state="")
        where = (section or "").removeprefix(job.target.start.rstrip("/"))
        self._live.update(self._tasks[slug], state=f"{_state(job)}  {where}")

    def trouble(self, line: str) -> None:
        """One line of trouble, above the bars."""
        self._console.print(" ".join(line.split()), markup=False, highlight=False, soft_wrap=True)


def _state(job: Job) -> str:
    counts = job.counts
    return f"{counts.requested} pages, {counts.new + counts.changed + counts.unchanged} articles"


def fitting(*, quiet: bool) -> Progress:
    """The progress that fits where stderr leads."""
    if quiet:
        return Progress()
    return Bar() if sys.stderr.isatty() else Lines()
