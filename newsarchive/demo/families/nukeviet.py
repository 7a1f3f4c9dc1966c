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
_STYLES = ("font-awesome.min", "bootstrap.non-responsive", "style", "style.non-responsive", "news",
           "custom", "users", "comment", "jquery.metisMenu", "contact")  # fmt: skip
_SCRIPTS = ("jquery.min", "global", "site", "news", "main", "custom", "comment", "metisMenu",
            "contact", "bootstrap.min", "voting")  # fmt: skip
_RATING = """
<script type="text/javascript">
jQuery(function () {
    var isDisable = false;
    jQuery('.hover-star').rating({
        focus: function (value, link) {
            var tip = jQuery('#hover-test');
            if (!isDisable) { tip[0].data = tip[0].data || tip.html(); tip.html(link.title || 'value: ' + value); }
        },
        blur: function () {
            if (!isDisable) { jQuery('#hover-test').html(jQuery('#hover-test')[0].data || ''); }
        },
        callback: function (value) {
            if (!isDisable) { isDisable = true; jQuery('.hover-star').rating('disable'); sendrating(newsId, value, newsCheck); }
        }
    });
    jQuery('[data-rel="block_news_tooltip"][data-content!=""]').tooltip({ placement: 'bottom', html: true });
});
</script>"""
_COMMENTS = """
<div class="news_column panel panel-default"><div class="panel-body"><div id="idcomment" class="nv-fullbg">
<p class="comment-title"><em class="fa fa-comments">&nbsp;</em> Ý kiến bạn đọc</p>
<select class="form-control"><option value="0" selected="selected">Sắp xếp theo bình luận mới</option>
<option value="1">Sắp xếp theo bình luận cũ</option></select><div id="showcomment" class="margin-bottom-lg"></div>
<div class="alert alert-danger fade in"><a href="#">Bạn cần đăng nhập với tư cách là <strong>Thành viên</strong> để bình luận</a></div>
</div></div></div>"""


