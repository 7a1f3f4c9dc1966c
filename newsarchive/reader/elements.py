"""What the walk over a page does with each HTML element, and what its tag says it is for."""

from __future__ import annotations

from newsarchive.reader.roles import Role

SKIPPED = frozenset({
    "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "select", "option",
    "textarea", "canvas", "audio", "map", "button", "frameset", "applet", "datalist", "input",
    "video",
})  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "source", "track",
    "param", "picture", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    "o:p", "st1:place", "wbr", "nobr", "ruby", "rb", "rt", "rp",
})  # fmt: skip
PICTURES = frozenset(("img", "amp-img"))
BOLD = frozenset(("b", "strong"))
ITALIC = frozenset(("i", "em", "cite"))
HEAD = frozenset(("meta", "script", "title", "link", "base", "head"))
LEVELS = {f"h{n}": n for n in range(1, 7)}
TAG_ROLES = {
    "nav": Role.NAV, "footer": Role.FOOTER, "header": Role.HEADER, "aside": Role.ASIDE,
    "marquee": Role.ADS, "figcaption": Role.CAPTION, "article": Role.ARTICLE, "time": Role.DATE,
    "figure": Role.NONE,
}  # fmt: skip
# A zoom button names a figure, no more; WordPress names a story's tags in its article's class.
TAG_DENIES = {
    "figure": Role.SHARE | Role.ICON | Role.META,
    "article": Role.TAGS | Role.SECTION | Role.DATE,
}
# What is done with an element; all that is not named here is a block.
AS_INLINE, AS_BREAK, AS_PICTURE, AS_HEAD, SKIP = range(5)
KINDS = {
    **dict.fromkeys(INLINE, AS_INLINE),
    **dict.fromkeys(SKIPPED, SKIP),
    **dict.fromkeys(PICTURES, AS_PICTURE),
    **dict.fromkeys(HEAD, AS_HEAD),
    "br": AS_BREAK,
}
LOOKS = frozenset((*LEVELS, "center", "form"))  # blocks that change how lines look, unnamed too
# Most of a page's blocks: their tags tell nothing.
PLAIN = frozenset(("div", "li", "p", "ul", "ol", "td", "tr", "table", "tbody", "section", "main"))
