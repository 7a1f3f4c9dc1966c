"""Lists that a page's script asks for: the call as the script writes it, and the answer's articles.

Only what stands in the script as a plain value is taken: a call with anything unknown in it but
the number of its page is none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from newsarchive.model import Listing, Step
from newsarchive.text import clean
from newsarchive.urls import absolute

_PAGE = r"(?:page(?:_?(?:index|number|no|num))?|trang)"
_PAGE_NAME = re.compile(_PAGE, re.IGNORECASE)
_SIGN = re.compile(rf"\b{_PAGE}['\"]?\s*[:=]", re.IGNORECASE)
_TEXT = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_VALUE = rf"(?:{_TEXT}|-?\d+(?:\.\d+)?|true|false|null|[A-Za-z_$][\w$.]*)"
_SUM = rf"{_VALUE}(?:\s*\+\s*{_VALUE})*"
_PAIR = re.compile(rf"\s*['\"]?(?P<name>[A-Za-z_$][\w$]*)['\"]?\s*:\s*(?P<value>{_SUM})\s*(?:,|$)")
_ASSIGNED = re.compile(
    rf"\b(?P<name>[A-Za-z_$][\w$]*)\s*=\s*(?P<value>{_TEXT}|-?\d+)\s*(?=[;,\n}}])"
)
_ADDRESS = re.compile(rf"\burl\s*:\s*(?P<value>{_SUM})")
_BEFORE = re.compile(rf"(?P<how>[\w$.]+)\s*\(\s*(?P<value>{_SUM})\s*,\s*$")
_PAGED = re.compile(
    rf"'[^'\n]*[?&]{_PAGE}=[^'\n]*'|\"[^\"\n]*[?&]{_PAGE}=[^\"\n]*\"", re.IGNORECASE
)
_AHEAD = re.compile(rf"(?:{_VALUE}\s*\+\s*)+$")
_BEHIND = re.compile(rf"(?:\s*\+\s*{_VALUE})*")
_FUNCTION = re.compile(
    r"(?:function\s+(?P<name>[\w$]+)|(?P<other>[\w$]+)\s*[=:]\s*function)\s*\((?P<params>[^()]*)\)"
)
_POSTS = re.compile(r"(?:type|method)\s*:\s*['\"]post['\"]", re.IGNORECASE)
_AS_JSON = re.compile(r"JSON\s*\.\s*stringify|application/json", re.IGNORECASE)
_REACH = 1500  # characters around an object in which its call is looked for
_LONGEST = 400_000  # characters of a page's scripts
_NEAR = 300  # characters around a text in which its sum is looked for
_MOST = 30  # calls of one page, of one function
_FUNCTIONS = 10  # that ask for pages
_SIGNS = 60  # of a page's number in one piece of code
_LINK_NAME = re.compile(
    r"(?:item|detail|full|absolute|friendly|seo|share|news|article)?_?(?:url|link|href|permalink)",
    re.IGNORECASE,
)
_TITLE_NAME = re.compile(r"(?:title|name|headline|tieu_?de|ten(?:_?bai)?)", re.IGNORECASE)
_COUNT_NAME = re.compile(r"(?:count|total)_?(?:items?|records?|rows?|count)?", re.IGNORECASE)
_SIZE_NAME = re.compile(r"page_?size", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,200}>")  # WordPress' titles are HTML
_DEEPEST = 8  # values in each other of an answer


def find_calls(root: HtmlElement, url: str | None) -> tuple[Step, ...]:
    """The lists that the page's own scripts ask for, each from its first page."""
    texts = [el.text for el in root.iter("script") if el.text and not el.get("src")]
    if url is None or not any(_SIGN.search(text) for text in texts):
        return ()
    code = "\n;\n".join(texts)[:_LONGEST]
    found: dict[str, Step] = {}
    for part, known in _scopes(code):
        for step in (*_with_object(part, known, url), *_with_address(part, known, url)):
            found.setdefault(step.name, step)
            if len(found) >= _MOST:
                return tuple(found.values())
    return tuple(found.values())