class NukeViet:
    """Addresses and pages of the NukeViet family."""

    name = "nukeviet"
    disallow = ("/admin/", "/data/", "/includes/", "/install/", "/users/", "/print/", "/savefile/")
    contact = "/contact/"
    tells_modified = True

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

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page; byline as 'Tác giả:' block or as last paragraph, by turns."""
        block = story.id % 2 == 1 and story.label is None
        signed = None if block else _page.signed(story)
        edited = (story.modified or story.published).isoformat()
        url = scene.base + self.article_path(story)
        path = self.article_path(story)
        content = f"""
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope>
<div class="panel-body">
<h1 class="title margin-bottom-lg" itemprop="headline">{escape(story.title)}</h1>
<div class="hidden hide d-none" itemprop="author" itemtype="http://schema.org/Person" itemscope><span itemprop="name">{_ACCOUNT}</span></div>
<span class="hidden hide d-none" itemprop="datePublished">{edited}</span>
<span class="hidden hide d-none" itemprop="dateModified">{edited}</span>
<span class="hidden hide d-none" itemprop="mainEntityOfPage">{url}</span>
<div class="hidden hide d-none" itemprop="publisher" itemtype="http://schema.org/Organization" itemscope><span itemprop="name">{escape(scene.name)}</span></div>
<div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">{self.printed(story.published)}</span></div>
<div class="col-md-12"><ul class="list-inline text-right">
<li><a class="dimgray" title="Giới thiệu bài viết cho bạn bè" href="javascript:void(0);" onclick="newsSendMailModal('/sendmail{path}');"><em class="fa fa-envelope fa-lg">&nbsp;</em></a></li>
<li><a class="dimgray" rel="nofollow" title="In ra" href="/print{path}"><em class="fa fa-print fa-lg">&nbsp;</em></a></li>
<li><a class="dimgray" rel="nofollow" title="Lưu bài viết này" href="/savefile{path}"><em class="fa fa-save fa-lg">&nbsp;</em></a></li>
</ul></div></div>
<div class="clearfix">{self._lead(story)}</div>
<div id="news-bodyhtml" class="bodytext margin-bottom-lg">
{self._body(story, signed)}
</div>
{self._credits(story) if block else ""}
</div></div>
{self._tags(story)}
<div class="news_column panel panel-default"><div class="panel-body"><form id="form3B" action=""><div class="h5 clearfix">
<p id="stringrating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</p>
<span id="hover-test">Click để đánh giá bài viết</span></div></form></div></div>
<div class="news_column panel panel-default"><div class="panel-body"><div class="fb-like" data-href="{url}" data-share="true"></div>
<a href="javascript:void(0)" class="share-button">Chia sẻ</a></div></div>
{_COMMENTS}
<div class="news_column panel panel-default"><div class="panel-body other-news">
{self._others("Những tin mới hơn", near.newer)}{self._others("Những tin cũ hơn", near.older)}
</div></div>
<script type="text/javascript">var newsId = '{story.id}', newsCheck = '{_page.noise(story.slug, 32)}';</script>"""
        head = self._article_head(scene, story, url)
        return self._shell(scene, story.title, content, head, story.section)

    def _article_head(self, scene: Scene, story: Story, url: str) -> str:
        """Meta tags; the times carry the zone where the T should be, as this CMS prints them."""
        lead = escape(story.lead or "")
        times = [
            f'<meta property="article:{name}_time" content="{moment:%Y-%m-%d}+07{moment:%H:%M}:00">'
            for name, moment in (
                ("published", story.published),
                ("modified", story.modified or story.published),
            )
        ]
        tags = [f'<meta property="article:tag" content="{escape(tag)}">' for tag in story.tags]
        return "\n".join(
            (
                f'<meta name="description" content="{lead}">',
                f'<meta name="keywords" content="{escape(", ".join(story.tags))}">',
                f'<meta property="og:title" content="{escape(story.title)}">',
                '<meta property="og:type" content="article">',
                f'<meta property="og:description" content="{lead}">',
                f'<meta property="og:url" content="{url}">',
                *times,
                f'<meta property="article:section" content="{escape(scene.sections[story.section])}">',
                *tags,
                f'<link rel="canonical" href="{url}">',
            )
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

    def _body(self, story: Story, signed: str | None) -> str:
        """Editor's HTML: pictures in tables, their captions in the second row."""
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
        if signed is not None or (story.source and story.id % 2 == 0):
            if signed:
                parts.append(f'<p style="text-align: right;"><strong>{signed}</strong></p>')
            if story.source:
                parts.append(f"<p>(Theo {escape(story.source)})</p>")
        elif story.source and story.label:
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
            f'<div class="margin-bottom-lg"><p class="h5 text-right"><strong>{label} </strong>{escape(value)}</p></div>'
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
        url = f"{scene.base}/savefile{self.article_path(story)}"
        return (
            f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(story.title)}</title>'
            f'<link rel="canonical" href="{url}"></head><body><div id="print"><p>{escape(scene.name)}</p>'
            f"<h1>{escape(story.title)}</h1><ul><li>{self.printed(story.published)}</li></ul>"
            f'<div id="hometext">{escape(story.lead or "")}</div>'
            f'<div id="bodytext">{self._body(story, _page.signed(story))}</div></div></body></html>'
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
            f'<div class="news_column"><div class="alert alert-info clearfix"><h1>{escape(title)}</h1>'
            f"</div>{panels}</div>{pager}"
        )
        return self._shell(scene, title + number, content, head, shelf.section)

    def _panel(self, story: Story) -> str:
        href, title = self.article_path(story), escape(story.title)
        picture = _page.thumbnail(self, story)
        image = (
            f'<a href="{href}" title="{title}"><img alt="" src="{picture}" width="100" class="img-thumbnail pull-left imghome" /></a>'
            if picture
            else ""
        )
        return f"""
<div class="panel panel-default"><div class="panel-body">{image}
<h3><a href="{href}" title="{title}">{title}</a></h3>
<div class="text-muted"><ul class="list-unstyled list-inline">
<li><em class="fa fa-clock-o">&nbsp;</em> {story.published:%d/%m/%Y %H:%M}:00</li>
<li><em class="fa fa-eye">&nbsp;</em> Đã xem: {_page.hits(story)}</li>
<li><em class="fa fa-comment-o">&nbsp;</em> Phản hồi: 0</li></ul></div>
{_page.summary(story)} <a class="more" href="{href}">Xem tiếp...</a></div></div>"""

    def _pager(self, shelf: Shelf, title: str) -> str:
        def link(number: int, text: str) -> str:
            rel = ' rel="next"' if number > shelf.number else ' rel="prev"'
            href = self.section_path(shelf.section, number)
            return f'<li><a{rel} title="{escape(title)} - Trang {number}" href="{href}">{text}</a></li>'

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
            href = self.section_path(shelf.section)
            others = "".join(
                f'<li class="clearfix"><a class="show h4" href="{self.article_path(s)}" data-content="{_page.summary(s)}" '
                f'title="{escape(s.title)}"><strong>{escape(s.title)}</strong></a></li>'
                for s in shelf.stories[1:]
            )
            blocks.append(
                f'<div class="news_column"><div class="panel panel-default clearfix"><div class="panel-heading">'
                f'<h4 class="cat-icon"><a href="{href}"><strong>{escape(scene.sections[shelf.section])}</strong></a></h4>'
                f"</div>{self._panel(shelf.stories[0])}"
                f'<ul class="related list-items">{others}</ul></div></div>'
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
        name = escape(scene.name)
        stamp = 1700000000
        styles = "\n".join(
            f'<link rel="preload" as="style" href="/themes/default/css/{n}.css?t={stamp}" type="text/css">\n'
            f'<link rel="stylesheet" href="/themes/default/css/{n}.css?t={stamp}">'
            for n in _STYLES
        )
        scripts = "\n".join(
            f'<script type="text/javascript" src="/themes/default/js/{n}.js?t={stamp}"></script>'
            for n in _SCRIPTS
        )
        menu = "".join(
            f'<li><a href="{self.section_path(slug)}" title="{escape(label)}">{escape(label)}</a></li>\n'
            for slug, label in scene.sections.items()
        )
        trail = ""
        if section is not None:
            trail = (
                '<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem">'
                f'<a href="{self.section_path(section)}" itemprop="item"><span class="txt" itemprop="name">'
                f"{escape(scene.sections[section])}</span></a></li>"
            )
        top = "".join(
            f'<li class="clearfix"><a class="show" href="{self.article_path(s)}" data-content="{_page.summary(s)}" '
            f'data-rel="block_news_tooltip">{escape(s.title)}</a> <em>({s.published:%d/%m/%Y})</em></li>'
            for s in scene.latest[:8]
        )
        today = scene.today
        return f"""<!DOCTYPE html>
<html lang="vi" xmlns="http://www.w3.org/1999/xhtml" prefix="og: http://ogp.me/ns#">
<head><title>{escape(title)}</title>
<meta name="author" content="{name}"><meta name="copyright" content="{name} [quantri@congan.example]">
<meta name="generator" content="NukeViet v4.5"><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta property="og:site_name" content="{name}">
{head}
<link rel="shortcut icon" href="/favicon.ico">
{styles}
</head><body>
<noscript><div class="alert alert-danger">Trình duyệt của bạn đã tắt chức năng hỗ trợ JavaScript.</div></noscript>
<header><div class="section-header-bar"><div class="wraper"><nav class="header-nav">
<div class="personalArea"><a title="Đăng nhập" class="pa pointer button" href="/users/login/"><span class="hidden">Đăng nhập</span></a></div></nav></div></div>
<div class="section-header"><div class="logo"><a title="{name}" href="/"><img src="/assets/images/logo.png" alt="{name}"></a>
<span class="site_name">{name}</span></div></div></header>
<div class="section-nav"><nav class="second-nav" id="menusite"><div class="navbar navbar-default" role="navigation">
<ul class="nav navbar-nav"><li><a class="home" title="Trang nhất" href="/">Trang nhất</a></li>
{menu}<li><a href="{self.contact}">Liên hệ</a></li></ul></div></nav></div>
<div class="section-body"><div class="container" id="body"><nav class="third-nav">
<span class="current-time">{_page.lower_weekday(today)}, {today:%d/%m/%Y}</span>
<div class="breadcrumbs-wrap"><ul class="temp-breadcrumbs hidden" itemscope itemtype="https://schema.org/BreadcrumbList">
<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem"><a href="/" itemprop="item" title="Trang nhất"><span itemprop="name">Trang nhất</span></a></li>{trail}</ul></div>
<div class="headerSearch"><input type="text" class="form-control" maxlength="60" placeholder="Tìm kiếm..."></div></nav>
<div class="row"><div class="col-sm-16 col-md-18">
{content}
</div>
<div class="col-sm-8 col-md-6"><div class="panel panel-primary"><div class="panel-heading">Tin xem nhiều</div>
<div class="panel-body"><ul class="block_tophits list-none list-items">{top}</ul></div></div>
<div class="panel panel-primary"><div class="panel-heading">Thống kê</div><div class="panel-body"><ul class="counter list-none display-table">
<li><span>Đang truy cập</span><span>23</span></li><li><span>Hôm nay</span><span>4,{today.day:03d}</span></li></ul></div></div>
<div class="panel panel-primary"><div class="panel-heading">Liên kết</div><div class="panel-body">
<a href="https://congan.example/" target="_blank">Cổng thông tin Bộ</a></div></div></div></div></div></div>
<footer id="footer" class="section-footer-top"><p>© Bản quyền thuộc về {name}</p>
<p>Giấy phép số 37/GP-TTĐT ngày 06/11/2020. Người chịu trách nhiệm: Đại tá Hà Thiên Ấn</p></footer>
{scripts}
{_RATING}
</body></html>"""


def _main(story: Story) -> Picture | None:
    """The picture that stands above the whole text, if there is one."""
    return next((p for p in story.pictures if p.after == 0), None)
