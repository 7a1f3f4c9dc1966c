"""Asking the archive for all that a report says."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from newsarchive import __version__, clock
from newsarchive.health.values import Diagnosis
from newsarchive.query import period as asked
from newsarchive.query import places, reprints
from newsarchive.query.period import Edit, Looks, Period, Taken
from newsarchive.report.coverage import states, verdict
from newsarchive.report.values import DELAYS, Copy, Part, Report, Shown, Story
from newsarchive.sites._provinces import PROVINCES

# As many edits, articles taken down and stories are named; all are counted.
NAMED = 40
STORIES = 12
COPIES = 8
# As many are asked for, so that some of them are of the chosen sites.
_ASKED = 400


def gather(
    conn: sqlite3.Connection,
    period: Period,
    *,
    path: Path,
    now: datetime,
    sites: Sequence[places.Site],
    scope: str | None,
    diagnoses: Sequence[Diagnosis],
    gone: bool = False,
    progress: Callable[[int], None] = lambda _more: None,
) -> Report:
    """The report about these sites.

    scope: name of the one site or province that they are, None for all of the archive. diagnoses:
    how sites were at the end of the time. gone: name articles that their site took down, too.
    progress: called with how many more sites are done. Raises ArchiveError.
    """
    chosen = {site.slug for site in sites}
    edits = [edit for edit in asked.edits(conn, period) if edit.site in chosen]
    facts = _Facts(conn, period, edits, {found.site: found for found in diagnoses})
    taken: list[Taken] = []
    parts = []
    for site in sites:
        lost = asked.taken(conn, site.slug, period)
        parts.append(facts.part(site, taken=len(lost)))
        taken += lost
        progress(1)
    named = [edit for edit in edits if gone or not edit.gone][:NAMED]
    taken.sort(key=lambda lost: (lost.gone, lost.article), reverse=True)
    held = {site.province_2025 for site in sites}
    return Report(
        archive=path.name,
        version=__version__,
        now=now,
        period=period,
        whole=clock.day_in_vietnam(now) > period.until.isoformat(),
        scope=scope,
        parts=tuple(parts),
        articles_edited=len({edit.article for edit in edits}),
        delays=_delays(edits),
        edits=tuple(_shown(conn, edit) for edit in named),
        taken=tuple(taken[:NAMED]) if gone else (),
        gone=gone,
        stories=_stories(conn, period, chosen, gone=gone),
        span=asked.span(conn),
        missing=tuple(name for name in PROVINCES if name not in held) if scope is None else (),
    )


class _Facts:
    """What is known of all sites at once, to be told of each."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        period: Period,
        edits: Sequence[Edit],
        diagnoses: Mapping[str, Diagnosis],
    ) -> None:
        self._conn = conn
        self._period = period
        self._diagnoses = diagnoses
        self._edits = Counter(edit.site for edit in edits)
        self._looks = asked.looks(conn, period)
        self._crawled = asked.crawled(conn)
        self._troubles = asked.troubles(conn, period)
        self._returned = asked.returned(conn, period)
        length = (period.until - period.since) + timedelta(days=1)
        self._before = (
            Period(since=period.since - length, until=period.since - timedelta(days=1))
            if period.since.toordinal() > length.days
            else None
        )

    def part(self, site: places.Site, *, taken: int) -> Part:
        """One site."""
        slug = site.slug
        days = asked.published(self._conn, slug, self._period)
        before: Mapping[date, int] = (
            asked.published(self._conn, slug, self._before) if self._before else {}
        )
        first, success = self._crawled.get(slug, (None, None))
        looks: Mapping[date, Looks] = self._looks.get(slug, {})
        known = states(self._period, looks, success)
        articles, end = sum(days.values()), self._period.end
        return Part(
            site=site,
            days=days,
            states=known,
            verdict=verdict(known, articles=articles, success=success, end=end)
            if first is not None
            else "never",
            undated=asked.undated(self._conn, slug, self._period),
            before=sum(before.values()),
            edits=self._edits[slug],
            taken=taken,
            returned=self._returned.get(slug, 0),
            troubles=tuple(each for each in self._troubles if each.site == slug),
            # Before its first crawl nobody can say how it was.
            diagnosis=self._diagnoses.get(slug) if first is not None and first < end else None,
        )


def _shown(conn: sqlite3.Connection, edit: Edit) -> Shown:
    changed, before = asked.parts_changed(conn, edit)
    return Shown(edit=edit, changed=tuple(changed), before=before, hours=_hours(edit))


def _hours(edit: Edit) -> float | None:
    """From publication to when an edit was met; a day without a time of it tells no hours."""
    if edit.published is None or len(edit.published) <= 10:
        return None
    try:
        passed = clock.instant(edit.seen) - clock.instant(edit.published)
    except ValueError:
        return None
    return max(0.0, passed.total_seconds() / 3600)


def _delays(edits: Sequence[Edit]) -> tuple[int, ...]:
    """Counts of edits by class of delay, those of which it is not known last."""
    counts = [0] * (len(DELAYS) + 2)
    for edit in edits:
        hours = _hours(edit)
        if hours is None:
            counts[-1] += 1
        else:
            counts[sum(hours >= bound for bound in DELAYS)] += 1
    return tuple(counts)


def _stories(
    conn: sqlite3.Connection, period: Period, chosen: set[str], *, gone: bool
) -> tuple[Story, ...]:
    """The stories first told in that time that most sites brought, one of the chosen among them."""
    bounds = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    found: list[Story] = []
    for story in reprints.most(conn, **bounds, limit=_ASKED):
        if story.sites < 2:
            break  # they come with those of most sites first
        others = reprints.of(conn, story.article)
        if chosen.isdisjoint({story.site, *(other.site for other in others)}):
            continue
        own = _copy(story) if gone or not asked.is_gone(conn, story.article) else None
        copies = [
            *([own] if own else []),
            *(_copy(other) for other in others if gone or other.gone is None),
        ]
        found.append(
            Story(
                copies=tuple(copies[:COPIES]),
                articles=story.articles,
                sites=story.sites,
                first=story.first,
            )
        )
        if len(found) == STORIES:
            break
    return tuple(story for story in found if story.copies)


def _copy(told: reprints.Story | reprints.Reprint) -> Copy:
    return Copy(
        article=told.article,
        site=told.site,
        url=told.url,
        title=told.title,
        published=told.published,
    )
