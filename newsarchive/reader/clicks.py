"""Pagers that no address leads through: links of ASP.NET that send a form, and of mere scripts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from newsarchive.model import Step
from newsarchive.reader.anchors import Addresses, Anchor, Place, beginning, place_of
from newsarchive.urls import absolute

# __doPostBack('target','argument') and WebForm_PostBackOptions("target", "argument", ...)
_POSTBACK = re.compile(
    r"(?:__doPostBack|WebForm_PostBackOptions)\s*\(\s*(['\"])(?P<target>.*?)\1\s*,"
    r"\s*(['\"])(?P<argument>.*?)\3"
)
_LONGEST = 2000  # characters of a handler
_MOST = 5000  # links of a page


def clicks(root: HtmlElement) -> list[Anchor]:
    """The links of a page that lead nowhere but to a script, in order.

    Their `url` is '#target|argument' where they send a form of ASP.NET, None else.
    """
    found: list[Anchor] = []
    places: dict[HtmlElement, Place] = {}
    for at, el in enumerate(root.iter("a")):
        if at >= _MOST:
            break
        href = (el.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "Javascript:")):
            continue
        match = _POSTBACK.search(f"{href} {el.get('onclick') or ''}"[:_LONGEST])
        url = f"#{match['target']}|{match['argument']}" if match else None
        found.append(Anchor(el, url, True, beginning(el), False, place_of(el, places), at))
    return found


def sent_form(anchor: Anchor, addresses: Addresses) -> Step | None:
    """The request that a click on a link of ASP.NET makes: its form, with the link's event."""
    if anchor.url is None or addresses.url is None:
        return None
    form = next(anchor.el.iterancestors("form"), None)
    if form is None:
        return None
    from form2request import form2request

    target, _, argument = anchor.url[1:].partition("|")
    # A copy, for only lxml's own parser knows forms; few pages have such a pager.
    copy = lxml.html.fromstring(etree.tostring(form, encoding="unicode"), base_url=addresses.url)
    if not isinstance(copy, lxml.html.FormElement):
        return None
    event = {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}
    request = form2request(copy, event, click=False)
    url = absolute(addresses.base, request.url)
    if url is None or not _same_host(url, addresses.url):
        return None
    kind = next((value for name, value in request.headers if name == "Content-Type"), "")
    return Step(url=url, method=request.method, body=request.body, content_type=kind)


def _same_host(one: str, other: str) -> bool:
    return urlsplit(one).netloc == urlsplit(other).netloc
