"""Runs a recovery: archive opened, spider run, exit status."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess

from newsarchive.archive.recoveries import Span
from newsarchive.crawl import progress, runner
from newsarchive.crawl.keeper import Keeper
from newsarchive.crawl.reading import PageReader, ReaderHere, ReaderProcess
from newsarchive.crawl.recovery import Recovery, RecoveryJob
from newsarchive.crawl.recovery_capture import Sources
from newsarchive.crawl.recovery_index import CommonCrawl, Index, Wayback
from newsarchive.crawl.recovery_pages import hosts_of
from newsarchive.crawl.targets import Target
from newsarchive.errors import CallError
from newsarchive.hosts import Server
from newsarchive.urls import DEFAULT_PORTS, host_port

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

_PORTS = frozenset(DEFAULT_PORTS.values())
# Web archives that are asked unless the user names others: these are in no private network.
_PUBLIC = frozenset({"web.archive.org", "index.commoncrawl.org", "data.commoncrawl.org"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a recovery was asked for; see the command."""

    source: str
    span: Span
    limit: int | None = None
    collections: int | None = None
    rows: int = 5000
    again: bool = False


def recover(
    target: Target, wishes: Wishes, more: dict[str, object], *, quiet: bool, verbose: bool = False
) -> int:
    """Recover a site with these settings over the project's; return the exit status.

    Raises CallError for a wrong address or contact, ArchiveError for an archive that cannot be
    used, all before any request.
    """
    level = "DEBUG" if verbose else "ERROR"
    settings = runner.project_settings(
        **more,
        LOG_LEVEL=level,
        LOG_INSTALL_ROOT_HANDLER=verbose,
        SPIDER_LOADER_CLASS="scrapy.spiderloader.DummySpiderLoader",  # the one needed is known
    )
    agent = runner.user_agent(settings.get("NEWSARCHIVE_CONTACT") or "")
    settings.set("USER_AGENT", agent, priority="project")
    recovery, allowed, own = _recovery(target, wishes, settings)
    shown = progress.fitting(quiet=quiet)
    keeper = Keeper(path=Path(settings["NEWSARCHIVE_DB"]))
    keeper.start()
    job: RecoveryJob | None = None
    summary = ""
    try:
        apart = settings.getbool("NEWSARCHIVE_READER_PROCESS")
        reader: PageReader = ReaderProcess() if apart else ReaderHere()
        job = RecoveryJob(
            target=target,
            recovery=recovery,
            keeper=keeper,
            reader=reader,
            progress=shown,
            allowed=allowed,
            own=own,
        )
        process = AsyncCrawlerProcess(settings)  # which sets up Scrapy's log
        if not verbose:
            logging.getLogger("scrapy").setLevel(logging.CRITICAL)  # failures are told by the job
        _run(process, job, reader, shown)
    finally:
        if job is not None:
            summary = job.finish()
        keeper.close()
    shown.summary(summary)
    return _status(job, keeper, shown)


def _status(job: RecoveryJob, keeper: Keeper, shown: progress.Progress) -> int:
    if keeper.broken:
        shown.trouble(keeper.broken)
        return 1
    if job.stopped:
        shown.trouble("stopped; the same command takes it up again")
        return runner.STOPPED
    return 1 if job.counts.failed else 0


def _run(
    process: AsyncCrawlerProcess, job: RecoveryJob, reader: PageReader, shown: progress.Progress
) -> None:
    modules = process.settings.getlist("SPIDER_MODULES")[0]
    spider = cast("type[Spider]", import_module(f"{modules}.wayback").RecoverySpider)
    crawler = process.create_crawler(spider)
    job.going = lambda: crawler.crawling

    def sent() -> None:
        job.counts.requested += 1

    def erred(failure: Failure, response: Response | Failure | None) -> None:
        job.fail(getattr(response, "url", None) or job.target.slug, runner._internal(failure.value))

    async def closed(reason: str) -> None:
        job.stopped = job.stopped or reason == "shutdown"
        await reader.close()

    for handler, signal in (
        (sent, signals.request_reached_downloader),
        (erred, signals.spider_error),
        (closed, signals.spider_closed),
    ):
        crawler.signals.connect(handler, signal, weak=False)
    task = process.crawl(crawler, job=job)
    shown.start()
    try:
        process.start()
    finally:
        shown.stop()
    if not task.done() or task.cancelled():
        job.stopped = True
    elif (error := task.exception()) is not None:
        job.fail(job.target.slug, runner._internal(error))


def _recovery(
    target: Target, wishes: Wishes, settings: Settings
) -> tuple[Recovery, frozenset[Server], frozenset[Server]]:
    """What is to be done, the servers that may be asked for it, and those that the user named."""
    names = ("WAYBACK_CDX_URL", "WAYBACK_WEB_URL", "CC_INDEX_URL", "CC_DATA_URL")
    cdx, web, info, data = (_address(settings, name) for name in names)
    hosts = hosts_of(target)
    index: Index
    if wishes.source == "wayback":
        index = Wayback(cdx=cdx, hosts=hosts, span=wishes.span, rows=wishes.rows)
        asked = (cdx, web)
    else:
        index = CommonCrawl(info=info, hosts=hosts, span=wishes.span, most=wishes.collections)
        asked = (info, data)
    recovery = Recovery(
        index=index,
        sources=Sources(web=web, data=data),
        span=wishes.span,
        limit=wishes.limit,
        again=wishes.again,
        about={
            "http-header-user-agent": settings["USER_AGENT"],
            "delay": f"{settings.getfloat('DOWNLOAD_DELAY'):g} s",
            "timeout": f"{settings.getfloat('DOWNLOAD_TIMEOUT'):g} s",
        },
    )
    places = {host_port(address) for address in asked}
    # collinfo.json has named its indexes by http and by https.
    places |= {(host, other) for host, port in places if port in _PORTS for other in _PORTS}
    own = frozenset(place for place in places if place[0] not in _PUBLIC)
    return recovery, frozenset(places), own


def _address(settings: Settings, name: str) -> str:
    address = str(settings[name]).rstrip("/")
    try:
        host_port(address)
    except ValueError:
        raise CallError(f"{name} {address!r}: no http(s) address of a web archive") from None
    return address
