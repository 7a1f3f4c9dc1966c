"""Runs the crawls of several sites in one process: archive opened, spiders run, exit status."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.settings import SETTINGS_PRIORITIES, Settings

from newsarchive import __version__
from newsarchive.crawl._worker import settle_memory
from newsarchive.crawl.budget import Budget
from newsarchive.crawl.job import Job
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.loader import host_settings, pace_settings, spider_of
from newsarchive.crawl.progress import Progress
from newsarchive.crawl.reading import PageReader, ReaderHere, ReaderProcess
from newsarchive.crawl.targets import Target
from newsarchive.crawl.values import Options
from newsarchive.errors import ArchiveError, Busy, CallError, Over
from newsarchive.text import inert_lines

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from newsarchive.crawl.shared.crew import Crew
    from newsarchive.crawl.shared.share import Share
    from newsarchive.crawl.survey import Survey

STOPPED = 130  # as after ctrl-C everywhere
SPENT = "budget"
LOST = "redis"
OWN = SETTINGS_PRIORITIES["cmdline"] + 10
_ending: set[asyncio.Future[None]] = set()  # the event loop itself holds no task
_CONTACT = re.compile(r"^(?:https?://[!-'*-~]+|[!-'*-?A-~]+@[!-'*-?A-~]+)$")


class Inert(logging.Formatter):
    """Another formatter's lines; what portals wrote into them acts on no terminal."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """The record as that one writes it, what could act escaped."""
        return inert_lines(self._formatter.format(record))


def user_agent(contact: str) -> str:
    """Who asks, and where the asked can complain. Raises CallError for a contact that is none."""
    if not contact:
        return f"newsarchive/{__version__}"
    if not _CONTACT.match(contact):
        raise CallError(f"--contact {contact}: neither a mail address nor an http(s) address")
    return f"newsarchive/{__version__} (+{contact})"


def run(
    process: AsyncCrawlerProcess,
    targets: Sequence[Target],
    options: Options,
    progress: Progress,
    budget: Budget | None = None,
    crew: Crew | None = None,
) -> int:
    """Crawl all targets at once, each host at its own pace; return the exit status.

    crew: the other workers with whom this one shares the crawl, if any.

    A budget that is spent ends the run in order; what is left over is no failure. The archive is
    what the setting NEWSARCHIVE_DB names. Raises CallError for a contact that is
    none, for a browser that is wanted and missing and for a shared crawl that runs on other terms,
    ArchiveError for an archive and SharedError for a Redis that cannot be used, all before any
    request.
    """
    for target in targets:
        host_settings(target)  # a missing browser is said before anything is written
    settings = process.settings
    if (settings.getpriority("USER_AGENT") or 0) <= SETTINGS_PRIORITIES["project"]:
        agent = user_agent(settings.get("NEWSARCHIVE_CONTACT") or "")
        settings.set("USER_AGENT", agent, priority="project")
    keeper = Keeper(path=Path(settings["NEWSARCHIVE_DB"]))
    keeper.start()
    if crew is not None:
        crew.serve(keeper)
    own = settings.getbool("NEWSARCHIVE_READER_PROCESS")
    reader: PageReader = ReaderProcess() if own else ReaderHere()
    budget = budget or Budget()
    jobs: list[Job] = []
    busy: list[tuple[str, str]] = []
    if progress.log is not None:
        progress.log.run([target.slug for target in targets])
    try:
        for target in targets:
            try:
                job = Job(
                    target=target,
                    options=replace(options, about=_about(settings, target)),
                    keeper=keeper,
                    reader=reader,
                    progress=progress,
                    budget=budget,
                    share=_share(crew, target, options),
                )
            except Busy as error:
                busy.append((target.slug, str(error)))
                continue
            except Over as error:
                progress.summary(str(error))
                continue
            jobs.append(job)
        if jobs:
            _crawl(process, jobs, reader, progress, budget, crew)
    finally:
        summaries = [job.finish() for job in jobs]
        keeper.close()
        if crew is not None:
            crew.close()  # what the last commit kept is done
    for line in summaries:
        progress.summary(line)
    for slug, line in busy:
        progress.trouble(line, site=slug)
    progress.requested = sum(job.counts.requested for job in jobs)
    return _status(jobs, keeper, progress, crew) or int(bool(busy))


def _share(crew: Crew | None, target: Target, options: Options) -> Share | None:
    """This worker's share in a site's crawl. Raises as Crew.join does."""
    if crew is None:
        return None
    from newsarchive.crawl.shared.share import Share

    return Share(crew, target.slug, options)


