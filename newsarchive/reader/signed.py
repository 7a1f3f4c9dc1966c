"""Who wrote the story and where it was taken from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newsarchive.reader.blocks import Block, Page
from newsarchive.reader.labels import link_texts
from newsarchive.reader.lines import unglued, without_end_mark
from newsarchive.reader.names import (
    Signature,
    is_account,
    is_initials,
    is_names,
    is_unit,
    signature,
    with_outlet,
)
from newsarchive.reader.phrases import is_furniture
from newsarchive.reader.roles import FURNITURE, Role
from newsarchive.reader.story import Story
from newsarchive.reader.trace import Trace
from newsarchive.reader.witness import Witness
from newsarchive.text import fold

_POSTED = re.compile(
    r"^(?:đăng bởi|gửi bởi|bởi|by)\s+|\s*\b(?:lúc|vào(?: lúc)?|ngày|on|at)$", re.IGNORECASE
)


@dataclass(slots=True)
class Signed:
    """Byline and source with their origins; lines that are signatures; texts to put in place."""

    byline: str | None = None
    source: str | None = None
    byline_origin: str | None = None
    source_origin: str | None = None
    lines: set[int] = field(default_factory=set)
    replaced: dict[int, str] = field(default_factory=dict)
    trace: Trace | None = None

    def take(self, found: Signature, origin: str) -> None:
        """Keep what is still missing."""
        if self.trace is not None:
            for name, value in (("byline", found.byline), ("source", found.source)):
                if value:
                    taken = getattr(self, name) is None
                    self.trace.note(name, value, origin if taken else f"{origin}: comes too late")
        if self.byline is None and found.byline:
            self.byline, self.byline_origin = found.byline, origin
        if self.source is None and found.source:
            self.source, self.source_origin = found.source, origin


def find_signed(
    page: Page,
    witness: Witness,
    story: Story,
    body: list[Block],
    title: Block | None,
    date_rest: tuple[str, int] | None,
) -> Signed:
    """Byline and source: the story's end first, then labelled blocks, then under the headline.

    body: the story's lines (no captions). A site's own name and CMS accounts sign nothing.
    """
    signed = Signed(trace=page.trace)
    _closing(body, signed)
    # What else an author's card says (role, portrait, other works) is no part of the story.
    signed.lines.update(
        b.index for b in body if b.image is None and _author_role(b) and not _is_quoted(b)
    )
    _after(page, story, signed, witness)
    if signed.byline is None:
        _heading(page, story, title, signed, witness)
    if signed.byline is None and date_rest is not None:
        rest = _POSTED.sub("", date_rest[0]).strip(" •·|-–/")
        found = signature(rest, styled=True) or _named(rest)
        if found is not None and not _is_site(found.byline, witness):
            signed.take(found, "beside-date")
    if signed.byline is None:
        _machine(page, witness, signed)
    if signed.source is not None and _is_site(signed.source, witness):
        signed.source = signed.source_origin = None
    return signed


def _named(text: str) -> Signature | None:
    """'Thanh Nguyên (VKSQS khu vực 72)': a name with its unit in brackets."""
    match = re.match(r"^(?P<name>[^()]{2,50}?)\s*\([^()]{2,80}\)$", text)
    if match and is_names(match["name"]):
        return Signature(byline=text)
    return None


def _closing(body: list[Block], signed: Signed) -> None:
    """Signatures among the last lines of the story, and one glued to its last paragraph."""
    texts = [b for b in body if b.image is None]
    accounts = [b for b in texts[-4:] if _author_role(b) and is_account(b.text)]
    signed.lines.update(b.index for b in accounts)
    labels = [
        b
        for b in texts[-8:]
        if len(b.text) <= 12 and fold(b.text) in ("nguon", "nguon tin", "tac gia", "bai", "tin")
    ]
    signed.lines.update(b.index for b in labels)
    texts = [b for b in texts if b not in (*accounts, *labels) and not is_furniture(b.text)]
    texts = _without_trailer(texts, signed)
    for back, block in enumerate(reversed(texts[-6:])):
        found = signature(block.text, styled=_stands_apart(block, last=back <= 2))
        if found is None or (back > 3 and not found.labelled):
            glued = _unglue(block)
            if glued is not None:
                text, name = glued
                signed.take(name, "story-end")
                signed.replaced[block.index] = text
            break
        signed.lines.add(block.index)
        if not found.labelled and _named_source(block):
            found = Signature(source=found.byline)
        unit = signed.byline if signed.byline_origin == "story-end" else None
        if unit and is_unit(unit) and found.byline and is_names(found.byline):
            signed.byline = (
                None  # a name above a unit is that of the writer, the unit is where from
            )
        signed.take(found, "story-end")


def _without_trailer(texts: list[Block], signed: Signed) -> list[Block]:
    """The lines up to a signature set apart; one or two short lines below it are the page's."""
    for back in (2, 3):
        if len(texts) <= back:
            break
        block, below = texts[-back], texts[1 - back :]
        marked = block.align == "right" or max(block.bold, block.italic) * 10 >= len(block.text) * 9
        found = signature(block.text, styled=True)
        labelled = found is not None and found.labelled
        short = all(len(b.text) <= 90 and (labelled or b.text[-1] not in ".!”") for b in below)
        unsigned = not any(signature(b.text, styled=True) for b in below)
        if (marked or labelled) and short and unsigned and found is not None:
            signed.lines.update(b.index for b in below)
            return texts[: 1 - back]
    return texts


