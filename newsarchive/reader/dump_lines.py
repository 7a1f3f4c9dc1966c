"""A text dump's lines as its paragraphs: what a dumper put around, into and between them undone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.reader.lines import is_file_name
from newsarchive.text import clean, composed

# Lists of addresses that text browsers print last: 'References', then numbered addresses.
_REFERENCES = re.compile(
    r"^[ \t]*(?:References|Tham chiếu|Tham khảo):?[ \t]*\n\s*"
    r"(?:(?:Visible|Hidden) links:?[ \t]*\n|1\.[ \t]+\S+[ \t]*(?:\n|$))",
    re.MULTILINE,
)
_NUMBER = re.compile(r"\[(\d{1,4})\]")
_ADDRESS = re.compile(r"\s?(?:\((?:https?://|mailto:)[^\s()]*\)|\[https?://[^\s\[\]]*\])")
_ANGLED = re.compile(r"\s?<(?:https?://|mailto:)[^\s<>]*>")
_MD_IMAGE = re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,500}(?:\s\"[^\"]{0,200}\")?\)")
_MD_LINK = re.compile(r"\[([^\[\]]{0,300})\]\(<?[^()\s<>]{0,500}>?(?:\s\"[^\"]{0,200}\")?\)")
_MD_SLANTED = re.compile(r"^([*_])(?=[^\s*_])([^*_]+)(?<=\S)\1$")
_MD_HEADING = re.compile(r"^#{1,6}\s+(?=\S)")
_PICTURE_WORDS = r"inline|image|img|embed|picture|hình ảnh|ảnh|hình"
_PICTURE = re.compile(
    rf"^\[(?:{_PICTURE_WORDS}|[a-z0-9_%.-]{{2,80}})(?:[:\s][^\[\]]{{0,200}})?\]$", re.IGNORECASE
)
_PICTURE_BEFORE = re.compile(
    r"^\[(?:inline|image|img|embed|[^\[\]]{1,90}\.(?:jpe?g|png|gif|webp|bmp))\](?!\()\s*",
    re.IGNORECASE,
)
# What stands for a picture whose file or text is numbered: 'Phá đường dây ma túy - Ảnh 1.'
_NUMBERED = re.compile(
    r"^.{3,150}\s[-–]\s(?:[Ảả]nh|[Hh]ình)\s\d{1,2}\.?$|^[a-z0-9 ]{3,150}\sanh\s\d{1,2}$"
    r"|^[a-z][a-z0-9]*(?:[-_][a-z0-9]+){2,}$"
)
_POINTED = re.compile(r"[.\d_-]")  # what file names and numbers have; found fast
_BULLET = re.compile(r"^(?:(?P<own>[*])|[-+•●▪◦»·]|o(?=\s+\S))\s+(?=\S)")
_FORM = re.compile(r"^(?:\(BUTTON\)|IFRAME:|_{4,}|\[_\]|\( \)|\(\*\) )")
_POINTS = re.compile(r"[,.;)!?…”(“]{1,4}")  # of a sentence whose words are other lines
PARTS = frozenset("»›>/|→-–—·•:")
"""What stands between the parts of a trail or a row of particulars, as a line of its own."""


@dataclass(slots=True)
class Line:
    """One line of a dump, later one paragraph.

    gap: whether a blank line stands above. indent, width: columns as printed, the width with the
    indent. bullet: whether a list's mark opens it. cells: parts between tabs. picture: it only
    stands for a picture. heading: marked as a heading.
    """

    text: str
    gap: bool = False
    indent: int = 0
    width: int = 0
    first: int = 0
    bullet: bool = False
    cells: int = 1
    picture: bool = False
    heading: bool = False


def printed_lines(text: str, *, marks: bool = False) -> list[Line]:
    """The lines that are not blank, without the marks that dumpers put at links and pictures.

    marks: whether the marks of decomposed letters count as columns.
    """
    text = _without_references(text)
    numbered, addressed, markdown = _style(text)
    lines: list[Line] = []
    gap = False
    for raw in text.splitlines():
        whole = clean(raw)
        if not _says(whole) and whole not in PARTS and not _POINTS.fullmatch(whole):
            gap = True
            continue
        bare = whole
        if raw != whole:
            bare = raw.rstrip() if marks else composed(raw.rstrip())
        indent = len(bare) - len(bare.lstrip())
        first = bare.split(None, 1)[0] if marks and bare else whole.partition(" ")[0]
        line = Line(whole, gap, indent, len(bare), len(first))
        line.cells = len([c for c in raw.split("\t") if c.strip()]) if "\t" in raw else 1
        lines += _bare(line, numbered, addressed, markdown)
        gap = False
    return lines


def _says(text: str) -> bool:
    return text.isalnum() or any(map(str.isalnum, text))


def without_marks(lines: list[Line]) -> list[Line]:
    """The lines without those of marks alone; a dash that is one opens the next line."""
    found: list[Line] = []
    dash: Line | None = None
    for line in lines:
        if not line.picture and not _says(line.text):
            dash = line if line.text in "-–+" else None
            continue
        if dash is not None and not line.gap and not line.picture and not line.bullet:
            line.text, line.gap, line.bullet = f"{dash.text} {line.text}", dash.gap, True
        found.append(line)
        dash = None
    return found


def _without_references(text: str) -> str:
    if "References" not in text and "Tham " not in text:
        return text
    starts = [found.start() for found in _REFERENCES.finditer(text)]
    return text[: starts[-1]] if starts else text


def _style(text: str) -> tuple[bool, bool, bool]:
    """Whether the dumper numbers links, prints their addresses behind them, writes Markdown."""
    numbers = [int(n) for n in _NUMBER.findall(text)]
    numbered = sum(b == a + 1 for a, b in pairwise(numbers)) * 2 > len(numbers) > 2
    addressed = len(_ADDRESS.findall(text)) >= 3
    markdown = "](" in text or "**" in text or bool(re.search(r"^#{1,6} \S", text, re.MULTILINE))
    return numbered, addressed, markdown


def _bare(line: Line, numbered: bool, addressed: bool, markdown: bool) -> list[Line]:
    """The line without dumpers' marks: none, one, or a picture and the text beside it."""
    text = line.text
    if numbered and "[" in text:
        text = _NUMBER.sub("", text).strip()
    bullet = _BULLET.match(text)
    if bullet:
        line.bullet = True
        text = text[bullet.end() :] if bullet["own"] else text
    pictured = False
    if markdown:
        if "![" in text:
            pictured, text = True, _MD_IMAGE.sub("", text)
        if "](" in text:
            text = _MD_LINK.sub(r"\1", text)
        line.heading = bool(_MD_HEADING.match(text))
        text = _MD_HEADING.sub("", text).replace("**", "")
        text = _MD_SLANTED.sub(r"\2", text.strip())
    if addressed:
        text = _ADDRESS.sub("", text)
    if "<" in text:
        text = _ANGLED.sub("", text)
    text = text.strip()
    while text[:1] == "[" and (before := _PICTURE_BEFORE.match(text)):
        pictured, text = True, text[before.end() :]
    named = _POINTED.search(text) and (is_file_name(text) or _NUMBERED.match(text))
    if named or (text[:1] == "[" and _PICTURE.match(text)):
        pictured, text = True, ""
    if text != line.text:
        text = clean(text)  # a mark may have stood between two blanks, or a letter and its accent
    line.text = text
    picture = Line("", line.gap, line.indent, picture=True)
    found = [picture] if pictured else []
    return [*found, line] if text and not _FORM.match(text) else found
