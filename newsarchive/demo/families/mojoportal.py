"""mojoPortal with its article feature (ASP.NET WebForms): the older skin with a font label.

Re-created from the public templates of the family; ids of server controls carry their prefix.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from newsarchive.demo.families import _page
from newsarchive.demo.families._page import Near, Scene, Shelf
from newsarchive.demo.stories import Picture, Story

_STYLES = (
    "/ClientScript/jqueryui1.11/themes/smoothness/jquery-ui.min.css",
    "/Data/style/bootstrap/bootstrap.min.css",
    "/Data/style/font-awesome/css/font-awesome.min.css",
    "/Data/Sites/1/skins/portal/csshandler.ashx?skin=portal&amp;s=1&amp;v=2.5",
)
_FIRST_CATEGORY, _CALLED = 3, 10  # the number of the first section; articles of one answer


class MojoPortal:
    """Addresses and pages of the mojoPortal family."""

    name = "mojoportal"
    disallow = ("/admin/", "/Secure/", "/print/", "/WebResource.axd", "/Article/Print.aspx")
    contact = "/lien-he"
    tells_modified = False
    call = "/Article/ViewPost.aspx/SearchOrtherArticle"

    def called(self, body: bytes, held: Mapping[str, Sequence[Story]]) -> bytes:
        """A page of a category's articles, as the list of other articles asks for it."""
        asked = json.loads(body)
        stories = list(held.values())[asked["category"] - _FIRST_CATEGORY]
        page = asked["pageIndex"]
        rows = [
            {
                "Title": story.title,
                "ItemUrl": f"~{self.article_path(story)}",
                "SiteRoot": "",
                "ItemID": story.id,
                "StartDate": f"{story.published:%d/%m/%Y}",
            }
            for story in stories[(page - 1) * _CALLED : page * _CALLED]
        ]
        told = {"PageIndex": page, "PageSize": _CALLED, "CountItem": len(stories)}
        return json.dumps({"d": {"ListArticle": rows, **told}}).encode()

    def article_path(self, story: Story) -> str:
        """'/<slug>'."""
        return f"/{story.slug}"

    def section_path(self, section: str, number: int = 1) -> str:
        """'/<section>', further pages '?pagenumber=<n>'."""
        return f"/{section}" if number == 1 else f"/{section}?pagenumber={number}"

    def media_path(self, story: Story) -> str:
        """A folder for the month."""
        return f"/Data/Sites/1/media/{story.published:%Y/%m}/"

    def twins(self, story: Story) -> Mapping[str, str]:
        """The address by numbers shows the same page."""
        return {
            f"/Article/ViewPost.aspx?pageid=2&itemid={story.id}&mid=7": "same",
            f"/Article/Print.aspx?itemid={story.id}": "print",
        }

    def printed(self, moment: datetime) -> str:
        """'Thứ Hai 22/08/2022 10:11'."""
        return f"{_page.weekday(moment)} {moment:%d/%m/%Y %H:%M}"

    def typeset(self, text: str) -> str:
        """As it was written."""
        return text

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page; byline in its own block or as last paragraph, by turns."""
        signed = _page.signed(story)
        block = signed if story.id % 2 and story.label is None else None
        author = (
            f'<div class="article-author" style="text-align:right"><strong><em>{block}</em>'
            f"</strong></div>"
            if block
            else ""
        )
        lead = f'<div id="article_Summary">{escape(story.lead)}</div>' if story.lead else ""
        tags = "".join(
            f'<a href="/article/viewtag.aspx?tag={at}&amp;pageid=2">{escape(tag)}</a> '
            for at, tag in enumerate(story.tags, start=11)
        )
        content = _page.fill(
            "mojoportal/article",
            title=escape(story.title),
            printed=self.printed(story.published),
            lead=lead,
            body=self._body(story, None if block else signed),
            author=author,
            tags=tags,
            id=story.id,
            related=self._links([*near.newer[:3], *near.older[:5]]),
            category=list(scene.sections).index(story.section) + _FIRST_CATEGORY,
        )
        crumb = (story.section, scene.sections[story.section])
        return self._shell(scene, story.title, content, story.lead, crumb)

    def _body(self, story: Story, signed: str | None) -> str:
        """Editor's HTML: pictures and captions are centred paragraphs without "
        "a mark of their own."""
        parts = []
        for part in story.flow():
            if isinstance(part, Picture):
                source = self.media_path(story) + part.name
                parts.append(
                    f'<p style="text-align: center;">'
                    f'<img alt="" src="{source}" style="width: 640px; height: 427px;" /></p>'
                )
                if caption := _page.caption_of(part, "()"):
                    parts.append(f'<p style="text-align: center;">{caption}</p>')
            elif part[0] == "h":
                parts.append(f"<p><strong>{escape(part[1])}</strong></p>")
            else:
                parts.append(f'<p style="text-align: justify;">{escape(part[1])}</p>')
        if signed:
            parts.append(f'<p style="text-align: right;"><strong>{signed}</strong></p>')
        if story.source:
            text = escape(f"Nguồn: {story.source}")
            parts.append(f'<p style="text-align: right;"><em>{text}</em></p>')
        return "\n".join(parts)

    def _links(self, stories: Sequence[Story]) -> str:
        return "\n".join(
            f'<li><a href="{self.article_path(s)}">{escape(s.title)}</a> '
            f'<span class="bdate-other-article">( {s.published:%d/%m/%Y} )</span></li>'
            for s in stories
        )

    def printable(self, scene: Scene, story: Story) -> str:
        """A bare page for the printer."""
        return (
            f"<!DOCTYPE html><html><head><title>{escape(story.title)}</title>"
            f'<meta name="robots" content="noindex" /></head><body onload="window.print()">'
            f"<p>{escape(scene.name)}</p><h2>{escape(story.title)}</h2>"
            f"<p>{self.printed(story.published)}</p><p>{escape(story.lead or '')}</p>"
            f"{self._body(story, _page.signed(story))}</body></html>"
        )

    def listing(self, scene: Scene, shelf: Shelf) -> str:
        """Boxes with picture, title, date, summary; numbered links below."""
        title = scene.sections[shelf.section]
        numbers = []
        for n in _page.window(shelf.number, shelf.pages):
            if n == shelf.number:
                numbers.append(f'<span class="SelectedPage">{n}</span>')
            else:
                href = self.section_path(shelf.section, n)
                numbers.append(f'<a class="ModulePager" href="{href}">{n}</a>')
        pager = f'<div class="blogpager"><div class="modulepager">{" ".join(numbers)}</div></div>'
        content = (
            f'<div class="panelwrapper articlelist"><h2 class="moduletitle">{escape(title)}</h2>'
            f'<div class="modulecontent">{"".join(map(self._box, shelf.stories))}</div>'
            f"{pager if shelf.pages > 1 else ''}</div>"
        )
        return self._shell(scene, title, content, None, (shelf.section, title))

    def _box(self, story: Story) -> str:
        href = self.article_path(story)
        picture = _page.thumbnail(self, story)
        image = (
            f'<div class="img-article"><a href="{href}">'
            f'<img src="{picture}" alt="" width="160" /></a></div>'
            if picture
            else ""
        )
        return _page.fill(
            "mojoportal/box",
            image=image,
            kind="info-article" if picture else "info-article-full",
            href=href,
            title=escape(story.title),
            date=f"{story.published:%d/%m/%Y %H:%M}",
            hits=_page.hits(story),
            summary=_page.summary(story),
        )

    def home(self, scene: Scene, shelves: Sequence[Shelf]) -> str:
        """A panel for each section."""
        panels = "".join(
            f'<div class="panelwrapper articlehot"><h2 class="moduletitle">'
            f'<a href="{self.section_path(shelf.section)}">'
            f"{escape(scene.sections[shelf.section])}</a></h2>"
            f"{''.join(map(self._box, shelf.stories))}"
            f'<a class="viewall" href="{self.section_path(shelf.section)}">Xem tất cả</a></div>'
            for shelf in shelves
        )
        return self._shell(scene, "Trang chủ", panels, None, None)

    def notice(self, scene: Scene, title: str, text: str) -> str:
        """A page of plain text."""
        content = (
            f'<div class="panelwrapper htmlmodule"><h2 class="moduletitle">{escape(title)}</h2>'
            f'<div class="modulecontent"><p>{escape(text)}</p></div></div>'
        )
        return self._shell(scene, title, content, None, None)

    def _shell(
        self,
        scene: Scene,
        title: str,
        content: str,
        description: str | None,
        crumb: tuple[str, str] | None,
    ) -> str:
        name = escape(scene.name)
        styles = "\n".join(f'<link rel="stylesheet" href="{href}" />' for href in _STYLES)
        menu = "".join(
            f'<li class="AspNet-Menu-Leaf"><a href="{self.section_path(slug)}">{escape(label)}'
            f"</a></li>"
            for slug, label in scene.sections.items()
        )
        trail = f'<a href="{self.section_path(crumb[0])}">{escape(crumb[1])}</a>' if crumb else ""
        meta = f'<meta name="description" content="{escape(description)}" />' if description else ""
        latest = "".join(
            f'<li><a href="{self.article_path(s)}">{escape(s.title)}</a>'
            f"<span> ({s.published:%d/%m/%Y})</span></li>"
            for s in scene.latest[:8]
        )
        today = scene.today
        return _page.fill(
            "mojoportal/shell",
            name=name,
            title=escape(title),
            meta=meta,
            styles=styles,
            state=_page.noise(title, 5200),
            weekday=_page.lower_weekday(today),
            day=today.day,
            month=today.month,
            year=today.year,
            shout=escape(scene.name.upper()),
            menu=menu,
            contact=self.contact,
            trail=trail,
            content=content,
            latest=latest,
            visits=f"{scene.today.day:03d}",
        )
