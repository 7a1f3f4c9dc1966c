"""Markup to a tree: what the parser would lose, join or choke on is mended before it sees it."""

from __future__ import annotations

import re

from lxml import etree, html
from lxml.html import HtmlElement

# One attribute or its value, roughly: a quote counts only after '='. Possessive throughout, so
# that a search takes time in proportion to the page.
_ATTRIBUTES = rb"""(?:[^>=]++|=\s*+(?:"[^"]*+"?+|'[^']*+'?+)?+)*+"""
_TAG = re.compile(
    rb"<(?P<end>/?+)(?P<name>(?P<raw>(?:script|style)\b)|[a-z][^\s/>]*+)"
    rb"(?P<rest>" + _ATTRIBUTES + rb">?+)"
    rb"(?(raw)(?:[^<]++|<(?!/(?:script|style)))*+)",
    re.IGNORECASE,
)  # fmt: skip
_VALUE = re.compile(rb"""=\s*+(?:"[^"]*+"?+|'[^']*+'?+)""")
_NAME = re.compile(rb"[\s/]++[^\s/>]")
_PARAGRAPH = re.compile(rb"<(/?)p(?=[\s/>])[^>]*+>", re.IGNORECASE)
# What mending depends on, found in one run over the page: paragraphs' tags and the page's end.
_ENDS = re.compile(rb"<(?:/p>|p[\s>]|/html)", re.IGNORECASE)
_PAGE_END = re.compile(rb"</(?:html|body)\s*+>", re.IGNORECASE)
_TORN = re.compile(rb"<(?:[a-z/!?][^>]{0,2000}+)?\Z", re.IGNORECASE)  # a page cut within a tag
_MARKUP = re.compile(rb"<(?:p|div|h[1-6]|table|span|article|section|body|html|br)\b", re.IGNORECASE)

_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
_SLASH, _HTML_END = ord("/"), len(b"</html")
_LARGE = 100_000  # bytes of a page below which no number of attributes costs a second
_LONG = 10_000  # bytes of a tag worth a look
_ATTRIBUTES_MOST = 1000
_DEEPEST = 200  # elements around each other in a page that had to be flattened
# Elements that never nest, having no content or ending their like, and those that mostly do not.
_FLAT = frozenset(
    b"p br hr img input meta link base wbr source param col area html head body title script style"
    b" frame".split()
)
_HARDLY_NESTING = frozenset((b"li", b"td", b"th", b"tr", b"dd", b"dt"))
_INLINE = frozenset(
    b"a abbr b big cite code em font i label mark o:p q s small span strike strong sub sup tt u"
    b" time var nobr ins del bdo".split()
)


def tree(content: bytes) -> HtmlElement:
    """The element tree of a page in UTF-8. Raises lxml's ParserError or ValueError without one.

    libxml2 parses at most 2048 elements deep and drops the rest of the page; it drops what follows
    </html>, ignores a closing tag without an opening one (HTML 5 ends the line at a stray </p>),
    and its time grows with the square of an element's attributes. Such pages, all rare, are
    mended first.
    """
    content = mended(content)
    root, cut = _parsed(content)
    for limit in (_DEEPEST, 0):
        if not cut:
            break
        root, cut = _parsed(flattened(content, limit))
    return root


def _parsed(content: bytes) -> tuple[HtmlElement, bool]:
    """(the tree, whether the parser gave up on the page's depth)."""
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False
    )
    # lxml.html's own parser asks Python for the class of each element; nothing here needs forms.
    parser.set_element_class_lookup(_ELEMENTS)
    root = html.document_fromstring(content, parser=parser)
    last = parser.error_log.last_error
    return root, last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT


def mended(content: bytes) -> bytes:
    """The page's bytes as they are, but for pages that the parser would read wrongly."""
    torn = content.rfind(b"<")
    if _TORN.match(content, torn):
        content = content[:torn]
    paragraphs, end = 0, -1
    for match in _ENDS.finditer(content):
        tag = match[0]
        if len(tag) == _HTML_END:
            end = match.start() if end < 0 else end
        else:
            paragraphs += -1 if tag[1] == _SLASH else 1
    if end >= 0 and _MARKUP.search(content, end):
        content = _PAGE_END.sub(b"", content)
    if paragraphs < 0:
        content = _parted(content)
    if len(content) > _LARGE:
        content = _lightened(content)
    return content


def _parted(content: bytes) -> bytes:
    """Every </p> that closes no paragraph as a line break."""
    is_open = False

    def part(match: re.Match[bytes]) -> bytes:
        nonlocal is_open
        stray = bool(match[1]) and not is_open
        is_open = not match[1]
        return b"<br>" if stray else match[0]

    return _PARAGRAPH.sub(part, content)


def _lightened(content: bytes) -> bytes:
    """Elements with more than a thousand attributes without any."""
    parts: list[bytes] = []
    done = 0
    for match in _TAG.finditer(content):
        start, end = match.span("rest")
        if end - start < _LONG:
            continue
        bare = _VALUE.sub(b" ", match["rest"])
        if sum(1 for _ in _NAME.finditer(bare)) > _ATTRIBUTES_MOST:
            parts += (content[done:start], b">")
            done = end
    parts.append(content[done:])
    return b"".join(parts)


def flattened(content: bytes, limit: int) -> bytes:
    """The page without the tags that open below `limit` open elements, and without their ends.

    Where a dropped element would begin or end a line, a <br> does.
    """
    parts: list[bytes] = []
    done = 0
    stack: list[bytes] = []
    kept = _FLAT | _HARDLY_NESTING if limit else _FLAT
    for match in _TAG.finditer(content):
        name = match["name"].lower()
        if name in kept:
            continue
        if match["end"]:
            at = next((n for n in range(1, min(len(stack), 20) + 1) if stack[-n] == name), 0)
            dropped = at > 0 and len(stack) - at >= limit
            if at:
                del stack[-at:]
        else:
            dropped = len(stack) >= limit
            stack.append(name)
        if dropped:
            parts += (content[done : match.start()], b"" if name in _INLINE else b"<br>")
            done = match.end()
    parts.append(content[done:])
    return b"".join(parts)
