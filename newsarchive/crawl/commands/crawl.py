"""`scrapy crawl SITE` does what `newsarchive crawl SITE` does, with Scrapy's own log."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from newsarchive.crawl import targets
from newsarchive.crawl.loader import pace_settings
from newsarchive.crawl.progress import Lines
from newsarchive.crawl.values import Options
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.settings import Settings, beside, read

_ARGUMENTS = ("yes", "since", "limit", "full")
_TRUE = ("1", "yes", "true")


class Command(ScrapyCrawl):
    """Crawl a registered site."""

    def short_desc(self) -> str:
        """As `scrapy` lists it."""
        return "Crawl a registered site (-a yes=1, since=DAY, limit=N, full=1)"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; a wrong call exits 2, failures 1, as with `newsarchive crawl`."""
        from newsarchive.crawl import runner

        if len(args) != 1:
            raise UsageError("one site, please: scrapy crawl SITE", print_help=False)
        progress = Lines()
        process = self.crawler_process
        assert isinstance(process, AsyncCrawlerProcess)
        try:
            said = _settled(process.settings)
            target = targets.of_slug(args[0], yes=opts.spargs.get("yes", "").lower() in _TRUE)
            target = replace(target, pace=said.pace(target.slug, "crawl"))
            self.exitcode = runner.run(process, [target], _options(opts.spargs), progress)
        except NewsArchiveError as error:
            progress.trouble(str(error))
            self.exitcode = 2 if isinstance(error, CallError) else 1


def _settled(settings: BaseSettings) -> Settings:
    """The settings of newsarchive, set over the project's and under those of -s."""
    named = os.environ.get("NEWSARCHIVE_CONFIG")
    path = Path(named) if named else beside(Path(settings["NEWSARCHIVE_DB"]))
    said = Settings(read(path) if path is not None else None, os.environ)
    more = pace_settings(said.pace_of_all("crawl"))
    more["NEWSARCHIVE_CONTACT"] = said.find("crawl", "contact").value or ""
    if named and said.db is not None and not os.environ.get("NEWSARCHIVE_DB"):
        more["NEWSARCHIVE_DB"] = str(said.db)
    settings.setdict(more, priority=SETTINGS_PRIORITIES["project"] + 5)
    return said


def _options(given: dict[str, str]) -> Options:
    for name in given:
        if name not in _ARGUMENTS:
            raise CallError(f"-a {name}: no such argument; there are {', '.join(_ARGUMENTS)}")
    limit = given.get("limit")
    if limit is not None and not (limit.isdecimal() and int(limit) > 0):
        raise CallError(f"-a limit={limit}: not a number of articles from 1")
    return Options(
        since=targets.day(given["since"]) if "since" in given else None,
        limit=int(limit) if limit else None,
        full=given.get("full", "").lower() in _TRUE,
    )
