"""Which captures may be articles of a site, and which article it is that one shows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from newsarchive.archive.recoveries import Found, Span
from newsarchive.crawl.recovery_index import Index, Row
from newsarchive.crawl.targets import Target
from newsarchive.model import Article
from newsarchive.reader.stories import may_be_story
from newsarchive.urls import DEFAULT_PORTS, bare_host, host_port

_PAGES = re.compile(r"text/html|application/xhtml\+xml", re.IGNORECASE)
_UNSAID = ("-", "", "unk", "warc/revisit")
_NAMES = {"original": "url", "statuscode": "status", "mimetype": "mime"}
_STAMP = re.compile(r"\d{14}")


def hosts_of(target: Target) -> list[str]:
    """The hosts whose pages are looked for, former ones too.

    www twins and both schemes are one to the indexes.
    """
    if target.named is not None:
        host, port = target.named
        return [f"{host}:{port}"]
    hosts = target.site.hosts if target.site is not None else (host_port(target.start)[0],)
    return list(dict.fromkeys(bare_host(host) for host in hosts))


def captures(rows: Iterable[Row], target: Target, index: Index, span: Span) -> Iterator[Found]:
    """Those rows that may be articles of the site."""
    allowed = target.allowed()
    for row in rows:
        told = {_NAMES.get(name, name): str(value) for name, value in row.items()}
        url, stamp = told.get("url", ""), told.get("timestamp", "")
        if not (_is_time(stamp) and span.holds(stamp) and _is_page(told)):
            continue
        try:
            ours = host_port(url) in allowed and not target.skips(url)
            key = target.key(url) if ours else ""
        except ValueError:
            continue
        place = index.place(row)
        if "/" not in key or not _may_be_article(target, url, key):
            continue
        if index.source == "commoncrawl" and place is None:
            continue
        digest = told.get("digest", "").removeprefix("sha1:").upper()
        yield Found(
            url=url,
            captured=stamp,
            key=key,
            digest=digest if len(digest) == 32 else None,
            place=place,
            sure=told.get("status") == "200" and _PAGES.match(told.get("mime", "")) is not None,
        )


def is_of(target: Target, url: str) -> bool:
    """Whether an address is on one of the site's hosts."""
    try:
        return host_port(url) in target.allowed()
    except ValueError:
        return False


def identity(target: Target, asked: str, article: Article) -> tuple[str, str]:
    """Address and key of an article: its canonical one, unless that is plainly not its own."""
    asked = _without_port(asked)
    url = article.url or asked
    try:
        name = target.key(url) if host_port(url) in target.allowed() else ""
    except ValueError:
        name = ""
    if "/" not in name:  # a portal that calls its home canonical everywhere
        return asked, target.key(asked)
    return url, name


def _is_time(stamp: str) -> bool:
    try:
        return bool(_STAMP.fullmatch(stamp) and datetime.strptime(stamp, "%Y%m%d%H%M%S"))
    except ValueError:
        return False


def _is_page(told: Mapping[str, str]) -> bool:
    """Whether a row may be a page that was there: it says so, or it is one that says nothing."""
    status, mime = told.get("status", "-"), told.get("mime", "")
    if status not in ("200", *_UNSAID):
        return False
    return mime in _UNSAID or _PAGES.match(mime) is not None


def _may_be_article(target: Target, url: str, key: str) -> bool:
    """By the site's rule where there is one, trackers aside; else by what the address is not."""
    rule = target.is_article(url)
    if rule is None:
        return may_be_story(url)
    return rule or bool(target.is_article(f"http://{key}"))


def _without_port(url: str) -> str:
    """The address without a port that goes without saying; old captures are listed with theirs."""
    parts = urlsplit(url)
    if parts.port is None or parts.port != DEFAULT_PORTS.get(parts.scheme):
        return url
    return parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