def _about(given: BaseSettings, target: Target) -> dict[str, str]:
    """What WARC files tell of the settings under which they were made."""
    settings = given.copy()
    settings.setdict(pace_settings(target.pace), priority=OWN)
    return {
        "http-header-user-agent": settings["USER_AGENT"],
        "delay": f"{settings.getfloat('DOWNLOAD_DELAY'):g} s",
        "concurrency": str(settings["CONCURRENT_REQUESTS_PER_DOMAIN"]),
        "timeout": f"{settings.getfloat('DOWNLOAD_TIMEOUT'):g} s",
    }


def _status(jobs: list[Job], keeper: Keeper, progress: Progress, crew: Crew | None) -> int:
    progress.over = keeper.broken is not None or any(job.stopped for job in jobs)
    broken = keeper.broken or (crew.broken if crew is not None else None)
    if broken:
        progress.trouble(broken)
        return 1
    if progress.over:
        progress.trouble("stopped; the same command takes it up again")
        return STOPPED
    lost = progress.log is not None and progress.log.broken is not None
    return 1 if lost or any(job.counts.failed for job in jobs) else 0


def _crawl(
    process: AsyncCrawlerProcess,
    jobs: list[Job],
    reader: PageReader,
    progress: Progress,
    budget: Budget,
    crew: Crew | None,
) -> None:
    running = set(jobs)
    # The reader loads while Scrapy does.
    warming = asyncio.get_event_loop().create_task(reader.warm())
    tasks: list[tuple[Job, asyncio.Task[None]]] = []
    for job in jobs:
        crawler = process.create_crawler(spider_of(job.target, process.settings))
        # Over what the command line says of all of them.
        crawler.settings.setdict(pace_settings(job.target.pace), priority=OWN)
        _listen(crawler, job, running, reader, warming, crew)
        budget.on_end(partial(_end, crawler, SPENT))
        if crew is not None and job.share is not None:
            from newsarchive.crawl.shared.scheduler import shared_settings

            crawler.settings.setdict(shared_settings(crawler.settings), priority=OWN)
            job.share.begin(crawler)
            crew.on_end(partial(_end, crawler, LOST))
        tasks.append((job, process.crawl(crawler, job=job)))
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, Inert):
            handler.setFormatter(Inert(handler.formatter or logging.Formatter()))
    progress.start()
    settle_memory()
    try:
        process.start()
    finally:
        progress.stop()
    for job, task in tasks:
        if not task.done() or task.cancelled():
            job.stopped = True
        elif (error := task.exception()) is not None:
            job.fail(job.target.start, _internal(error))


def _end(crawler: Crawler, reason: str) -> None:
    """Have a crawl end in order: what is on its way is waited for, the rest stays to be asked."""
    if crawler.engine is not None and crawler.spider is not None and crawler.crawling:
        task = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
        _ending.add(task)
        task.add_done_callback(_ending.discard)


def _listen(
    crawler: Crawler,
    job: Job,
    running: set[Job],
    reader: PageReader,
    warming: asyncio.Task[None],
    crew: Crew | None,
) -> None:
    def sent() -> None:
        job.counts.requested += 1

    def erred(failure: Failure, response: Response | Failure | None) -> None:
        url = getattr(response, "url", None) or job.target.start
        job.fail(url, _internal(failure.value))

    async def opened() -> None:
        job.budget.begin()
        if crew is not None:
            crew.start()
        await warming

    async def closed(reason: str) -> None:
        job.stopped = job.stopped or reason in ("shutdown", LOST)
        job.cut = job.cut or reason == SPENT
        if job.share is not None:
            await job.share.leave()
        with suppress(ArchiveError):  # which the keeper tells
            await job.end(well=reason == "finished")
        running.discard(job)
        if not running:
            job.budget.close()
            await reader.close()
            if crew is not None:
                await crew.stop()

    for handler, signal in (
        (opened, signals.spider_opened),
        (sent, signals.request_reached_downloader),
        (erred, signals.spider_error),
        (closed, signals.spider_closed),
    ):
        crawler.signals.connect(handler, signal, weak=False)


def _internal(error: BaseException | None) -> str:
    return f"internal error, {type(error).__name__}: {error} (please report it; see --verbose)"


def project_settings(**more: object) -> Settings:
    """The project's settings, with `more` as if it had been given on the command line."""
    settings = Settings()
    settings.setmodule("newsarchive.crawl.settings", priority="project")
    settings.setdict(more, priority="cmdline")
    return settings


def survey(process: AsyncCrawlerProcess, look: Survey) -> None:
    """Fetch what a survey wants. Raises CallError for a contact that is none."""
    settings = process.settings
    agent = user_agent(settings.get("NEWSARCHIVE_CONTACT") or "")
    settings.set("USER_AGENT", agent, priority="project")
    modules = settings.getlist("SPIDER_MODULES")[0]
    spider = import_module(f"{modules}.survey").SurveySpider
    process.crawl(process.create_crawler(spider), job=look)
    process.start()
