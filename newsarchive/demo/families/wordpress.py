"""WordPress with a magazine theme and an SEO plug-in, whose machine dates are in UTC.

Re-created from the public markup of the family. Quotes and dashes are curled, as its texturizer
does; the featured picture repeats the first one of the story.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from newsarchive.demo.families import _page
from newsarchive.demo.families._page import Near, Scene, Shelf
from newsarchive.demo.stories import Picture, Story, slugify


class WordPress:
    """Addresses and pages of the WordPress family."""

    name = "wordpress"
    disallow = ("/admin/", "/wp-admin/", "/print/")
    contact = "/lien-he/"
    tells_modified = True
    call = None

    def called(self, body: bytes, held: Mapping[str, Sequence[Story]]) -> bytes:
        """Nothing: its scripts ask for no lists."""
        return b"{}"

    def article_path(self, story: Story) -> str:
        """'/<slug>/'."""
        return f"/{story.slug}/"

    def section_path(self, section: str, number: int = 1) -> str:
        """'/category/<section>/', further pages 'page/<n>/'."""
        return f"/category/{section}/" + ("" if number == 1 else f"page/{number}/")

    def media_path(self, story: Story) -> str:
        """A folder for the month."""
        return f"/wp-content/uploads/{story.published:%Y/%m}/"

    def twins(self, story: Story) -> Mapping[str, str]:
        """The short link and the address without its slash redirect."""
        return {
            f"/?p={story.id}": "moved",
            f"/{story.slug}": "moved",
            f"/print/{story.slug}/": "print",
        }

    def printed(self, moment: datetime) -> str:
        """'22/08/2022': the day alone."""
        return f"{moment:%d/%m/%Y}"

    def typeset(self, text: str) -> str:
        """Curled quotes and en dashes."""
        return _texturized(text)

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page."""
        base, url = scene.base, scene.base + self.article_path(story)
        neighbours = "".join(
            f'<div class="td-post-{side}"><span>{label}</span>'
            f'<a href="{base}{self.article_path(s)}">{escape(s.title)}</a></div>'
            for side, label, stories in (
                ("prev-post", "Bài trước", near.older),
                ("next-post", "Bài tiếp theo", near.newer),
            )
            for s in stories[:1]
        )
        related = "".join(self._small(scene, s) for s in [*near.newer[:3], *near.older[:4]])
        content = _page.fill(
            "wordpress/article",
            id=story.id,
            section=story.section,
            section_url=base + self.section_path(story.section),
            section_name=escape(scene.sections[story.section]),
            title=escape(story.title),
            base=base,
            stamp=story.published.isoformat(),
            printed=self.printed(story.published),
            hits=_page.hits(story),
            encoded=quote(url, safe=""),
            featured=self._featured(scene, story),
            body=self._body(scene, story),
            tags=self._tags(scene, story),
            neighbours=neighbours,
            related=related,
        )
        return self._shell(
            scene, story.title, content, self._article_head(scene, story, url), story.section
        )

    def _article_head(self, scene: Scene, story: Story, url: str) -> str:
        """What the SEO plug-in prints: times in UTC, the description with entities left in it."""
        more = []
        if story.modified:
            stamp = _utc(story.modified)
            more.append(f'<meta property="article:modified_time" content="{stamp}" />')
        if image := _page.thumbnail(self, story):
            more.append(f'<meta property="og:image" content="{scene.base}{image}" />')
        return _page.fill(
            "wordpress/head",
            url=url,
            title=escape(story.title),
            lead=escape(escape(story.lead or story.paragraphs[0])),
            published=_utc(story.published),
            more="\n".join(more),
            base=scene.base,
            id=story.id,
            graph=_graph(scene, story, url),
        )

    def _featured(self, scene: Scene, story: Story) -> str:
        image = _page.thumbnail(self, story)
        if image is None:
            return ""
        return (
            f'<div class="td-post-featured-image"><a href="{scene.base}{image}" '
            f'data-caption=""><img width="480" height="320" class="entry-thumb td-modal-image" '
            f'src="{scene.base}{image}" alt="" title="" /></a></div>'
        )

    def _body(self, scene: Scene, story: Story) -> str:
        parts = [f"<p><strong>{_curled(story.lead)}</strong></p>"] if story.lead else []
        for part in story.flow():
            if isinstance(part, Picture):
                parts.append(self._figure(scene, story, part))
            elif part[0] == "h":
                parts.append(f"<h3>{_curled(part[1])}</h3>")
            else:
                parts.append(f"<p>{_curled(part[1])}</p>")
        if signed := _page.signed(story, _curled):
            parts.append(f'<p style="text-align: right;"><strong>{signed}</strong></p>')
        if story.source:
            source = escape(story.source)
            parts.append(f'<p style="text-align: right;"><em>Nguồn: {source}</em></p>')
        return "\n".join(parts)

    def _figure(self, scene: Scene, story: Story, picture: Picture) -> str:
        source = scene.base + self.media_path(story) + picture.name
        number = 1000 * story.id + picture.after
        image = (
            f'<img loading="lazy" decoding="async" class="size-full wp-image-{number}" '
            f'src="{source}" alt="" width="480" height="320" />'
        )
        caption = _page.caption_of(picture, " - ", _curled)
        if caption is None:
            return f"<p>{image}</p>"
        return (
            f'<figure id="attachment_{number}" aria-describedby="caption-attachment-{number}" '
            f'style="width: 490px" class="wp-caption aligncenter">{image}'
            f'<figcaption id="caption-attachment-{number}" class="wp-caption-text">'
            f"{caption}</figcaption></figure>"
        )

    def _tags(self, scene: Scene, story: Story) -> str:
        if not story.tags:
            return ""
        items = "".join(
            f'<li><a href="{scene.base}/tag/{slugify(tag)}/">{escape(tag)}</a></li>'
            for tag in story.tags
        )
        return (
            f'<ul class="td-tags td-post-small-box clearfix"><li><span>TAGS</span></li>{items}</ul>'
        )

    def _small(self, scene: Scene, story: Story) -> str:
        return (
            '<div class="td_module_related_posts td_mod_related_posts"><div class="item-details">'
            f'<h3 class="entry-title td-module-title"><a href="{scene.base}'
            f'{self.article_path(story)}" rel="bookmark">{escape(story.title)}</a></h3>'
            f'<span class="td-post-date"><time class="entry-date" '
            f'datetime="{story.published.isoformat()}">{self.printed(story.published)}</time></span>'
            "</div></div>"
        )

    def printable(self, scene: Scene, story: Story) -> str:
        """A bare page for the printer."""
        return (
            f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>'
            f"{escape(story.title)}</title></head><body><h1>{escape(story.title)}</h1>"
            f"<p>{self.printed(story.published)}</p>{self._body(scene, story)}</body></html>"
        )

    def listing(self, scene: Scene, shelf: Shelf) -> str:
        """Modules with picture, title, date, excerpt; 'page/<n>/' links below."""
        title = scene.sections[shelf.section]
        modules = "".join(self._module(scene, s) for s in shelf.stories)
        pager = self._pager(scene, shelf) if shelf.pages > 1 else ""
        url = scene.base + self.section_path(shelf.section, shelf.number)
        head = [f'<link rel="canonical" href="{url}" />']
        if shelf.number < shelf.pages:
            following = scene.base + self.section_path(shelf.section, shelf.number + 1)
            head.append(f'<link rel="next" href="{following}" />')
        content = (
            '<div class="td-category-header"><h1 class="entry-title td-page-title">'
            f"{escape(title)}</h1></div>{modules}{pager}"
        )
        return self._shell(scene, title, content, "\n".join(head), shelf.section)

    def _module(self, scene: Scene, story: Story) -> str:
        url, title = scene.base + self.article_path(story), escape(story.title)
        picture = _page.thumbnail(self, story)
        image = ""
        if picture:
            image = (
                f'<div class="td-module-thumb"><a href="{url}" rel="bookmark" '
                f'class="td-image-wrap" title="{title}"><span class="entry-thumb td-thumb-css" '
                f'data-type="css_image" data-img-url="{scene.base}{picture}"></span></a></div>'
            )
        return _page.fill(
            "wordpress/module",
            image=image,
            url=url,
            title=title,
            base=scene.base,
            stamp=story.published.isoformat(),
            printed=self.printed(story.published),
            summary=_page.summary(story),
        )

    def _pager(self, scene: Scene, shelf: Shelf) -> str:
        def link(number: int, text: str, extra: str = "") -> str:
            href = scene.base + self.section_path(shelf.section, number)
            return f'<a href="{href}" class="page{extra}" title="{number}">{text}</a>'

        items = [
            f'<span class="current">{n}</span>' if n == shelf.number else link(n, str(n))
            for n in _page.window(shelf.number, shelf.pages)
        ]
        arrow = '<i class="td-icon-menu-{}"></i>'
        if shelf.number > 1:
            items.insert(0, link(shelf.number - 1, arrow.format("left"), " prev"))
        if shelf.number < shelf.pages:
            items.append(link(shelf.number + 1, arrow.format("right"), " next"))
        return (
            f'<div class="page-nav td-pb-padding-side">{"".join(items)}'
            f'<span class="pages">Trang {shelf.number} của {shelf.pages}</span></div>'
        )

    def home(self, scene: Scene, shelves: Sequence[Shelf]) -> str:
        """A block of modules for each section."""
        blocks = "".join(
            f'<div class="td_block_wrap td_block_1"><h4 class="block-title"><a href="{scene.base}'
            f'{self.section_path(shelf.section)}">{escape(scene.sections[shelf.section])}</a></h4>'
            f"{''.join(self._module(scene, s) for s in shelf.stories)}</div>"
            for shelf in shelves
        )
        return self._shell(scene, "Trang chủ", blocks, "", None)

    def notice(self, scene: Scene, title: str, text: str) -> str:
        """A page of plain text."""
        content = (
            f'<div class="td-page-header"><h1 class="entry-title td-page-title">{escape(title)}'
            f'</h1></div><div class="td-page-content"><p>{escape(text)}</p></div>'
        )
        return self._shell(scene, title, content, "", None)

    def _shell(self, scene: Scene, title: str, content: str, head: str, section: str | None) -> str:
        base, today = scene.base, scene.today
        menu = "\n".join(
            f'<li class="menu-item menu-item-type-taxonomy"><a href="{base}'
            f'{self.section_path(slug)}">{escape(label)}</a></li>'
            for slug, label in scene.sections.items()
        )
        latest = "\n".join(
            f'<li><a href="{base}{self.article_path(s)}">{escape(s.title)}</a> '
            f'<span class="post-date">{self.printed(s.published)}</span></li>'
            for s in scene.latest[:8]
        )
        crumbs = ""
        if section is not None:
            crumbs = (
                f'<div class="entry-crumbs"><span><a class="entry-crumb" href="{base}/">Trang chủ'
                '</a></span> <i class="td-icon-right td-bread-sep"></i> <span><a '
                f'class="entry-crumb" href="{base}{self.section_path(section)}">'
                f"{escape(scene.sections[section])}</a></span></div>"
            )
        return _page.fill(
            "wordpress/shell",
            title=escape(title),
            site=escape(scene.name),
            base=base,
            head=head,
            token=_page.noise(scene.name, 40),
            clock=f"{_page.weekday(today)}, {today.day} Tháng {today.month}, {today.year}",
            contact=base + self.contact,
            menu=menu,
            crumbs=crumbs,
            content=content,
            latest=latest,
            year=today.year,
        )


