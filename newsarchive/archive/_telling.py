"""What archives tell of one article, and how their tellings join. Knows records, no ids.

Joining gives the same in any order, and joining again what was joined gives the same once more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from newsarchive.archive._rows import COMPARED, FIELDS, captions_of, content_of_version
from newsarchive.errors import ArchiveError

Look = tuple[str, str]  # when, and the record that was read
Version = tuple[str, str | None, tuple[Any, ...]]  # when, the record, the row's texts
Event = tuple[str, str, str | None]  # when, what, the record
VERSION = (
    "title", "lead", "body", "byline", "source", "section", "published", "published_text",
    "images",
)  # fmt: skip
_META = ("key", "site", "url", "first_seen", "last_seen", "gone", "withheld")
_ARTICLE = f"SELECT {', '.join((*_META, *FIELDS))} FROM articles WHERE id = ?"  # noqa: S608  names of ours
_LOOKS = """
    SELECT o.seen, c.record_id, o.content FROM observations AS o
    JOIN captures AS c ON c.id = o.capture WHERE o.article = ?
"""
_VERSIONS = f"""
    SELECT v.seen, c.record_id, {", ".join(f"v.{name}" for name in VERSION)} FROM versions AS v
    LEFT JOIN captures AS c ON c.id = v.capture WHERE v.article = ? ORDER BY v.version
"""  # noqa: S608  names of ours
_EVENTS = """
    SELECT e.seen, e.what, c.record_id FROM events AS e
    LEFT JOIN captures AS c ON c.id = e.capture WHERE e.article = ?
