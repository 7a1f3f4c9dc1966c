"""NukeViet 4 (PHP), default theme, with its traps: a malformed meta date, an account as author.

Re-created from the public templates of the family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from newsarchive.demo.families import _page
from newsarchive.demo.families._page import Near, Scene, Shelf
from newsarchive.demo.stories import Picture, Story, slugify

_ACCOUNT = "quantri"


class NukeViet:
    """Addresses and pages of the NukeViet family."""

    name = "nukeviet"
    disallow = ("/admin/", "/data/", "/includes/", "/install/", "/users/", "/print/", "/savefile/")
    contact = "/contact/"
    tells_modified = True
    call = None

    def called(self, body: bytes, held: Mapping[str, Sequence[Story]]) -> bytes:
        """Nothing: its scripts ask for no lists."""
        return b"{}"

    def article_path(self, story: Story) -> str:
        """'/<section>/<slug>-<id>.html'."""
        return f"/{story.section}/{story.slug}-{story.id}.html"

    def section_path(self, section: str, number: int = 1) -> str:
        """'/<section>/', further pages 'page-<n>/'."""
        return f"/{section}/" if number == 1 else f"/{section}/page-{number}/"

    def media_path(self, story: Story) -> str:
        """A folder for the month."""
        return f"/uploads/news/{story.published:%Y_%m}/"

    def twins(self, story: Story) -> Mapping[str, str]:
        """Print and 'savefile' versions, and the address through the entry script."""
        path = self.article_path(story)
        return {f"/print{path}": "print", f"/savefile{path}": "print", f"/index.php{path}": "moved"}

    def printed(self, moment: datetime) -> str:
        """'Thứ hai - 22/08/2022 10:11'."""
        return f"{_page.lower_weekday(moment)} - {moment:%d/%m/%Y %H:%M}"

    def typeset(self, text: str) -> str:
        """As it was written."""
        return text

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page; byline as 'Tác giả:' block or as last paragraph, by turns."""
        block = story.id % 2 == 1 and story.label is None
        edited = (story.modified or story.published).isoformat()
        url = scene.base + self.article_path(story)
        path = self.article_path(story)
        content = _page.fill(
            "nukeviet/article",
            title=escape(story.title),
            account=_ACCOUNT,
            edited=edited,
            url=url,
            site=escape(scene.name),
            printed=self.printed(story.published),
            path=path,
            lead=self._lead(story),
            body=self._body(story, closing=not block),
            credits=self._credits(story) if block else "",
            tags=self._tags(story),
            newer=self._others("Những tin mới hơn", near.newer),
            older=self._others("Những tin cũ hơn", near.older),
            id=story.id,
            check=_page.noise(story.slug, 32),
        )
        head = self._article_head(scene, story, url)
        return self._shell(scene, story.title, content, head, story.section)

    def _article_head(self, scene: Scene, story: Story, url: str) -> str:
        """Meta tags; the times carry the zone where the T should be, as this CMS prints them."""
        tags = [f'<meta property="article:tag" content="{escape(tag)}">' for tag in story.tags]
        return _page.fill(
            "nukeviet/head",
            lead=escape(story.lead or ""),
            keywords=escape(", ".join(story.tags)),
            title=escape(story.title),
            url=url,
            published=_broken_stamp(story.published),
            modified=_broken_stamp(story.modified or story.published),
            section=escape(scene.sections[story.section]),
            tags="\n".join(tags),
        )

    def _lead(self, story: Story) -> str:
        """The lead, and a picture that opens the story as its main picture."""
        parts = []
        if story.lead:
            text = escape(story.lead)
            parts.append(f'<div class="hometext m-bottom" itemprop="description">{text}</div>')
        if main := _main(story):
            source = self.media_path(story) + main.name
            caption = _page.caption_of(main, " - ")
            inner = f"<figcaption>{caption}</figcaption>" if caption else ""
            parts.append(
                f'<figure class="article center"><img alt="{escape(main.caption or story.title)}" '
                f'src="{source}" width="460" class="img-thumbnail"/>{inner}</figure>'
            )
        return "".join(parts)

    def _body(self, story: Story, *, closing: bool) -> str:
        """Editor's HTML: pictures in tables, their captions in the second row.

        closing: whether byline and source are its last paragraphs.
        """
        parts = []
        main = _main(story)
        for part in story.flow():
            if part is main:
                continue
            if isinstance(part, Picture):
                parts.append(self._table(story, part))
            elif part[0] == "h":
                parts.append(f"<h3>{escape(part[1])}</h3>")
            else:
                parts.append(f"<p>{escape(part[1])}</p>")
        signed = _page.signed(story)
        if closing and signed:
            parts.append(f'<p style="text-align: right;"><strong>{signed}</strong></p>')
        if closing and story.source:
            parts.append(f"<p>(Theo {escape(story.source)})</p>")
        return "\n\n".join(parts)

    def _table(self, story: Story, picture: Picture) -> str:
        caption = _page.caption_of(picture, " - ")
        row = f'<tr><td style="text-align: center;"><em>{caption}</em></td></tr>' if caption else ""
        return (
            '<table align="center" border="0" cellpadding="1" cellspacing="1" style="width:500px;">'
            f'<tbody><tr><td><img src="{self.media_path(story)}{picture.name}" alt="" width="640" '
            f'height="427" /></td></tr>{row}</tbody></table>'
        )

    def _credits(self, story: Story) -> str:
        lines = (("Tác giả:", story.byline), ("Nguồn tin:", story.source))
        return "".join(
            f'<div class="margin-bottom-lg"><p class="h5 text-right"><strong>{label} '
            f"</strong>{escape(value)}</p></div>"
            for label, value in lines
            if value
        )

    def _tags(self, story: Story) -> str:
        if not story.tags:
            return ""
        links = ", ".join(
            f'<a title="{escape(tag)}" href="/tag/{slugify(tag)}/"><em>{escape(tag)}</em></a>'
            for tag in story.tags
        )
        return (
            '<div class="news_column panel panel-default"><div class="panel-body"><div class="h5">'
            f'<em class="fa fa-tags">&nbsp;</em><strong>Tags: </strong>{links}</div></div></div>'
        )

    def _others(self, heading: str, stories: Sequence[Story]) -> str:
        if not stories:
            return ""
        items = "\n".join(
            f'<li><em class="fa fa-angle-right">&nbsp;</em><h4><a href="{self.article_path(s)}" '
            f'data-content="{_page.summary(s)}" data-rel="tooltip" title="{escape(s.title)}">'
            f"{escape(s.title)}</a></h4> <em>({s.published:%d/%m/%Y})</em></li>"
            for s in stories
        )
        return (
            f'<p class="h3"><strong>{heading}</strong></p><div class="clearfix">'
            f'<ul class="detail-related related list-none list-items">{items}</ul></div>'
        )

    def printable(self, scene: Scene, story: Story) -> str:
        """A bare page, which calls itself canonical."""
        return _page.fill(
            "nukeviet/print",
            title=escape(story.title),
            url=f"{scene.base}/savefile{self.article_path(story)}",
            site=escape(scene.name),
            printed=self.printed(story.published),
            lead=escape(story.lead or ""),
            body=self._body(story, closing=True),
        )

    def listing(self, scene: Scene, shelf: Shelf) -> str:
        """Panels with picture, title, date, summary; path pages with rel=next."""
        title = scene.sections[shelf.section]
        panels = "".join(map(self._panel, shelf.stories))
        pager = self._pager(shelf, title) if shelf.pages > 1 else ""
        number = f" - Trang {shelf.number}" if shelf.number > 1 else ""
        url = scene.base + self.section_path(shelf.section, shelf.number)
        head = f'<link rel="canonical" href="{url}">'
        content = (
            f'<div class="news_column"><div class="alert alert-info clearfix">'
            f"<h1>{escape(title)}</h1>"
            f"</div>{panels}</div>{pager}"
        )
        return self._shell(scene, title + number, content, head, shelf.section)

    def _panel(self, story: Story) -> str:
        href, title = self.article_path(story), escape(story.title)
        picture = _page.thumbnail(self, story)
        image = (
            f'<a href="{href}" title="{title}">'
            f'<img alt="" src="{picture}" width="100" class="img-thumbnail pull-left imghome" />'
            f"</a>"
            if picture
            else ""
        )
        return _page.fill(
            "nukeviet/panel",
            image=image,
            href=href,
            title=title,
            date=f"{story.published:%d/%m/%Y %H:%M}",
            hits=_page.hits(story),
            summary=_page.summary(story),
        )

    def _pager(self, shelf: Shelf, title: str) -> str:
        def link(number: int, text: str) -> str:
            rel = ' rel="next"' if number > shelf.number else ' rel="prev"'
            href = self.section_path(shelf.section, number)
            tip = f"{escape(title)} - Trang {number}"
            return f'<li><a{rel} title="{tip}" href="{href}">{text}</a></li>'

        idle = '<li class="{}"><a href="javascript:void(0)">{}</a></li>'
        last = shelf.number == shelf.pages
        items = [
            idle.format("disabled", "&laquo;")
            if shelf.number == 1
            else link(shelf.number - 1, "&laquo;")
        ]
        items += [
            idle.format("active", n) if n == shelf.number else link(n, str(n))
            for n in _page.window(shelf.number, shelf.pages)
        ]
        items.append(
            idle.format("disabled", "&raquo;") if last else link(shelf.number + 1, "&raquo;")
        )
        return f'<div class="text-center"><ul class="pagination">{"".join(items)}</ul></div>'

    def home(self, scene: Scene, shelves: Sequence[Shelf]) -> str:
        """A block for each section: one story with its summary, the others as links."""
        blocks = []
        for shelf in shelves:
            others = "".join(
                f'<li class="clearfix"><a class="show h4" href="{self.article_path(s)}" '
                f'title="{escape(s.title)}"><strong>{escape(s.title)}</strong></a></li>'
                for s in shelf.stories[1:]
            )
            blocks.append(
                _page.fill(
                    "nukeviet/block",
                    href=self.section_path(shelf.section),
                    name=escape(scene.sections[shelf.section]),
                    first=self._panel(shelf.stories[0]),
                    others=others,
                )
            )
        return self._shell(scene, "Trang nhất", "".join(blocks), "", None)

    def notice(self, scene: Scene, title: str, text: str) -> str:
        """A page of plain text."""
        content = (
            f'<div class="panel panel-default"><div class="panel-body"><h1>{escape(title)}</h1>'
            f'<p class="text-center">{escape(text)}</p></div></div>'
        )
        return self._shell(scene, title, content, "", None)

    def _shell(self, scene: Scene, title: str, content: str, head: str, section: str | None) -> str:
        menu = "".join(
            f'<li><a href="{self.section_path(slug)}" title="{escape(label)}">{escape(label)}'
            f"</a></li>\n"
            for slug, label in scene.sections.items()
        )
        trail = ""
        if section is not None:
            trail = (
                '<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem">'
                f'<a href="{self.section_path(section)}" itemprop="item">'
                f'<span class="txt" itemprop="name">'
                f"{escape(scene.sections[section])}</span></a></li>"
            )
        top = "".join(
            f'<li class="clearfix"><a class="show" href="{self.article_path(s)}" '
            f'data-content="{_page.summary(s)}" '
            f'data-rel="block_news_tooltip">{escape(s.title)}</a> <em>({s.published:%d/%m/%Y})'
            f"</em></li>"
            for s in scene.latest[:8]
        )
        today = scene.today
        return _page.fill(
            "nukeviet/shell",
            title=escape(title),
            name=escape(scene.name),
            head=head,
            menu=menu,
            contact=self.contact,
            weekday=_page.lower_weekday(today),
            today=f"{today:%d/%m/%Y}",
            trail=trail,
            content=content,
            top=top,
            visits=f"{today.day:03d}",
        )


def _main(story: Story) -> Picture | None:
    """The picture that stands above the whole text, if there is one."""
    return next((p for p in story.pictures if p.after == 0), None)


def _broken_stamp(moment: datetime) -> str:
    """PHP's date('Y-m-dTH:i:s'): the T is read as a format letter and prints the zone."""
    return f"{moment:%Y-%m-%d}+07{moment:%H:%M}:00"