def _named_source(block: Block) -> bool:
    """Whether the line stands in an element named source."""
    return any(
        f.roles & Role.SOURCE and not f.roles & Role.AUTHOR for f in tuple(block.frame.up())[:4]
    )


def _stands_apart(block: Block, *, last: bool) -> bool:
    size = len(block.text)
    if (
        block.align in ("right", "center")
        or block.bold * 10 >= size * 9
        or block.italic * 10 >= size * 9
    ):
        return True
    if (block.frame.roles | block.inline) & (Role.AUTHOR | Role.SOURCE):
        return True
    return last and block.level == 0 and size <= 45


def _unglue(block: Block) -> tuple[str, Signature] | None:
    """(the paragraph without the name, the name) where a signature ends the last sentence."""
    text = block.text
    tail = block.tail_strong
    if tail and text.endswith(tail) and len(tail) < len(text) - 20:
        before = text[: -len(tail)].rstrip()
        found = signature(tail, styled=True)
        ended = tail.startswith((".", "/")) or before[-1:] in '.!?…/"”)'
        if found is not None and (ended or is_initials(tail)):
            return without_end_mark(before), found
    glued = unglued(text)
    found = signature(glued[1], styled=True) if glued is not None else None
    return (glued[0], found) if glued is not None and found is not None else None


def _after(page: Page, story: Story, signed: Signed, witness: Witness) -> None:
    """Labelled, named or set-apart lines between the end of the story and the page's furniture."""
    end = story.frame.last
    for block in page.blocks[end : end + 14]:
        if block.image is not None:
            continue
        if story.foreign(block):
            continue
        named = _author_role(block) or (block.index == end and _set_apart(block))
        found = signature(block.text, styled=named)
        if found is None:
            if len(block.text) > 120 or block.level:
                break
            continue
        if not (named or found.labelled) or _is_site(found.byline, witness):
            continue
        signed.take(found, "author-block" if named else "labelled")


def _is_quoted(block: Block) -> bool:
    """Whether a line names the speaker of a quotation in the story."""
    return any("quot" in f.name for f in tuple(block.frame.up())[:3])


def _set_apart(block: Block) -> bool:
    """Whether an unlinked line is right-aligned, or bold or slanted as a whole."""
    most = max(block.bold, block.italic) * 10 >= len(block.text) * 9
    return not block.links and not block.level and (block.align == "right" or most)


def _author_role(block: Block) -> bool:
    for depth, frame in enumerate(block.frame.up()):
        if frame.roles & (Role.AUTHOR | Role.SOURCE) and frame.last - frame.first <= 12:
            return True
        if depth >= 4:
            break
    return bool(block.inline & (Role.AUTHOR | Role.SOURCE))


def _heading(
    page: Page, story: Story, title: Block | None, signed: Signed, witness: Witness
) -> None:
    """Names between the headline and the story: in an author block, or labelled."""
    start = title.index + 1 if title is not None else story.frame.first
    names: list[str] = []
    for block in page.blocks[start : min(story.begin + 3, start + 40)]:
        named = _author_role(block)
        if not _may_sign(block, story, named):
            continue
        apart = title is not None and block.index - title.index <= 4 and block.index < story.begin
        text = _POSTED.sub("", block.text) if named else block.text
        found = signature(text, styled=named or apart)
        if found is None and named:
            found = with_outlet(text)
        if found is None and named:
            linked = (signature(text, styled=True) for text in link_texts(block))
            found = next((s for s in linked if s is not None and s.byline), None)
        if found is None or _is_site(found.byline, witness) or is_furniture(block.text):
            continue
        if not named and not found.labelled and not _surely_name(found.byline):
            continue
        if found.source and signed.source is None:
            signed.take(Signature(source=found.source), "under-title")
            signed.lines.add(block.index)
        if found.byline:
            if names and not named:
                break
            signed.lines.add(block.index)
            if found.byline not in names:
                names.append(found.byline)
    if names:
        signed.take(Signature(byline=" - ".join(names[:5])), "under-title")


def _may_sign(block: Block, story: Story, named: bool) -> bool:
    """Whether a line below the headline may name its writer by its place."""
    if block.image is not None or len(block.text) > 120:
        return False
    if story.foreign(block) and not (named and _in_bar(block, story)):
        return False
    return named or block.links * 2 <= len(block.text)


def _in_bar(block: Block, story: Story) -> bool:
    """Whether nothing but a bar of tools makes a line furniture: names stand in such bars too."""
    return not any(
        f.roles & FURNITURE & ~Role.SHARE and f not in story.spared for f in block.frame.up()
    )


def _surely_name(name: str | None) -> bool:
    """Two words or initials: a single word under a headline may be anything."""
    return bool(name) and (" " in (name or "") or (name or "").isupper())


def _machine(page: Page, witness: Witness, signed: Signed) -> None:
    """JSON-LD's authors, only where the page prints them too: accounts are not printed."""
    if page.trace is not None:
        for name in witness.authors:
            page.trace.note("byline", name, "stated for machines: counts where it is printed too")
    names = [n for n in witness.authors if not is_account(n) and not _is_site(n, witness)]
    names = [n for n in dict.fromkeys(names) if is_names(n) or is_unit(n)]
    if names:
        printed = {fold(b.text) for b in page.blocks if len(b.text) <= 80}
        names = [n for n in names if fold(n) in printed]
    if names:
        signed.take(Signature(byline=" - ".join(names)), "json-ld")


def _is_site(name: str | None, witness: Witness) -> bool:
    """Whether a 'name' is the site's own."""
    return (
        bool(name) and fold(name or "") in (fold(witness.site_name), "") and bool(witness.site_name)
    )
