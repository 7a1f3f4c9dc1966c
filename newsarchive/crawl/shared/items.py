"""What workers tell each other by way of Redis: items to be asked, and what became of them.

It is JSON, never a pickle: whoever can write to Redis must not run code here. All of it is checked
as it comes, for anything may stand in a Redis.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, get_args

from newsarchive.crawl.values import Ask
from newsarchive.model import Step
from newsarchive.urls import absolute

# done: stored. refused: no article, or gone. skipped: older than --since. failed: no answer, or
# not all of one. forbidden: by robots.txt. known: an archive of another worker has it. lost: too
# many workers died over it.
How = Literal["done", "refused", "skipped", "failed", "forbidden", "known", "lost"]
LARGEST = 64 * 1024  # bytes of one item or event
_MOST_CALLS = 50
_LONGEST = 8000  # characters of an address
_KINDS = ("article", "image")
HOWS: tuple[How, ...] = get_args(How)


class Strange(ValueError):
    """Something in Redis that no worker of this crawl wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One page that any worker may ask. name: the article's key, of articles. section: the list
    that named it. calls: whether lists that its scripts ask for are wanted; None where whoever
    asks it decides.
    """

    kind: Literal["article", "image"]
    url: str
    name: str = ""
    section: str | None = None
    calls: bool | None = None

    @property
    def id(self) -> str:
        """What tells it from all others of its site: an article has many addresses."""
        return digest(self.name) if self.kind == "article" else digest(f"image {self.url}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of an article. day: when it was published; calls: lists its scripts ask for."""

    how: How
    day: str | None = None
    calls: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What became of an item, and who says so ('' is Redis itself)."""

    worker: str
    item: Item
    settled: Settled


def digest(name: str) -> str:
    """The id of what has this name. 96 bits: among a million, two alike are one in 10^17."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def of_ask(ask: Ask, *, calls: bool | None = None) -> Item:
    """The item that stands for what a crawl wants."""
    assert ask.kind == "article" or ask.kind == "image"
    section = ask.section.url if ask.section is not None else None
    url = absolute(None, ask.url) or ask.url  # what old archives hold may be written otherwise
    return Item(kind=ask.kind, url=url, name=ask.name, section=section, calls=calls)


def dumps(item: Item) -> str:
    """An item as it stands in Redis."""
    told = {
        "kind": item.kind, "url": item.url, "name": item.name, "section": item.section,
        "calls": item.calls,
    }  # fmt: skip
    return json.dumps(told)


def loads(body: bytes) -> Item:
    """An item out of Redis; raises Strange."""
    return _item(_object(body))


def head(worker: str, settled: Settled) -> str:
    """An event as far as its item, which Redis puts behind it, with a brace."""
    calls = [
        {"url": c.url, "method": c.method, "body": c.body.decode("latin-1"), "type": c.content_type}
        for c in settled.calls[:_MOST_CALLS]
    ]
    while len(json.dumps(calls)) > LARGEST // 4:
        calls.pop()
    told = {"how": settled.how, "worker": worker, "day": settled.day, "calls": calls}
    return json.dumps(told)[:-1] + ', "item": '


def event(body: bytes) -> Event:
    """An event out of Redis; raises Strange."""
    told = _object(body)
    day, calls = told.get("day"), told.get("calls")
    how = next((how for how in HOWS if how == told.get("how")), None)
    if how is None or not isinstance(calls, list) or len(calls) > _MOST_CALLS:
        raise Strange("an event of no kind")
    if day is not None and not (isinstance(day, str) and len(day) <= 10):
        raise Strange("an event of no day")
    settled = Settled(how=how, day=day, calls=tuple(map(_call, calls)))
    return Event(worker=_text(told, "worker", 100), item=_item(told.get("item")), settled=settled)


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST:
        raise Strange("too long")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Strange("no JSON") from None
    if not isinstance(told, dict):
        raise Strange("no object")
    return told


def _item(told: object) -> Item:
    if not isinstance(told, dict) or told.keys() != {"kind", "url", "name", "section", "calls"}:
        raise Strange("no item")
    kind, section, calls = told["kind"], told["section"], told["calls"]
    if kind not in _KINDS or calls not in (None, True, False):
        raise Strange("an item of no kind")
    if section is not None:
        _text(told, "section", 2 * _LONGEST)
    name = _text(told, "name", _LONGEST)
    if bool(name) is not (kind == "article"):
        raise Strange("an item without its name")
    return Item(kind=kind, url=_address(told), name=name, section=section, calls=calls)


def _call(told: object) -> Step:
    if not isinstance(told, dict):
        raise Strange("no call")
    method = told.get("method")
    if method not in ("GET", "POST"):
        raise Strange("a call by no method")
    try:
        body = _text(told, "body", LARGEST).encode("latin-1")
    except UnicodeEncodeError:
        raise Strange("a call without its body") from None
    kind = _text(told, "type", 200)
    if not kind.isprintable():
        raise Strange("a call of no type")
    return Step(url=_address(told), method=method, body=body, content_type=kind)


def _address(told: dict[str, Any]) -> str:
    """An address that a page could have linked to as it stands."""
    url = _text(told, "url", _LONGEST)
    if absolute(None, url) != url or "://" not in url:
        raise Strange("no address")
    return url


def _text(told: dict[str, Any], name: str, most: int) -> str:
    found = told.get(name)
    if not isinstance(found, str) or len(found) > most:
        raise Strange(f"no {name}")
    return found
