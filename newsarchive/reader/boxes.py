"""Boxes beside the main list: lists of other stories that no class name gives away."""

from __future__ import annotations

import re

from newsarchive.reader.anchors import Place, beginning, folded
from newsarchive.reader.stories import HEADINGS, Story, story_order

_ASIDE_HEADING = re.compile(
    r"(?:doc|xem|quan tam|nguoi doc) nhieu|nhieu nguoi (?:doc|xem)|lien quan|doc nhieu nhat"
)
_FEW = 5  # children of a heading
_RICH = 40  # characters an item holds outside its links, if it has a summary


def without_boxes(stories: list[Story], pager: Place | None) -> list[Story]:
    """The stories without those of boxes beside the main list that no name gives away.

    A heading such as 'most read' over a box does. On a page of a numbered list (`pager` is where
    its numbers stand), bare titles outside the column that holds the pager and the items with
    summaries are in a box; what has a picture or a heading may be the lead stories and stays.
    """
    lists = _lists(stories)
    kept = [s for parent, group in lists if not _headed_aside(parent, group) for s in group]
    kept = kept or stories
    if pager is not None:
        rich = [s for s in kept if _is_rich(s)]
        if len(rich) >= 3:
            column = _common([pager, *(_title_place(s) for s in rich)])
            kept = [s for s in kept if not _is_bare(s) or _inside(s, column)]
    return sorted(kept, key=story_order)


def _lists(stories: list[Story]) -> list[tuple[Place | None, list[Story]]]:
    """The stories by the element that their item is a child of."""
    for story in stories:
        for anchor in story.listed:
            place: Place | None = anchor.place
            while place is not None and place.owner != "":
                if place.owner is None:
                    place.owner = story.key
                elif place.owner != story.key:
                    place.owner = ""
                    # All above hold several stories too.
                    above = place.parent
                    while above is not None and above.owner != "":
                        above.owner = ""
                        above = above.parent
                    break
                place = place.parent
    groups: dict[int, tuple[Place | None, list[Story]]] = {}
    for story in stories:
        parent = _item(story)[1]
        groups.setdefault(id(parent), (parent, []))[1].append(story)
    return list(groups.values())


def _item(story: Story) -> tuple[Place | None, Place | None]:
    """The largest element around the title that holds no other story, and the one around it."""
    item: Place | None = None
    place: Place | None = _title_place(story)
    while place is not None and place.owner == story.key:
        item, place = place, place.parent
    return item, place


def _is_rich(story: Story) -> bool:
    item, _ = _item(story)
    if item is None or item.el.tag in ("body", "html"):
        return False
    length = len(" ".join(item.el.text_content().split()))
    linked = sum(len(" ".join(el.text_content().split())) for el in item.el.iter("a"))
    return length - linked >= _RICH


def _is_bare(story: Story) -> bool:
    """Whether nothing but the words of a title stands for the story."""
    place: Place | None = _title_place(story)
    for _ in range(2):
        if place is not None and place.el.tag in HEADINGS:
            return False
        place = place.parent if place is not None else None
    return not any(a.image for a in story.listed) and not _is_rich(story)


def _title_place(story: Story) -> Place:
    assert story.title is not None
    return story.title.place


def _common(places: list[Place]) -> Place | None:
    """The innermost element that holds all of them."""
    common: Place | None = places[0]
    for other in places[1:]:
        place: Place | None = other
        while place is not None and common is not None and place is not common:
            if place.depth >= common.depth:
                place = place.parent
            else:
                common = common.parent
    return common


def _inside(story: Story, column: Place | None) -> bool:
    place: Place | None = _title_place(story)
    while place is not None and place is not column:
        place = place.parent
    return place is not None


def _headed_aside(parent: Place | None, group: list[Story]) -> bool:
    """Whether the heading over a list says that it is not the main one."""
    if len(group) == 1:
        # The box of a single story is all of it the story's item: the heading stands inside.
        place: Place | None = _title_place(group[0])
        while place is not None and place is not parent:
            if _is_headed(place):
                return True
            place = place.parent
    for _ in range(3):
        if parent is None or parent.el.tag in ("body", "html"):
            return False
        if _is_headed(parent):
            return True
        if parent.el.getprevious() is not None:
            return False  # what stands above a list with a neighbour is not its heading
        parent = parent.parent
    return False


def _is_headed(place: Place) -> bool:
    """Whether the text before or at the beginning of an element names an aside."""
    for el in (place.el.getprevious(), place.el[0] if len(place.el) else None):
        if el is None or not isinstance(el.tag, str) or len(el) > _FEW:
            continue
        text = beginning(el)
        if 0 < len(text) <= 60 and _ASIDE_HEADING.search(folded(text)):
            return True
    return False