"""
_CHECK = """
    SELECT k.due, k.checked, k.unchanged, k.missed, k.how, c.record_id FROM checks AS k
    LEFT JOIN captures AS c ON c.id = k.capture WHERE k.article = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One article as an archive tells of it. fields: of its row, as FIELDS names them.

    looks: each with the digest of what was read. check: due, checked, unchanged, missed, how,
    record.
    """

    key: str
    site: str
    url: str
    first_seen: str
    last_seen: str
    gone: str | None
    withheld: str | None
    fields: tuple[str | None, ...]
    images: tuple[tuple[str | None, ...], ...] = ()
    tags: tuple[str, ...] = ()
    looks: dict[Look, str]
    versions: tuple[Version, ...] = ()
    urls: frozenset[tuple[str, str]]
    events: frozenset[Event]
    check: tuple[Any, ...] | None = None

    @property
    def keys(self) -> set[str]:
        """All keys under which it was met."""
        return {self.key, *(key for key, _ in self.urls)}

    @property
    def rank(self) -> tuple[Look, str]:
        """Whose word counts: the latest look's; of the same one, the better reader's."""
        return max(self.looks, default=("", "")), str(self.fields[-1])

    def _is_at(self, versions: Sequence[Version]) -> bool:
        """Whether the row says what the last of these versions does."""
        if not versions:
            return True
        title, lead, body, *rest, _text, images = versions[-1][2]
        return self.fields[:COMPARED] == (title, lead, body, captions_of(images), *rest)

    def _marks(self) -> frozenset[Event]:
        return frozenset(event for event in self.events if event[1] == "gone")

    def _returns(self) -> frozenset[Event]:
        return frozenset(event for event in self.events if event[1] == "returned")


def read(conn: sqlite3.Connection, article: int) -> Telling:
    """What the archive behind a connection tells of the article of this id."""
    row = conn.execute(_ARTICLE, (article,)).fetchone()
    images = conn.execute(
        "SELECT url, caption, credit FROM images WHERE article = ? ORDER BY position", (article,)
    )
    tags = conn.execute("SELECT tag FROM tags WHERE article = ? ORDER BY rowid", (article,))
    versions = conn.execute(_VERSIONS, (article,))
    return Telling(
        **dict(zip(_META, row, strict=False)),
        fields=tuple(row[len(_META) :]),
        images=tuple(images.fetchall()),
        tags=tuple(tag for (tag,) in tags),
        looks={
            (seen, record): content for seen, record, content in conn.execute(_LOOKS, (article,))
        },
        versions=tuple((seen, record, tuple(text)) for seen, record, *text in versions),
        urls=frozenset(conn.execute("SELECT key, url FROM urls WHERE article = ?", (article,))),
        events=frozenset(conn.execute(_EVENTS, (article,))),
        check=conn.execute(_CHECK, (article,)).fetchone(),
    )


def join(tellings: Sequence[Telling]) -> Telling:
    """One telling of several.

    All looks are in it, and what follows from them: versions, returns, whether it is gone. Text,
    pictures, tags and reader are of whoever looked last. The key is the one that sorts first of
    those under which the archives have it (so whatever order they are joined in), address and
    site are of the archive that has that key, the one that met it first.
    """
    if len(tellings) == 1:
        return tellings[0]
    first = min(tellings, key=lambda t: (t.key, t.first_seen, t.url, t.site))
    looks: dict[Look, str] = {}
    for telling in sorted(tellings, key=lambda t: t.rank):
        for look, content in telling.looks.items():
            same = [t.looks[look] for t in tellings if t.rank == telling.rank and look in t.looks]
            looks[look] = max(same) if len(same) > 1 else content
    versions = _versions(tellings, looks)
    joined = replace(
        _row(tellings, versions),
        key=first.key,
        site=first.site,
        url=first.url,
        first_seen=min(t.first_seen for t in tellings),
        last_seen=max(t.last_seen for t in tellings),
        withheld=min((t.withheld for t in tellings if t.withheld), default=None),
        looks=looks,
        versions=versions,
        urls=frozenset().union(*(t.urls for t in tellings)),
        events=frozenset().union(*(t.events for t in tellings)),
        check=_check([t.check for t in tellings if t.check is not None]),
    )
    return _with_returns(joined, tellings)


def _row(tellings: Sequence[Telling], versions: Sequence[Version]) -> Telling:
    """The telling whose row is shown; brought to the last version, if it is of another one.

    That may be where an archive met two pages of one second in another order.
    """
    best = _best(
        tellings,
        lambda t: t.rank,
        lambda t: t._is_at(versions),
        lambda t: _order([t.fields, t.images, t.tags]),
    )
    if best._is_at(versions):
        return best
    text = dict(zip(VERSION, versions[-1][2], strict=True))
    images = text.pop("images")
    day = (text["published"] or "")[:10]
    fields = dict(zip(FIELDS, best.fields, strict=True)) | text
    fields |= {"captions": captions_of(images), "published_day": day if len(day) == 10 else None}
    shown = tuple((i["url"], i["caption"], i["credit"]) for i in json.loads(images))
    return replace(best, fields=tuple(fields.values()), images=shown)


def _versions(tellings: Sequence[Telling], looks: dict[Look, str]) -> tuple[Version, ...]:
    """The versions that follow from the looks; as they were told, if one knew all looks."""
    told = [t for t in tellings if t.looks == looks]
    if told:
        return _best(told, lambda t: t.rank, lambda t: _order(t.versions)).versions
    texts: dict[str, list[tuple[Look, Any, str, tuple[Any, ...]]]] = {}
    for telling in tellings:
        for seen, record, text in telling.versions:
            found = ((seen, record or ""), telling.rank, _order(text), text)
            texts.setdefault(_content(text), []).append(found)
    found_versions = []
    for content, group in groupby(sorted(looks.items()), key=lambda look: look[1]):
        start = next(group)[0]
        if content not in texts:
            raise ArchiveError(
                f"{tellings[0].url}: what was read at {start[0]} is in none of its versions; "
                "`newsarchive reparse` reads it again"
            )
        found_versions.append((*start, _text(texts[content], start)))
    return tuple(found_versions)


def _text(told: Iterable[tuple[Look, Any, str, tuple[Any, ...]]], start: Look) -> tuple[Any, ...]:
    """The row of a version that begins at `start`, of rows with the same content.

    The one that begins there, else the nearest before, else the first one.
    """
    told = list(told)
    before = [one for one in told if one[0] <= start]
    at = max(before)[0] if before else min(told)[0]
    return max(one for one in told if one[0] == at)[3]


def _with_returns(joined: Telling, tellings: Sequence[Telling]) -> Telling:
    """The telling with its returns, and whether it is gone, as they follow from looks and marks;
    as they were told, if one knew them all."""
    marks = joined._marks()
    told = [t for t in tellings if t.looks == joined.looks and t._marks() == marks]
    if told:
        one = _best(
            told,
            lambda t: t.rank,
            lambda t: (t.gone or "", sorted(map(str, t._returns()))),
        )
        returns, gone = one._returns(), one.gone
    elif joined.looks:
        looks = sorted(joined.looks)
        since = sorted({seen for seen, _, _ in marks})
        after = [next((look for look in looks if look[0] > seen), None) for seen in since]
        returns = frozenset((look[0], "returned", look[1]) for look in after if look is not None)
        gone = since[-1] if since and since[-1] >= looks[-1][0] else None
    else:
        returns, gone = frozenset(), max((t.gone for t in tellings if t.gone), default=None)
    others = frozenset(event for event in joined.events if event[1] != "returned")
    return replace(joined, gone=gone, events=others | returns)


def _content(text: tuple[Any, ...]) -> str:
    return content_of_version((*text[:7], text[8]))


def _best(tellings: Sequence[Telling], *keys: Callable[[Telling], Any]) -> Telling:
    """The greatest by the first key, of equal ones by the next; keys are made when needed."""
    left = list(tellings)
    for key in keys:
        if len(left) > 1:
            values = [key(telling) for telling in left]
            top = max(values)
            left = [t for t, value in zip(left, values, strict=True) if value == top]
    return left[0]


def _order(values: Any) -> str:
    """By what is chosen where nothing else tells which one counts."""
    return json.dumps(values, ensure_ascii=False)


def _check(checks: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
    """The earliest time to look again; the rest is of the later look, which may have found it."""
    if len(set(checks)) < 2:
        return checks[0] if checks else None
    later = max(checks, key=lambda c: (c[1] or "", c[3] is None, _order(c)))
    return (min(check[0] for check in checks), *later[1:])


def tombstone(telling: Telling, title: str) -> Telling:
    """What is left of an article that was erased."""
    fields = dict.fromkeys(FIELDS, None) | {"title": title, "body": "", "origins": "{}"}
    return replace(
        telling,
        gone=None,
        fields=tuple({**fields, "parser": ""}.values()),
        images=(),
        tags=(),
        looks={},
        versions=(),
        events=frozenset((e[0], e[1], None) for e in telling.events if e[1] == "withheld"),
        check=None,
    )
