"""Challenges: pages that stand before the page asked for and want a browser to run their script."""

from __future__ import annotations

import re

# Said in Vietnamese or English, unaccented and in lower case.
PHRASES = re.compile(
    r"checking your browser|just a moment|enable javascript and cookies|ddos protection"
    r"|attention required|verify you are (?:a )?human|xac minh ban la nguoi"
)
_LARGEST = 40_000  # bytes; a challenge is a script and a line or two
_FEW_WORDS, _FEW_LINKS = 80, 3
_SETS = re.compile(rb"document\s*\.\s*cookie\s*=|cookieStore\s*\.\s*set|__test\s*=", re.IGNORECASE)
_LEAVES = re.compile(
    rb"location\s*\.\s*(?:reload|replace|assign)\s*\(|location(?:\s*\.\s*href)?\s*="
    rb"|http-equiv\s*=\s*[\"']?refresh|history\s*\.\s*go\s*\(\s*0",
    re.IGNORECASE,
)
_HIDDEN = re.compile(rb"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^>]*+>?")
_LINK = re.compile(rb"<a\s[^>]{0,500}?href", re.IGNORECASE)


def challenge(content: bytes) -> str | None:
    """Why a page is a challenge, in words for a person; None if it is none.

    content: the page as it reads, its HTTP encoding undone. Told by form: a small page with hardly
    any text, whose script sets a cookie and loads the page again; or by what it says.
    """
    if len(content) > _LARGEST or b"<" not in content[:2000]:
        return None
    if content.count(b"<a ") > _FEW_LINKS or len(_LINK.findall(content)) > _FEW_LINKS:
        return None
    plain = _TAG.sub(b" ", _HIDDEN.sub(b" ", content))
    if len(plain.split()) > _FEW_WORDS:
        return None
    if _SETS.search(content) and _LEAVES.search(content):
        return "its script sets a cookie and loads the page again"
    if b"<script" in content.lower() or b"<noscript" in content.lower():
        from newsarchive.text import unaccent

        text = unaccent(plain.decode("utf-8", "replace")).lower()
        title = unaccent(content[:4000].decode("utf-8", "replace")).lower()
        said = PHRASES.search(" ".join(text.split())) or PHRASES.search(title)
        return f"it says '{said[0]}'" if said else None
    return None
