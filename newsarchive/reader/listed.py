"""What a list prints of each article: its title and date, to be compared with the article's own."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from newsarchive import dates
from newsarchive.reader.anchors import Addresses, Place, anchors, beginning

_ITEM = 500  # characters of an item of a list, at most
_STEPS = 5  # elements around a link that may be its item


@dataclass(frozen=True, slots=True)
class Listed:
    """One article as a list shows it. day: 'YYYY-MM-DD', '' where none is printed beside it."""

    title: str
    day: str


def listed(root: HtmlElement, url: str | None) -> dict[str, Listed]:
    """Title and day that a page prints for each address it links to: its longest link's."""
    links: dict[str, tuple[str, Place]] = {}
    for anchor in anchors(root, Addresses(root, url)):
        if anchor.url is not None and len(anchor.text) > len(links.get(anchor.url, ("",))[0]):
            links[anchor.url] = anchor.text, anchor.place
    return {link: Listed(title, _day(title, place)) for link, (title, place) in links.items()}


def _day(title: str, place: Place) -> str:
    """The first date beside a title in the largest small element around it."""
    found = ""
    step: Place | None = place
    for _ in range(_STEPS):
        if step is None or step.el.tag in ("body", "ul", "tbody"):
            break
        text = beginning(step.el)
        if len(text) > _ITEM:
            break
        stamps = [s for s in dates.find(text.replace(title, " ")) if s.iso]
        if stamps:
            found = (stamps[0].iso or "")[:10]
            break
        step = step.parent
    return found
