"""A page as it was fetched made into one that does nothing: it runs, loads and leads nowhere.

What a browser would load or run is not taken over: only elements and attributes of lists, written
anew, every text escaped. The server's headers forbid the same once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from lxml import etree

MOST = 2 * 2**20  # characters of a page that are shown; longer ones end there
_DEPTH = 250  # elements within each other; what stands deeper is shown as if it stood there

_KEPT = frozenset(
    {
        "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big",
        "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del",
        "details", "dfn", "dir", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "ins", "kbd", "li",
        "main", "mark", "menu", "nav", "nobr", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
        "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table",
        "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
    }
)  # fmt: skip
_VOID = frozenset({"br", "col", "hr", "wbr"})
# What stands in these is no text of the page, or a world of its own (SVG, MathML, templates).
_DROPPED = frozenset(
    {
        "applet", "area", "audio", "base", "basefont", "bgsound", "canvas", "datalist", "embed",
        "fencedframe", "frame", "frameset", "iframe", "input", "keygen", "link", "map", "math",
        "meta", "noembed", "noframes", "object", "option", "optgroup", "param", "plaintext",
        "portal", "script", "select", "source", "svg", "template", "textarea", "title", "track",
        "video", "xmp",
    }
)  # fmt: skip
# Shown as something that does less.
_INSTEAD = {"form": "div", "fieldset": "div", "legend": "div", "dialog": "div", "marquee": "div"}
_ATTRIBUTES = frozenset(
    {
        "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color",
        "colspan", "datetime", "dir", "face", "height", "hspace", "id", "lang", "nowrap", "open",
        "rowspan", "size", "span", "start", "style", "summary", "title", "type", "valign", "value",
        "vspace", "width",
    }
)  # fmt: skip
_PICTURE = re.compile(r"\s*data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]+", re.I)
_ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\r\n\f])?|([g-z(@:-]))", re.I)
_SPELLING = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-@(:")
_URL = re.compile(r"url\s*\(", re.I)
_IMPORT = re.compile(r"@import\b", re.I)
_ACTIVE = re.compile(
    r"expression\s*\(|(?:-webkit-)?image-set\s*\(|behaviou?r\s*:|-moz-binding|javascript\s*:", re.I
)
_NAME = re.compile(r"[a-z][a-z0-9]*")
# Characters that no document may hold, or that turn the direction of the text about them.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_TINY = 24  # pixels: smaller pictures are spacers and icons
_SIZE = re.compile(r"\s*(\d{1,6})(?:px)?\s*")
_OUR_STYLE = (
    ":root{color-scheme:only light}html{background:#fff;color:#000}"
    ".newsarchive-picture{display:inline-block;max-width:100%;padding:.15em .5em;"
    "border:1px dashed #767676;color:#555;background:#f4f4f4;font:12px/1.5 sans-serif}"
)


def safe_page(text: str, *, picture: str, title: str) -> str:
    """The document that shows an HTML page and does nothing.

    text: the page, decoded; at most MOST characters of it are taken. picture: the word that
    stands where a picture was. title: the document's own. Links keep their address as a tip only.
    """
    tree = _parsed(text[:MOST])
    styles = body = attributes = language = ""
    # A page without one is laid out as browsers did of old.
    standard = text[:1000].lstrip("\ufeff \t\r\n").lower().startswith("<!doctype")
    if tree is not None:
        root = tree.getroot()
        language = _attribute("lang", root.get("lang") or "")
        found = root.find("body") if root.tag == "html" else root
        head = root.find("head") if root.tag == "html" else None
        if head is not None:
            styles = "".join(_style(one) for one in head.iter("style"))
        if found is not None:
            attributes = _attributes(found) if found.tag == "body" else ""
            body = "".join(_walk(found, picture))
    return (
        f"{'<!DOCTYPE html>' if standard else ''}<html{language}><head>"
        '<meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_OUR_STYLE}</style>{styles}</head>"
        f"<body{attributes}>{body}</body></html>"
    )


def safe_text(text: str, *, title: str) -> str:
    """The document that shows plain text."""
    shown = _CONTROL.sub("\ufffd", text[:MOST])
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_OUR_STYLE}"
        "pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:1rem}</style></head>"
        f"<body><pre>{escape(shown)}</pre></body></html>"
    )


def _parsed(text: str) -> etree._ElementTree | None:
    content = _CONTROL.sub(" ", text).encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):  # nothing in it but blanks and comments
        return None
    return None if root is None else root.getroottree()


def _walk(body: etree._Element, picture: str) -> Iterator[str]:
    """The markup of all that stands in an element; never deep in calls, whatever the page is."""
    depth = 0
    opened: list[str | None] = []
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        if element is body:
            if event == "start" and element.text:
                yield escape(element.text)
            continue
        if event == "start":
            depth += 1
            text, name, inside = _opened(element, picture, depth)
            opened.append(name)
            yield text
            if not inside:
                walk.skip_subtree()
            elif element.text:
                yield escape(element.text)
        else:
            depth -= 1
            name = opened.pop()
            if name is not None:
                yield f"</{name}>"
            if element.tail:
                yield escape(element.tail)


def _opened(element: etree._Element, picture: str, depth: int) -> tuple[str, str | None, bool]:
    """Markup that opens an element, the name to close (None: none), whether to go into it."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag == "img" or (tag == "input" and element.get("type", "").lower() == "image"):
        return _picture(element, picture), None, False
    if tag == "style":
        return _style(element), None, False
    if not tag or tag in _DROPPED:
        return "", None, False
    name = _INSTEAD.get(tag, tag)
    if name not in _KEPT or depth > _DEPTH:
        return "", None, True
    markup = f"<{name}{_attributes(element)}>"
    return markup, None if name in _VOID else name, name not in _VOID