def _scopes(code: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(a piece of code, what names in it stand for): the page's variables, a call's arguments."""
    base = {m["name"]: m["value"] for m in _ASSIGNED.finditer(code)}
    yield code, base
    functions = 0
    for function in _FUNCTION.finditer(code):
        part = code[function.start() : function.end() + 2 * _REACH]
        params = [p.strip() for p in function["params"].split(",") if p.strip()]
        name = function["name"] or function["other"]
        if not params or not name or not _SIGN.search(part) or functions >= _FUNCTIONS:
            continue
        functions += 1
        called = re.compile(rf"(?<![\w$.]){re.escape(name)}\s*\(([^()]*)\)")
        for call in islice(called.finditer(code), _MOST):
            given = [a.strip() for a in call[1].split(",")]
            plain = {
                param: value
                for param, value in zip(params, given, strict=False)
                if re.fullmatch(rf"{_TEXT}|-?\d+", value)
            }
            if plain:
                yield part, base | plain


def _with_object(code: str, known: Mapping[str, str], url: str) -> Iterator[Step]:
    """Calls whose parameters stand in an object: {pageIndex: n, category: 5}."""
    for sign in islice(_SIGN.finditer(code), _SIGNS):
        start = code.rfind("{", max(0, sign.start() - _REACH), sign.start())
        end = code.find("}", sign.end())
        if start < 0 or not 0 <= end - start <= _REACH:
            continue
        pairs = _pairs(code[start + 1 : end], known)
        if pairs is None:
            continue
        before = code[max(0, start - _REACH) : start]
        near = before[-300:] + code[start : end + _REACH]
        direct = _BEFORE.search(before)
        if direct is not None:
            address, posts = _text(direct["value"], known), "post" in direct["how"].lower()
        else:
            behind = _ADDRESS.search(code, end, end + _REACH)
            ahead = list(_ADDRESS.finditer(before))
            match = behind or (ahead[-1] if ahead else None)
            address = _text(match["value"], known) if match is not None else None
            posts = _POSTS.search(near) is not None
        asked = _own(url, address)
        if asked is None:
            continue
        if not posts:
            query = urlencode([(n, "" if v is None else v) for n, v in pairs.items()])
            yield Step(url=asked + ("&" if "?" in asked else "?") + query)
        elif _AS_JSON.search(near):
            body = json.dumps(pairs, ensure_ascii=False, separators=(",", ":")).encode()
            yield Step(
                url=asked, method="POST", body=body, content_type="application/json; charset=utf-8"
            )
        else:
            body = urlencode([(n, "" if v is None else v) for n, v in pairs.items()]).encode()
            yield Step(
                url=asked, method="POST", body=body,
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip


def _with_address(code: str, known: Mapping[str, str], url: str) -> Iterator[Step]:
    """Calls whose parameters stand in their address: '/list?pageIndex=' + n."""
    for match in islice(_PAGED.finditer(code), _SIGNS):
        start, end = match.span()
        ahead = _AHEAD.search(code[max(0, start - _NEAR) : start])
        behind = _BEHIND.match(code[end : end + _NEAR])
        summed = (ahead[0] if ahead else "") + match[0] + (behind[0] if behind else "")
        asked = _own(url, _text(summed, known, page=True))
        if asked is not None:
            yield Step(url=asked)


def _own(url: str, address: str | None) -> str | None:
    """The address a call asks, None where it is not on the page's own host."""
    asked = absolute(url, address) if address else None
    return asked if asked and urlsplit(asked).netloc == urlsplit(url).netloc else None


def _pairs(inner: str, known: Mapping[str, str]) -> dict[str, Any] | None:
    """The fields of an object without objects in it; None where a value is not known."""
    found: dict[str, Any] = {}
    at = 0
    while at < len(inner.rstrip()):
        match = _PAIR.match(inner, at)
        if match is None:
            return None
        name, value = match["name"], _plain(match["value"], known)
        if _PAGE_NAME.fullmatch(name):
            if isinstance(value, str):
                return None  # a page of another kind: its name, its address
            found[name] = value if value in (0, 1) else 1
        elif value is _UNKNOWN:
            return None
        else:
            found[name] = value
        at = match.end()
    return found


_UNKNOWN = object()


def _plain(expression: str, known: Mapping[str, str]) -> Any:
    """The value of an expression of plain values; _UNKNOWN where one of them is none."""
    expression = expression.strip()
    if re.fullmatch(_VALUE, expression):
        value = known.get(expression, expression)
        if value[:1] in "'\"":
            return re.sub(r"\\(.)", r"\1", value[1:-1])
        if re.fullmatch(r"-?\d+", value):
            return int(value)
        return {"true": True, "false": False, "null": None}.get(value, _UNKNOWN)
    return _text(expression, known) or _UNKNOWN


def _text(expression: str, known: Mapping[str, str], *, page: bool = False) -> str | None:
    """A sum as text; None where a part is not known. page: the page's number may be unknown."""
    found = ""
    for part in re.findall(_VALUE, expression):
        value = _plain(part, known)
        if page and re.search(rf"[?&]{_PAGE}=$", found, re.IGNORECASE):
            value = value if value in (0, 1) else 1
        if value is _UNKNOWN:
            return None
        found += "" if value is None else str(value)
    return found


def advanced(step: Step) -> Step | None:
    """The call for the page after; None where it names no page."""
    if step.body and "json" in step.content_type:
        try:
            fields = json.loads(step.body)
        except ValueError:
            return None
        for name, value in fields.items():
            if _PAGE_NAME.fullmatch(name) and isinstance(value, int):
                fields[name] = value + 1
                body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
                return replace(step, body=body)
        return None
    parts = urlsplit(step.url)
    query = step.body.decode("utf-8", "replace") if step.body else parts.query
    pairs = parse_qsl(query, keep_blank_values=True)
    for at, (name, value) in enumerate(pairs):
        if _PAGE_NAME.fullmatch(name) and value.isdecimal():
            pairs[at] = (name, str(int(value) + 1))
            if step.body:
                return replace(step, body=urlencode(pairs).encode())
            return replace(step, url=urlunsplit(parts._replace(query=urlencode(pairs))))
    return None


def read_answer(content: bytes, step: Step) -> Listing | None:
    """The articles that a call's answer lists, and the call for its next page; None if no JSON."""
    try:
        answer = _unpacked(json.loads(content))
    except (ValueError, RecursionError):
        return None
    found: dict[str, str] = {}
    for address, title in _links(answer, step.url, 0):
        found.setdefault(address, title)
    if not found:
        return Listing()
    following = advanced(step)
    numbers = dict(_numbers(answer, 0))
    count = next((v for n, v in numbers.items() if _COUNT_NAME.fullmatch(n)), None)
    size = next((v for n, v in numbers.items() if _SIZE_NAME.fullmatch(n)), None)
    page = next((v for n, v in numbers.items() if _PAGE_NAME.fullmatch(n)), None)
    if count and size and page and page * size >= count:
        following = None
    return Listing(articles=tuple(found), titles=tuple(found.values()), step=following)


def _unpacked(value: Any) -> Any:
    """ASP.NET's 'd', which may be JSON in JSON."""
    inner = value.get("d") if isinstance(value, dict) and len(value) == 1 else None
    if isinstance(inner, str) and inner[:1] in ("{", "["):
        return json.loads(inner)
    return value


def _links(value: Any, url: str, depth: int) -> Iterator[tuple[str, str]]:
    """Address and title of all items that have both, in order."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _links(item, url, depth + 1)
    elif isinstance(value, dict):
        link = _named(value, _LINK_NAME)
        if link and (title := _named(value, _TITLE_NAME)):
            address = absolute(url, _rooted(link, value))
            if address:
                yield address, clean(unescape(_TAG.sub("", title)))
            return
        for inner in value.values():
            if isinstance(inner, (list, dict)):
                yield from _links(inner, url, depth + 1)


def _named(item: Mapping[str, Any], names: re.Pattern[str]) -> str:
    """The first text of an item under such a name; WordPress' in an object of its own."""
    for name, value in item.items():
        if names.fullmatch(name):
            text = value.get("rendered") if isinstance(value, dict) else value
            if isinstance(text, str) and text.strip():
                return text.strip()
    return ""


def _rooted(link: str, item: Mapping[str, Any]) -> str:
    """A link as it is meant: mojoPortal writes '~/slug' beside the site's root."""
    if "://" in link:
        return link
    root = next(
        (v for n, v in item.items() if n.lower().endswith("root") and isinstance(v, str)), ""
    )
    return f"{root.rstrip('/')}/{link.removeprefix('~').lstrip('/')}" if root else (
        link.removeprefix("~") if link.startswith("~/") else link
    )  # fmt: skip


def _numbers(value: Any, depth: int) -> Iterable[tuple[str, int]]:
    """The whole numbers of an answer outside its items."""
    if isinstance(value, dict) and depth <= 2:
        for name, inner in value.items():
            if isinstance(inner, int) and not isinstance(inner, bool):
                yield name, inner
            elif isinstance(inner, dict):
                yield from _numbers(inner, depth + 1)
