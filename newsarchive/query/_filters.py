"""The filters of a choice of articles: checked, resolved against what is there, written as SQL."""

from __future__ import annotations

import difflib
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict

from newsarchive.errors import CallError, UnknownSite
from newsarchive.query._rows import trouble
from newsarchive.text import fold
from newsarchive.words import Words, parse_words

_NOTHING = Words(root=None, exact=False)
# Each section once, by leaps from one to the next in its index.
_SECTIONS = """
    WITH RECURSIVE each(section) AS (
        SELECT min(section) FROM articles WHERE section IS NOT NULL
        UNION ALL
        SELECT (SELECT min(section) FROM articles WHERE section > each.section) FROM each
        WHERE each.section IS NOT NULL
    )
    SELECT section FROM each WHERE section IS NOT NULL
"""
_ALL_SECTIONS = "SELECT DISTINCT section FROM articles WHERE section IS NOT NULL"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Filters that were found right. sites, sections: any of them, None for all there are."""

    sites: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None
    byline: Words = _NOTHING
    since: str | None = None
    until: str | None = None
    gone: bool = True
    changed: bool = False
    # Conditions on the row `a` of articles, and their values by name.
    sql: str = field(init=False, default="")
    values: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        parts: list[str] = ["a.withheld IS NULL"]
        values: dict[str, Any] = {}
        for name, allowed in (("site", self.sites), ("section", self.sections)):
            if allowed is not None:
                parts.append(_one_of(name, len(allowed)))
                values.update({f"{name}{at}": value for at, value in enumerate(allowed)})
        if self.since is not None:
            # A day's times, and the day alone, all sort behind the day itself.
            parts.append("a.published >= :since")
            values["since"] = self.since
        if self.until is not None:
            parts.append("a.published < :until")
            values["until"] = f"{self.until}U"  # behind 'T', which follows the day
        if not self.gone:
            parts.append("a.gone IS NULL")
        if self.changed:
            parts.append("a.version > 1")
        object.__setattr__(self, "sql", " AND ".join(parts))
        object.__setattr__(self, "values", values)

    @property
    def narrow(self) -> bool:
        """Whether it leaves out more than what is withheld (which no index of words holds)."""
        return self.sql != "a.withheld IS NULL"

    @property
    def of_sites(self) -> str | None:
        """The condition on sites where that is all there is, but for what was edited; else None."""
        if self.sections is not None or self.since or self.until or not self.gone or self.byline:
            return None
        return "1" if self.sites is None else _one_of("site", len(self.sites))

    @property
    def close(self) -> bool:
        """Whether what it leaves mostly came into the archive one after the other."""
        return self.sites is not None or self.since is not None


def _one_of(name: str, count: int) -> str:
    return f"a.{name} IN ({', '.join(f':{name}{at}' for at in range(count))})"


class Filters(TypedDict, total=False):
    """What narrows a choice of articles beside words; what is None or missing does not.

    site: a slug. province: today's or former, accents may lack; section: by its name, likewise;
    byline: words of it that stand side by side, with accents only where they are typed. `since` and
    `until`: days in Vietnam ('2022-08-22'), inclusive. changed: only articles that were edited.
    """

    site: str | None
    province: str | None
    section: str | None
    byline: str | None
    since: str | None
    until: str | None
    changed: bool


def choose(
    conn: sqlite3.Connection,
    *,
    site: str | None = None,
    province: str | None = None,
    section: str | None = None,
    byline: str | None = None,
    since: str | None = None,
    until: str | None = None,
    gone: bool = True,
    changed: bool = False,
) -> Choice:
    """The choice that these filters make. Raises CallError for one that cannot be meant."""
    for name, day in (("since", since), ("until", until)):
        if day is not None and not _is_day(day):
            raise CallError(f"--{name} {day!r} is no day; write it as 2022-08-22")
    if since and until and since > until:
        raise CallError(f"--since {since} is after --until {until}")
    with trouble(conn):
        sites = None if site is None else {_site(conn, site)}
        if province is not None:
            within = of_province(conn, province)
            sites = within if sites is None else sites & within
        sections = None if section is None else tuple(_sections(conn, section))
    who = _NOTHING if byline is None else parse_words(_quoted(byline))
    if byline is not None and not who:
        raise CallError(f"--byline {byline!r} holds no word")
    return Choice(
        sites=None if sites is None else tuple(sorted(sites)),
        sections=sections, byline=who, since=since, until=until, gone=gone, changed=changed,
    )  # fmt: skip


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _quoted(name: str) -> str:
    """A name as words of the field byline that stand side by side, whatever signs are in it."""
    return 'byline:"{}"'.format(name.replace('"', " ").strip() or "-")


def _site(conn: sqlite3.Connection, site: str) -> str:
    """Refuse a slug that neither the archive nor the registry knows: it is a slip of the pen."""
    held = [slug for (slug,) in conn.execute("SELECT slug FROM sites ORDER BY slug")]
    if site not in held:
        from newsarchive.sites import all_sites

        registered = all_sites()
        if site not in registered:
            raise UnknownSite(site, difflib.get_close_matches(site, {*held, *registered}, n=3))
    return site


def of_province(conn: sqlite3.Connection, name: str) -> set[str]:
    """The sites of a province, today's or former. Raises CallError for a name that is none."""
    rows = conn.execute("SELECT slug, province, province_2025 FROM sites").fetchall()
    for form in (name, re.sub(r"^(?:tinh|thanh pho|tp)\s+", "", fold(name))):
        found = {slug for slug, *names in rows if fold(form) in {fold(n) for n in names if n}}
        if found:
            return found
    from newsarchive.sites._provinces import find_province, nearest

    official = find_province(name)
    if official is not None:
        return {slug for slug, *names in rows if official in names}
    held = {fold(n): n for _slug, *names in rows for n in names if n}
    near = [held[form] for form in difflib.get_close_matches(fold(name), held, n=3)]
    near = list(dict.fromkeys([*near, *nearest(name)]))
    hint = f"did you mean {', '.join(near)}?" if near else "`newsarchive sites` lists them"
    raise CallError(f"--province {name!r}: no province of Vietnam, today's or former; {hint}")


def _sections(conn: sqlite3.Connection, name: str) -> list[str]:
    """The sections of this name, however it is written. Raises CallError if there is none."""
    leaps = conn.execute("PRAGMA index_info(articles_section_newest)").fetchone() is not None
    held = [section for (section,) in conn.execute(_SECTIONS if leaps else _ALL_SECTIONS)]
    found = [section for section in held if fold(section) == fold(name)]
    if not found:
        forms = {fold(section): section for section in held}
        near = [forms[form] for form in difflib.get_close_matches(fold(name), forms, n=3)]
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise CallError(f"--section {name!r}: no article stands in one of this name{hint}")
    return found
