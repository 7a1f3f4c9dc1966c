"""What a link of a pager says: which page it names, which way it leads."""

from __future__ import annotations

import re

from newsarchive.reader.anchors import Anchor, folded

LABEL = re.compile(r"\[?\s*(?:(?:trang|page)(?:\s+so)?\s*)?(\d{1,5})\s*\]?")
_NAMED = re.compile(r"(?:trang|page)\s+(?:so\s+)?(\d{1,5})\b")
NEXT = re.compile(
    r"(?:(?:den |go to )?(?:trang |page )?(?:tiep|tiep theo|ke tiep|sau|toi|next)(?: page| trang)?"
    r"|(?:bai (?:viet )?|tin )?cu hon|older(?: posts| entries)?|trang ke|tiep tuc"
    r"|(?:xem|tai|hien thi) (?:them|tiep)(?: (?:tin|bai)(?: viet| tuc)?)?|(?:load|show|view) more)"
)
_LAST = re.compile(r"\b(?:cuoi|cuoi cung|last|end|trang cuoi)\b")
_BACK = re.compile(r"\b(?:truoc|prev(?:ious)?|dau|dau tien|first|moi hon|newer|start|ve truoc)\b")
_NEXT_NAME = re.compile(
    r"(?:^|[\s_-])next(?:[\s_-]|$)|(?:angle|chevron|arrow)-right\b", re.IGNORECASE
)
_LAST_NAME = re.compile(
    r"(?:^|[\s_-])last(?:[\s_-]|$)|angle-double-right|fast-forward", re.IGNORECASE
)
_BACK_NAME = re.compile(r"(?:^|[\s_-])(?:prev(?:ious)?|first)(?:[\s_-]|$)", re.IGNORECASE)


def label_of(anchor: Anchor) -> int | None:
    """The page that a link names, in its text or, where that is a sign, in its other labels."""
    if match := LABEL.fullmatch(folded(anchor.text)):
        return int(match.group(1))
    if _is_word(anchor.text):
        return None
    for name in ("aria-label", "title"):
        given = anchor.el.get(name)
        if given:
            given = folded(given)
            if match := LABEL.fullmatch(given) or _NAMED.search(given):
                return int(match.group(1))
    return None


def _is_word(text: str) -> bool:
    return any(c.isalpha() for c in text)


def kind_of(anchor: Anchor, label: int | None) -> str:
    """'number', 'next', 'forward' (» alone, which may be the last page's) or 'other'.

    label: the page that the link names.
    """
    if anchor.text.strip("[] ").isdecimal():
        return "number"
    told = [anchor.text, anchor.el.get("title") or "", anchor.el.get("aria-label") or ""]
    words = [folded(t) for t in told if t]
    names = _names(anchor)
    if any(_LAST.search(w) for w in words) or _LAST_NAME.search(names):
        return "other"
    if any(_BACK.search(w) for w in words) or _BACK_NAME.search(names):
        return "other"
    if any(NEXT.fullmatch(w) for w in words) or _NEXT_NAME.search(names):
        return "next"
    sign = anchor.text.strip()
    if sign in ("›", ">", "→"):
        return "next"
    if sign in ("»", ">>"):
        return "forward"
    if not sign and anchor.el.get("rel") == "next":
        return "next"
    return "number" if label is not None else "other"


def _names(anchor: Anchor) -> str:
    """Classes that say which way a link leads: its own, its parent's, those of an icon in it."""
    parent = anchor.place.el
    found = [anchor.el.get("class") or "", anchor.el.get("id") or ""]
    if parent.tag in ("li", "span", "td"):
        found.append(parent.get("class") or "")
    if not _is_word(anchor.text):
        found.extend(child.get("class") or "" for child in anchor.el.iter("i", "span", "svg"))
    return " ".join(found)
