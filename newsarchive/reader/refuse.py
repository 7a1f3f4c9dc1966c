"""Whether a page is an article at all, and if not, why."""

from __future__ import annotations

import re

from newsarchive.errors import NotAnArticle
from newsarchive.reader.blocks import Block, Frame, Page
from newsarchive.reader.challenge import PHRASES
from newsarchive.reader.story import Story, is_prose
from newsarchive.reader.witness import Witness
from newsarchive.text import unaccent

_GONE = re.compile(
    r"^(?:loi |error )?404$|\b(?:(?:loi|error|http) 404|404 (?:not|error|page)"
    r"|khong tim thay (?:trang|bai|noi dung|du lieu|ket qua|tin)"
    r"|trang (?:ban (?:yeu cau|tim|truy cap).{0,30} )?khong ton tai"
    r"|(?:bai viet|noi dung|lien ket|duong dan|tin bai).{0,30}khong (?:ton tai|tim thay|con)"
    r"|page not found|not found|da bi xoa|khong co (?:bai viet|tin) nao"
    r"|(?:trang|noi dung).{0,20}khong kha dung)\b"
)
_ERROR = re.compile(
    r"server error in .{0,40} application|\bstack trace\b|unhandled exception|exception details"
    r"|\bfatal error\b|traceback \(most recent|(?:internal )?server error|database error"
    r"|error (?:establishing|executing)|bad gateway|service (?:temporarily )?unavailable"
)
_LOGIN = re.compile(r"\b(?:dang nhap|login|sign in|ten dang nhap|mat khau)\b")


def check(
    page: Page,
    witness: Witness,
    story: Story | None,
    headline: str,
    body: list[Block],
    *,
    dated: bool,
    title: Block | None,
    captions: int = 0,
) -> None:
    """Raise NotAnArticle where the page is none, with the reason.

    dated: whether a publication date was found. title: the headline's line if it stands on the
    page. captions: characters of captions: a photo essay tells its story in them.
    """
    texts = [b.text for b in body if b.image is None]
    size = sum(map(len, texts))
    captions = captions if title is not None else 0
    plain = _plain(page, headline, whole=size < 600 or not dated)
    names = [unaccent(name).lower().strip(" -!.") for name in (page.title, headline)]
    _check_words(plain, names, size, dated)
    if story is None or not (texts or captions):
        if sum(b.image is None and b.is_link() and len(b.text) >= 25 for b in page.blocks) >= 3:
            raise NotAnArticle("a listing of articles: links and no running text")
        raise NotAnArticle("no running text")
    if not headline:
        raise NotAnArticle("no headline")
    if not dated and (_LOGIN.search(names[1]) or (size < 150 and _LOGIN.search(plain))):
        raise NotAnArticle("a log-in page")
    if size + captions < 120 and not (dated and witness.is_article):
        raise NotAnArticle("hardly any running text")
    if page.passwords and size < 1500 and not (dated or witness.is_article):
        raise NotAnArticle("a log-in page")
    _check_listing(page, witness, story, body, dated, title)
    if captions < 120 and not (dated or witness.is_article or _is_told(body)):
        raise NotAnArticle("no date, and no running text of a story")


def _plain(page: Page, headline: str, *, whole: bool) -> str:
    """Title, headline and, if wanted, the first lines of a page, unaccented and in lower case."""
    seen = " ".join(b.text for b in page.blocks[:40] if b.image is None)[:3000] if whole else ""
    return unaccent(f"{page.title} {headline} {seen}").lower()


def _check_words(plain: str, names: list[str], size: int, dated: bool) -> None:
    """Refuse pages that say what they are: challenges, error messages, 'does not exist'."""
    if size < 600 and PHRASES.search(plain):
        raise NotAnArticle("a challenge page that wants a browser")
    if not dated and _ERROR.search(plain):
        raise NotAnArticle("an error message of the server")
    if size < 800 and any(_GONE.search(name) for name in names):
        raise NotAnArticle("the page says that it does not exist")
    if size < 350 and _GONE.search(plain):
        raise NotAnArticle("the page says that it does not exist")


def _is_told(body: list[Block]) -> bool:
    """Whether sentences follow each other in one element: lists of particulars have none such."""
    sentences: dict[Frame | None, int] = {}
    for block in body:
        if block.image is None and is_prose(block) and block.text[-1] in '.!?…”"’:':
            around = block.frame.parent if block.frame.tag in ("p", "li") else block.frame
            sentences[around] = sentences.get(around, 0) + 1 + (len(block.text) >= 300)
    return max(sentences.values(), default=0) >= 2


def _check_listing(
    page: Page,
    witness: Witness,
    story: Story,
    body: list[Block],
    dated: bool,
    title: Block | None,
) -> None:
    """A page of teasers: headlines that are links, each with a line or two of its own."""
    # Below a story that has a headline and a date, links are those of other stories.
    end = story.end if dated and title is not None else story.frame.last
    headlines = sum(
        1
        for b in page.blocks[story.frame.first : end]
        if b.image is None and b.is_link() and len(b.text) >= 25 and not story.foreign(b)
    )
    if _repeats(page, story, title):
        raise NotAnArticle("a listing of articles")
    prose = [b for b in body if b.image is None and is_prose(b)]
    longest_run = _longest_run(page, prose)
    if headlines >= 3 and headlines >= longest_run and not (witness.is_article and dated):
        raise NotAnArticle("a listing of articles")
    if headlines >= 5 and headlines >= 2 * max(1, longest_run):
        raise NotAnArticle("a listing of articles")
    size = sum(len(b.text) for b in prose)
    if title is None and not witness.is_article and (not dated or len(prose) < 3):
        raise NotAnArticle("no headline on the page")
    if not dated and not witness.is_article and size < 500 and len(prose) < 3:
        what = "a listing of articles" if story.summaries else "too little running text and no date"
        raise NotAnArticle(what)


def _repeats(page: Page, story: Story, title: Block | None) -> bool:
    """Whether the text stands under a linked headline, in a row of boxes that are made alike."""
    for frame in tuple(story.core.up())[:4]:
        if title is not None and frame.holds(title) and not title.is_link():
            break  # no item of a list but what holds all of the page
        if not _linked_headline(page, frame, story.begin):
            continue
        name = re.sub(r"[\d-]+", "", frame.name)
        alike = [
            f
            for f in page.beside(frame)
            if f.tag == frame.tag
            and re.sub(r"[\d-]+", "", f.name) == name
            and _linked_headline(page, f, f.last)
        ]
        if len(alike) >= 2:
            return True
    return False


def _linked_headline(page: Page, frame: Frame, end: int) -> bool:
    return any(
        b.image is None and b.is_link() and len(b.text) >= 10
        for b in page.blocks[frame.first : min(end, frame.last)]
    )


def _longest_run(page: Page, prose: list[Block]) -> int:
    """The longest row of running lines with no linked headline between them."""
    best = run = 0
    last = -1
    for block in prose:
        between = page.blocks[last + 1 : block.index] if last >= 0 else []
        if any(b.image is None and b.is_link() and len(b.text) >= 25 for b in between):
            run = 0
        run += 1
        best = max(best, run)
        last = block.index
    return best
