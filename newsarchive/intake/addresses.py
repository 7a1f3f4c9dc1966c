"""Where a page in a folder came from: its place in a mirror, and what the page itself says."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from urllib.parse import quote

from newsarchive.sites import site_of_host
from newsarchive.urls import absolute, bare_host, host_port, key

_HEAD = 200_000  # bytes of a page in which it says where it came from
# What browsers, SingleFile and HTTrack write into the pages that they save.
_SAVED = re.compile(rb"<!--\s*saved from url=\(\d+\)\s*(https?://[^\s>]+)")
_SINGLE = re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(https?://[^\s>]+)")
_MIRRORED = re.compile(rb"<!--\s*Mirrored from\s+(\S+?)\s+by HTTrack")
_STATED = re.compile(
    rb"<(?:link\b[^<>]*?\brel\s*=\s*[\"']?canonical\b[^<>]*"
    rb"|meta\b[^<>]*?=\s*[\"']?og:url\b[^<>]*)>",
    re.IGNORECASE,
)
_VALUE = re.compile(rb"\b(?:href|content)\s*=\s*[\"']?\s*(https?://[^\"'\s>]+)", re.IGNORECASE)
# A folder of a mirror: HOST, HOST:PORT (wget) or HOST+PORT (wget for Windows).
# Not every name with a dot in it: folders are called J.Smith and my.project, too.
_HOST = re.compile(
    r"((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+"
    r"(?:[a-z]{2}|xn--[a-z0-9-]+|com|net|org|info|biz|edu|gov|name|pro|asia|news|online|site|xyz"
    r"|top|app|press|media|example|test)"
    r"|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost(?=[:+]))(?:[:+](\d{1,5}))?",
    re.IGNORECASE,
)
_NO_HOST = re.compile(r"\.(?:js|md|py|gz|7z|rs|sh)$", re.IGNORECASE)
_DYNAMIC = re.compile(r"\.(?:aspx?|php\d?|jsp|cgi|cfm|do|action)(?=\.html$)", re.IGNORECASE)
_ENTRY = re.compile(r"^index\.html?$", re.IGNORECASE)
_LOOSE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_SAFE = "/%:@!$&'()*+,;=~-._[]"


def of_path(above: Sequence[str], inside: Sequence[str]) -> str | None:
    """The address of a file in a mirror, by the names of the folders that lead to it and its own.

    inside: from the folder that was named on; above: those before. Above, where folders have all
    kinds of names, only a registered host or one in .vn counts.
    """
    for at, name in enumerate(inside[:-1]):
        if found := _host(name):
            before = inside[at - 1] if at else (above[-1] if above else "")
            return _address(found, before, inside[at + 1 :])
    for at in range(len(above) - 1, -1, -1):
        found = _host(above[at])
        if found and (found[0].endswith(".vn") or site_of_host(found[0])):
            return _address(found, above[at - 1] if at else "", [*above[at + 1 :], *inside])
    return None


def _host(name: str) -> tuple[str, str | None] | None:
    match = _HOST.fullmatch(name)
    if match is None or _NO_HOST.search(match[1]):
        return None
    return match[1].lower(), match[2]


def _address(found: tuple[str, str | None], before: str, names: Sequence[str]) -> str | None:
    host, port = found
    scheme = before if before in ("http", "https") else _scheme(host, port)
    *folders, name = names
    name, query = _split(name)
    path = "/".join([*folders, "" if _ENTRY.match(name) and not query else name])
    address = f"{scheme}://{host}" + (f":{port}" if port else "") + f"/{_quoted(path)}"
    return absolute(None, address + (f"?{_quoted(query, '?')}" if query else ""))


def _scheme(host: str, port: str | None) -> str:
    if port is not None:
        return "https" if port == "443" else "http"
    site = site_of_host(host)
    return site.home.partition("://")[0] if site is not None else "https"


def _split(name: str) -> tuple[str, str]:
    """Name and query of a file that wget saved; the '.html' that -E adds is taken off."""
    for mark in "?@":
        stem, found, query = name.partition(mark)
        if found and stem and (mark == "?" or "=" in query):
            return stem, query.removesuffix(".html")
    dynamic = _DYNAMIC.search(name)
    return (name[: dynamic.end()] if dynamic else name), ""


def _quoted(part: str, safe: str = "") -> str:
    return quote(_LOOSE_PERCENT.sub("%25", part), safe=_SAFE + safe, errors="surrogateescape")


def of_page(content: bytes, guess: str | None) -> str | None:
    """The address of a page: what was written into it when it was saved, else `guess`; the one
    that it states itself is better, where it is on the same host."""
    head = content[:_HEAD]
    where = _saved(head, guess) or guess
    # Of the two the canonical address counts first, as it does to the reader.
    for element in sorted(_STATED.findall(head), key=lambda found: b"og:url" in found.lower()):
        value = _VALUE.search(element)
        stated = _plain(value[1]) if value else None
        if stated is not None and _is_better(stated, where):
            return stated
    return where


def _saved(head: bytes, guess: str | None) -> str | None:
    for pattern in (_SAVED, _SINGLE):
        if found := pattern.search(head):
            return _plain(found[1])
    if found := _MIRRORED.search(head):
        address = found[1].decode("utf-8", "replace")
        if "://" not in address:
            host = address.partition("/")[0].partition(":")
            scheme = guess.partition("://")[0] if guess else _scheme(host[0], host[2] or None)
            address = f"{scheme}://{address}"
        return absolute(None, address)
    return None


def _plain(address: bytes) -> str | None:
    return absolute(None, html.unescape(address.decode("utf-8", "replace")))


def _is_better(stated: str, where: str | None) -> bool:
    """Whether an address that a page states can be its own: some portals state that of the section
    on every page."""
    if not is_page(stated):
        return False
    try:
        return where is None or (
            same_host(stated, where) and not key(where).startswith(f"{key(stated)}/")
        )
    except ValueError:
        return False


def is_page(url: str) -> bool:
    """Whether an address leads further than to a portal's home, which some call their pages'."""
    try:
        return "/" in key(url)
    except ValueError:
        return False


def same_host(one: str, other: str) -> bool:
    """Whether two addresses ask one host and port; 'www.' and the scheme make no difference."""
    try:
        (a, a_port), (b, b_port) = host_port(one), host_port(other)
    except ValueError:
        return False
    ports = {80, 443}
    return bare_host(a) == bare_host(b) and (a_port == b_port or {a_port, b_port} <= ports)
