"""Section and tags of a dump's story."""

from __future__ import annotations

import re

from newsarchive import dates
from newsarchive.reader.dump_marks import PLACE, TAGS, TRAIL_PARTS
from newsarchive.reader.dump_page import Dump, Kind
from newsarchive.reader.names import is_sites
from newsarchive.reader.syllables import is_syllable
from newsarchive.text import fold

_ABOVE = 40  # lines above the headline among which a trail is looked for
_BELOW = 15  # lines below the story among which its tags are looked for
_HOME = frozenset(("trang chu", "trang nhat", "trang dau", "home", "you are here", "index"))
_MENU = frozenset(
    ("tin tuc", "lien he", "gioi thieu", "van ban", "tim kiem", "hoi dap", "chi tiet")
)
_HERE = re.compile(r"^(?:bạn đang (?:ở|xem)(?: đây)?|you are here)\s*[:：]?\s*", re.IGNORECASE)
_BETWEEN_TAGS = re.compile(r"\s*[,;|•·]\s*")
_MOST_TAGS = 15


def find_section(dump: Dump, title: int) -> str | None:
    """The deepest section that a trail, a label or the place above the headline names."""
    headline = fold(dump.text(title))
    for at in range(title - 1, max(0, title - _ABOVE) - 1, -1):
        name = _deepest(dump.text(at), headline) if dump.kind(at) is Kind.TRAIL else None
        if name:
            return name
    for at in range(max(0, title - 3), min(len(dump.lines), title + 6)):
        label = PLACE.match(dump.text(at)) if len(dump.text(at)) <= 80 else None
        if label:
            return _deepest(label["name"], headline)
    above = title - 1
    while above > 0 and dump.kind(above) in (Kind.STAMP, Kind.PICTURE):
        above -= 1
    return dump.text(above) if above > 0 and _is_section(dump, above) else None


def _deepest(trail: str, headline: str) -> str | None:
    trail = _HERE.sub("", trail)
    between = next((mark for mark in TRAIL_PARTS if mark.search(trail)), TRAIL_PARTS[-1])
    parts = [part.strip(" »›>/|→:-") for part in between.split(trail)]
    names = [
        part for part in parts
        if 2 <= len(part) <= 60 and fold(part) not in _HOME and not headline.startswith(fold(part))
        and not fold(part).startswith(headline) and not dates.possible(part)
    ]  # fmt: skip
    return names[-1] if names else None


def _is_section(dump: Dump, at: int) -> bool:
    """Whether a short line right above the headline is its section: alone, no menu's last."""
    text = dump.text(at)
    if dump.kind(at) is not Kind.OTHER or not 2 <= len(text.split()) <= 8 or len(text) > 45:
        return False
    if text[-1] in ".:;!?→»" or any(c.isdigit() for c in text) or fold(text) in _MENU:
        return False
    if not all(word.isupper() or is_syllable(word) for word in re.findall(r"[^\W_]+", text)):
        return False
    if dump.lines[at].bullet or dump.lines[at].cells > 1 or _is_site(text):
        return False
    if dump.lines[at].gap and dump.spaced and not dump.lines[at - 1].gap:
        return True
    return dump.kind(at - 1) in (Kind.MENU, Kind.STAMP) or _is_site(dump.text(at - 1))


def _is_site(text: str) -> bool:
    return bool(text) and is_sites(text, "") and fold(text) not in _MENU


def find_tags(dump: Dump, below: int) -> tuple[str, ...]:
    """The tags in a labelled line below the story, or in the lines after their label."""
    for at in range(below, min(len(dump.lines), below + _BELOW)):
        if dump.kind(at) is not Kind.TAGS:
            continue
        text = dump.text(at)
        label = TAGS.match(text)
        rest = text[label.end() :] if label else text
        if not label:
            names = rest.replace(",", " ").split()
        else:
            names = _BETWEEN_TAGS.split(rest) if rest else _listed(dump, at + 1)
        kept = [name.strip(' #.,;"“”') for name in names]
        return tuple(dict.fromkeys(name for name in kept if 1 < len(name) <= 60))
    return ()


def _listed(dump: Dump, start: int) -> list[str]:
    """The short lines after the label of the tags, None of them where their end is not told."""
    found: list[str] = []
    for at in range(start, min(len(dump.lines), start + _MOST_TAGS + 1)):
        line = dump.lines[at]
        if line.text in (",", ";", "|", "•", "·"):
            continue
        gapped = line.gap and at > start + 1 and not dump.lines[start + 1].gap
        if dump.kind(at) is not Kind.OTHER or len(line.text) > 45 or gapped:
            return found
        found.append(line.text.strip(" ,;"))
    return [] if len(found) > _MOST_TAGS else found
