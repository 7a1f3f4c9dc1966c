"""The shape of a portal's article addresses, as a regular expression that fits no list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

_EXTENSION = re.compile(r"\.[a-z]{3,5}$", re.IGNORECASE)
_ID_NAME = re.compile(r"(?:.*id|p|view|news|tin|baiviet|sid)", re.IGNORECASE)
_MOST_OF_THEM = 0.8


@dataclass(frozen=True, slots=True)
class Shape:
    """pattern: as `Site.article`; None where no shape tells articles from lists, and why then.

    id_params: query parameters in which the number of an article stands. fits: of so many met.
    """

    pattern: str | None
    why: str = ""
    id_params: tuple[str, ...] = ()
    fits: int = 0
    met: int = 0


def shape_of(articles: Collection[str], lists: Iterable[str]) -> Shape:
    """The shape that most of the articles' addresses have and none of the lists'."""
    met = len(articles)
    if met < 3:
        return Shape(None, f"only {met} articles were met", met=met)
    kinds = Counter(_kind(url) for url in articles)
    (last, query), count = kinds.most_common(1)[0]
    if count < _MOST_OF_THEM * met:
        return Shape(None, f"they have {len(kinds)} shapes", met=met)
    own = [url for url in articles if _kind(url) == (last, query)]
    depths = sorted({len(_segments(url)) - 1 for url in own})
    letters = _letters(segment for url in own for segment in _segments(url)[:-1])
    few, many = depths[0], depths[-1]
    folders = f"(?:/{letters}+){{{few},{many}}}" if few != many else f"(?:/{letters}+){{{few}}}"
    folders = {(0, 0): "", (1, 1): f"/{letters}+"}.get((few, many), folders)
    pattern = f"{folders}/{_last(own, last)}/?{_query(query)}"
    fits = sum(re.fullmatch(pattern, _target(url)) is not None for url in articles)
    wrong = [url for url in lists if re.fullmatch(pattern, _target(url))]
    if wrong:
        return Shape(None, f"lists look the same ({urlsplit(wrong[0]).path})", met=met)
    return Shape(pattern, "", (query,) if query else (), fits, met)


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]


def _kind(url: str) -> tuple[str, str]:
    """(how the last step of the path is made, the query's parameter with the number or '')."""
    parts = urlsplit(url)
    query = next(
        (n for n, v in parse_qsl(parts.query) if v.isdigit() and _ID_NAME.fullmatch(n)), ""
    )
    segments = _segments(url)
    last = segments[-1] if segments else ""
    extension = match[0].lower() if (match := _EXTENSION.search(last)) else ""
    bare = last.removesuffix(match[0]) if match else last
    if query:
        return f"fixed:{bare}{extension}", query
    if bare.isdigit():
        return f"number:{extension}", ""
    if found := re.search(r"([-_.])([a-z]{0,3})\d+$", bare, re.IGNORECASE):
        return f"end:{found[1]}{found[2].lower()}:{extension}", ""
    if re.match(r"\d+-", bare):
        return f"start:{extension}", ""
    return f"slug:{extension}", ""


def _last(own: Collection[str], kind: str) -> str:
    """The pattern of the last step."""
    name, _, rest = kind.partition(":")
    if name == "fixed":
        return re.escape(rest)
    middle, _, extension = rest.rpartition(":") if name == "end" else ("", "", rest)
    letters = _letters(_EXTENSION.sub("", _segments(url)[-1]) for url in own)
    ending = re.escape(extension)
    if name == "number":
        return rf"\d+{ending}"
    if name == "end":
        return rf"{letters}+{middle.replace('.', chr(92) + '.')}\d+{ending}"
    if name == "start":
        return rf"\d+-{letters}+{ending}"
    return f"{letters}+{ending}"


def _letters(texts: Iterable[str]) -> str:
    """The letters that steps of a path are made of."""
    text = "".join(texts)
    if re.fullmatch(r"[a-z0-9-]*", text):
        return "[a-z0-9-]"
    return r"[\w-]" if re.fullmatch(r"[\w-]*", text, re.ASCII) else "[^/?]"


def _query(name: str) -> str:
    return rf"\?(?:.*&)?{re.escape(name)}=\d+(?:&.*)?" if name else ""
