"""Which family of systems a page comes from: told by its markup, never by its generator tag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.sites._platforms import PLATFORMS, Platform

ENOUGH = 2  # marks that make a family likely, if no other has as many
_MOST = 20_000  # elements that are looked at
_LONGEST = 300  # characters of an attribute
_CODE = 20_000  # characters of inline scripts
_ADDRESSES = ("src", "href", "data-src", "action")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page shows of its family. platform: None where nothing is sure. marks: found ones."""

    platform: Platform | None
    marks: tuple[str, ...] = ()


def recognise(root: HtmlElement) -> Recognised:
    """The family of a page. Two marks are needed, and more than any other family has."""
    classes, ids, paths, code = _traits(root)
    found = []
    for platform, patterns in _compiled():
        marks = []
        for kind, text, compiled in zip(
            ("class", "id", "path", "script"), (classes, ids, paths, code), patterns, strict=True
        ):
            for pattern in compiled:
                if match := pattern.search(text):
                    marks.append(f"{kind} {match[0].strip()}")
        found.append((len(marks), platform, tuple(marks)))
    found.sort(key=lambda row: -row[0])
    best, second = found[0], found[1]
    if best[0] < ENOUGH or best[0] == second[0]:
        return Recognised(None)
    return Recognised(best[1], best[2])


def _traits(root: HtmlElement) -> tuple[str, str, str, str]:
    """Class names, ids and field names, addresses, inline code: each once, in lower case."""
    classes: dict[str, None] = {}
    ids: dict[str, None] = {}
    paths: dict[str, None] = {}
    code: list[str] = []
    for el in islice(root.iter(), _MOST):
        if not isinstance(el.tag, str) or el.tag == "meta":
            continue
        for name, value in el.items():
            if name == "class":
                classes.update(dict.fromkeys(value[:_LONGEST].split()))
            elif name == "id" or (name == "name" and el.tag == "input"):
                ids.setdefault(value[:_LONGEST])
            elif name in _ADDRESSES:
                paths.setdefault(value[:_LONGEST])
        if el.tag == "script" and el.text:
            code.append(el.text[:_CODE])
    joined = (" ".join(classes), " ".join(ids), "\n".join(paths), "\n".join(code)[:_CODE])
    return joined[0].lower(), joined[1].lower(), joined[2].lower(), joined[3].lower()


@cache
def _compiled() -> tuple[tuple[Platform, tuple[tuple[re.Pattern[str], ...], ...]], ...]:
    return tuple(
        (
            platform,
            tuple(
                tuple(re.compile(pattern) for pattern in patterns)
                for patterns in (platform.classes, platform.ids, platform.paths, platform.code)
            ),
        )
        for platform in PLATFORMS
    )
