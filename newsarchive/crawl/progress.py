"""What a person sees while a crawl runs: a bar on a terminal, lines in a pipe, or only trouble."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from newsarchive.text import inert

if TYPE_CHECKING:
    from rich.progress import TaskID

    from newsarchive.crawl.events import EventLog
    from newsarchive.crawl.job import Job

EVERY = 10.0  # seconds between two lines


class Progress:
    """Trouble on stderr and nothing else: --quiet, and the base of the talkative ones.

    log: a file of events for machines. troubled: the first line of trouble of each site, and how
    many there were. gather: keep the lines of sites until whoever runs the crawl has told them.
    """

    def __init__(self, *, log: EventLog | None = None, gather: bool = False) -> None:
        self.log = log
        self.gather = gather
        self.troubled: dict[str, tuple[str, int]] = {}
        self.requested = 0  # pages, once the run is over
        self.over = False  # it was stopped, or the archive failed: there is nothing more to tell
        if log is not None:
            log.tell(self.trouble)

    def start(self) -> None:
        """The crawl begins."""

    def stop(self) -> None:
        """The crawl is over."""

    def page(self, job: Job, section: str | None) -> None:
        """A page was taken in; section: the list that is being walked."""

    def trouble(self, line: str, *, site: str | None = None) -> None:
        """One line of trouble; site: the slug of the one that it is of."""
        line = inert(line)
        if self.log is not None:
            self.log.trouble(line, site=site)
        if site is not None:
            first, count = self.troubled.get(site, (line, 0))
            self.troubled[site] = (first, count + 1)
        if site is None or not self.gather:
            self.show(line)

    def show(self, line: str) -> None:
        """Print one line of trouble."""
        print(line, file=sys.stderr, flush=True)

    def summary(self, line: str) -> None:
        """What a site's crawl came to."""


class Lines(Progress):
    """Plain lines, one at times while the crawl runs, and the summaries on stdout."""

    def __init__(self, *, log: EventLog | None = None, gather: bool = False) -> None:
        super().__init__(log=log, gather=gather)
        self._said = monotonic()

    def page(self, job: Job, section: str | None) -> None:
        """Say at times how far it is."""
        if monotonic() - self._said >= EVERY:
            self._said = monotonic()
            line = f"{job.target.slug}: {_state(job)}, {inert(section or '')}"
            print(line, file=sys.stderr, flush=True)

    def summary(self, line: str) -> None:
        """Print the summary."""
        print(inert(line), flush=True)


class Bar(Lines):
    """A bar a site on the terminal."""

    def __init__(self, *, log: EventLog | None = None, gather: bool = False) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Live

        super().__init__(log=log, gather=gather)
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
        self._live.update(self._tasks[slug], state=f"{_state(job)}  {inert(where)}")

    def show(self, line: str) -> None:
        """Print one line of trouble, above the bars."""
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


def _state(job: Job) -> str:
    counts = job.counts
    return f"{counts.requested} pages, {counts.new + counts.changed + counts.unchanged} articles"


def fitting(*, quiet: bool, log: EventLog | None = None, gather: bool = False) -> Progress:
    """The progress that fits where stderr leads."""
    kind = Progress if quiet else Bar if sys.stderr.isatty() else Lines
    return kind(log=log, gather=gather)