def _attributes(element: etree._Element) -> str:
    given = {str(name).lower(): str(value) for name, value in element.items()}
    if element.tag == "a" and given.get("href"):
        given["title"] = given["href"][:2000]  # where it led, as words
    return "".join(_attribute(name, value) for name, value in given.items())


def _attribute(name: str, value: str) -> str:
    if name not in _ATTRIBUTES:
        return ""
    if name == "style":
        value = quiet_css(value)
    return f' {name}="{escape(value)}"'


def _style(element: etree._Element) -> str:
    # Whatever ends it for a browser is taken apart.
    css = quiet_css(element.text or "").replace("<", "\\3c ")
    return f"<style>{css}</style>"


def quiet_css(css: str) -> str:
    """Rules that load nothing."""
    css = _ESCAPED.sub(_spelled, css)
    css = _IMPORT.sub("@x-import", css)
    css = _ACTIVE.sub("x-off:", css)
    parts = _URL.split(css)
    # An address that is no picture within the page itself leads to nothing.
    return parts[0] + "".join(
        f"url({part}" if re.match(r"\s*['\"]?" + _PICTURE.pattern, part, re.I) else f"x-url({part}"
        for part in parts[1:]
    )


def _spelled(escape: re.Match[str]) -> str:
    """A letter for its escape, by which `url(` can be written too; other escapes stay."""
    code = int(escape[1], 16) if escape[1] else ord(escape[2])
    letter = chr(code) if code < 128 else ""
    return letter if letter in _SPELLING and letter else escape[0]


def _picture(element: etree._Element, word: str) -> str:
    source = element.get("src") or ""
    if _PICTURE.fullmatch(source):
        kept = "".join(
            _attribute(name, element.get(name) or "")
            for name in ("alt", "width", "height", "style", "class", "align", "title")
            if element.get(name)
        )
        return f'<img src="{escape(source.strip())}"{kept}>'
    for name in ("width", "height"):
        size = _SIZE.fullmatch(element.get(name) or "")
        if size and int(size[1]) <= _TINY:
            return ""
    alt = " ".join((element.get("alt") or "").split())
    tip = _attribute("title", source[:2000]) if source and not source.startswith("data:") else ""
    shown = f"{word}: {alt}" if alt else word
    return f'<span class="newsarchive-picture"{tip}>{escape(shown)}</span>'
