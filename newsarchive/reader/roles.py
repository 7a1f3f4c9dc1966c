"""What class names, ids and their like say an element is for, in Vietnamese and English."""

from __future__ import annotations

import re
from functools import lru_cache


class Role:
    """What an element is for, as far as its name tells: bits of one int, for it may be several.

    Plain ints and no enum.IntFlag: the walk joins and tests them at every element, and IntFlag's
    operators took a third of its time.
    """

    NONE = 0
    TITLE = 1
    LEAD = 2
    DATE = 4
    AUTHOR = 8
    SOURCE = 16
    CAPTION = 32
    TAGS = 64
    CRUMB = 128
    BODY = 256
    RELATED = 512
    COMMENT = 1024
    SHARE = 2048
    NAV = 4096
    FOOTER = 8192
    HEADER = 16384
    ASIDE = 32768
    ADS = 65536
    HIDDEN = 131072
    ICON = 262144
    SECTION = 524288
    META = 1048576
    ARTICLE = 2097152


# Elements that hold a line, not several.
LEAF = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "blockquote", "pre", "dd", "dt", "figcaption"]
)
FURNITURE = (
    Role.RELATED | Role.COMMENT | Role.SHARE | Role.NAV | Role.FOOTER | Role.ASIDE
    | Role.ADS | Role.CRUMB | Role.TAGS | Role.HIDDEN
)  # fmt: skip
"""What no part of a story stands in."""

_NAMES: tuple[tuple[int, str], ...] = (
    (Role.TITLE, r"title|tieu-?de|headline|heading"),
    (
        Role.LEAD,
        r"sapo|\blead\b|summary|hometext|home-text|\bmota\b|mo-ta|tom-?tat|excerpt|\bintro\b|intro-?text"
        r"|chapp?eau|description|\bdesc?\b|standfirst|abstract|\bdek\b|teaser",
    ),
    (
        Role.DATE,
        r"date|\btimes?\b|-time|time-|ngay|publish|posted-on|thoi-?gian|created|submitted|\bhours?\b|\bgio\b|\bupdated?\b",
    ),
    (
        Role.AUTHOR,
        r"author|tac-?gia|byline|by-line|writer|nguoi-?viet|but-?danh|chu-?ky|signature|creator|createdby|created-by",
    ),
    (Role.SOURCE, r"\bsource|\bnguon|news-?source"),
    (
        Role.CAPTION,
        r"caption|chu-?thich|note-img|noteimg|(?:img|photo|image|avatar|thumb|pic)-?desc|expnoedit",
    ),
    (Role.TAGS, r"\btags?\b|\btags?-|-tags?\b|keyword|tu-?khoa|hashtag|blogtags|\btopics\b"),
    (Role.CRUMB, r"breadcrumb|bread-crumb|\bcrumbs?\b|pathway|\bpath\b|duong-?dan"),
    (
        Role.BODY,
        r"article-?(?:body|content|detail|text)\b|detail-?(?:content|body|text)|content-?detail"
        r"|news-?(?:content|body|detail|text)\b|(?:post|entry|story|main)-?content\b|bodytext|body-text"
        r"|noi-?dung|\bfck|body-?html|chi-?tiet|journal-content",
    ),
    (
        Role.RELATED,
        r"relat(?:ed|ion|es?\b)|lien-?quan|\bothers?\b|other-?(?:news|article|post)|orther|tin-?khac"
        r"|bai-?viet-?khac|cung-?chu|cung-?chuyen|tin-?moi|tin-?cu\b|doc-?nhieu|xem-?nhieu|most-?(?:read|view)"
        r"|recent|latest|read-?more|xem-?them|suggest|recommend|more-?news|post-navigation|hot-?news"
        r"|tin-?noi-?bat|box-?category",
    ),
    (Role.COMMENT, r"comment|binh-?luan|y-?kien|phan-?hoi|disqus"),
    (
        Role.SHARE,
        r"share|sharing|social|chia-?se|rating|danh-?gia|\bvote|binh-?chon|\bprint|toolbar|\btools?\b|addthis"
        r"|\blike|emotion|reaction|font-?size|co-?chu|\bbtn\b|\bactions?\b|\bicons\b",
    ),
    (
        Role.NAV,
        r"\bnav\b|\bnav-|-nav\b|navbar|navigation|menu|pagination|\bpagers?\b|phan-?trang|pagenav",
    ),
    (
        Role.FOOTER,
        r"(?<!card-)(?<!post-)(?<!article-)(?<!entry-)(?<!news-)(?<!detail-)\bfooter\b|copyright|ban-?quyen|\bfoot\b",
    ),
    (
        Role.HEADER,
        r"\bheader\b|masthead|top-?bar|\bbanner\b|\blogo\b|\bsite-?(?:branding|title|name|logo|slogan|header)\b",
    ),
    (
        Role.ASIDE,
        r"side-?bar|\baside\b|right-?col|col-?right|left-?col|col-?left|cot-?phai|cot-?trai|(?<!elementor-)widget(?!-image)",
    ),
    (
        Role.ADS,
        r"\bads?\b|\bads?-|advert|quang-?cao|adzone|sponsor|popup|\bmodal\b(?!-image)|login|dang-?nhap|tim-?kiem|marquee|newsletter|e-?paper|subscribe|\bpromo\b",
    ),
    (Role.ICON, r"icons?\b|(?<!news-)avatar(?!-desc)|\bavt\b|emoji|smil(?:ey|ies)|logo"),
    (
        Role.SECTION,
        r"categor|catalog|\bcat\b|\bcate?-?(?:title|name|label)|title-?cate\b|catego-|\bcat-links\b|chuyen-?muc|danh-?muc|\bcate\b|\bgenre\b",
    ),
    (Role.META, r"\bmeta\b|\binfo\b|-info\b|info-|-meta\b"),
    (
        Role.ARTICLE,
        r"article|\bpost\b|hentry|news-?detail|item-?page|chi-?tiet-?tin|tin-?chi-?tiet",
    ),
)
_ALL = re.compile("|".join(pattern for _, pattern in _NAMES))
_SINGLE = tuple((role, re.compile(pattern)) for role, pattern in _NAMES)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_HIDDEN = frozenset(
    [
        "hidden",
        "hide",
        "d-none",
        "sr-only",
        "visually-hidden",
        "screen-reader-text",
        "invisible",
        "display-none",
    ]
)


@lru_cache(maxsize=8192)
def roles_of(name: str) -> int:
    """Roles that a string of class names, ids and item properties gives.

    >>> roles_of('articleTitle') & Role.TITLE
    1
    """
    found = Role.NONE
    for word in name.split():
        found |= _roles_of_word(word)
    return found


@lru_cache(maxsize=8192)  # a page's elements share most of their classes
def _roles_of_word(word: str) -> int:
    found = Role.HIDDEN if word in _HIDDEN else Role.NONE
    plain = _CAMEL.sub("-", word).lower().replace("_", "-")
    if _ALL.search(plain) is None:
        return found
    for role, pattern in _SINGLE:
        if pattern.search(plain):
            found |= role
    return found
