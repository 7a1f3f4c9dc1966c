"""A look at the sites of an archive: its rows become histories, and these are judged."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.archive import healthdata
from newsarchive.clock import day_in_vietnam, stamp
from newsarchive.errors import CallError
from newsarchive.health.history import KEPT_DAYS, History
from newsarchive.health.judge import diagnose
from newsarchive.health.peers import Peers
from newsarchive.health.values import FIELDS, Day, Diagnosis, Round
from newsarchive.sites import all_sites

_BACK = timedelta(days=400)  # a year, and the Tết of the one before
_COUNTED = (
    "rounds", "well", "new", "fresh", "changed", "gone", "refused", "failed", "listed", "articles",
    "characters", "compared", "agreed",
)  # fmt: skip
_MET = ("new", "fresh", "changed", "gone", "refused", "failed", "listed")


def examine(path: Path, *, now: datetime, sites: Collection[str] = ()) -> list[Diagnosis]:
    """How each site is that the archive at `path` follows, or each of those given, by slug.

    now: with a time zone; what is later is not looked at. Nothing is written. Raises CallError for
    a site that the archive does not follow, ArchiveError if it cannot be used.
    """
    histories = {history.site: history for history in read(path, now=now)}
    for slug in sites:
        if slug not in histories:
            followed = ", ".join(histories) or "none"
            raise CallError(
                f"{slug}: this archive does not follow it (it follows {followed}); "
                f"`newsarchive crawl {slug}` begins to"
            )
    peers = Peers(histories.values())
    chosen = dict.fromkeys(sites) or histories
    return [diagnose(histories[slug], now=now, peers=peers) for slug in chosen]


def read(path: Path, *, now: datetime) -> Iterator[History]:
    """The histories of all sites that the archive follows, up to `now`. Raises as `examine`."""
    registered = all_sites()
    for rows in healthdata.read(
        path,
        since=stamp(now - _BACK),
        latest=stamp(now - timedelta(days=KEPT_DAYS)),
        until=stamp(now),
    ):
        site = registered.get(rows.slug)
        history = History.of(
            rows.slug,
            days=[_day(row) for row in rows.days if row["day"] <= day_in_vietnam(now)],
            rounds=map(_round, rows.rounds),
            name=rows.name,
            family=site.family if site is not None else None,
        )
        history.last_success = rows.last_success
        history.last_new = rows.last_new
        yield history


def _day(row: Mapping[str, Any]) -> Day:
    return Day(
        day=row["day"],
        fill={name: row[name] for name in FIELDS},
        trouble=row["trouble"],
        **{name: row[name] for name in _COUNTED},
    )


def _round(row: Mapping[str, Any]) -> Round:
    return Round(
        started=row["started"],
        finished=row["finished"],
        outcome=row["outcome"],
        trouble=row["trouble"],
        why=row["why"],
        fields=json.loads(row["fields"]),
        **{name: row[name] for name in _MET},
    )