def _graph(scene: Scene, story: Story, url: str) -> str:
    """The plug-in's JSON-LD; the account of whoever posted the story stands as its author."""
    article: dict[str, object] = {
        "@type": "NewsArticle",
        "@id": f"{url}#article",
        "headline": story.title,
        "datePublished": _utc(story.published),
        "author": {"@type": "Person", "name": "quantri", "url": f"{scene.base}/author/quantri/"},
        "publisher": {"@type": "Organization", "name": scene.name},
        "mainEntityOfPage": {"@id": url},
        "articleSection": [scene.sections[story.section]],
        "inLanguage": "vi",
    }
    if story.modified:
        article["dateModified"] = _utc(story.modified)
    data = json.dumps({"@context": "https://schema.org", "@graph": [article]}, ensure_ascii=False)
    # A '</script>' inside the data would end it.
    return data.replace("<", "\\u003c")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _curled(text: str) -> str:
    """The text escaped and texturized; the marks as numeric references, as WordPress has them."""
    marked = escape(_texturized(text))
    return re.sub("[\u201c\u201d\u2013]", lambda mark: f"&#{ord(mark[0])};", marked)


def _texturized(text: str) -> str:
    """Curled double quotes, en dashes."""
    curled = re.sub(r'(^|[\s(\[])"', "\\1\u201c", text).replace('"', "\u201d")
    return curled.replace(" - ", " \u2013 ")
