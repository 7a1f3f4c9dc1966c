"""mojoPortal with its article feature (ASP.NET WebForms): the older skin with a font label.

Re-created from the public templates of the family; ids of server controls carry their prefix.
"""

from __future__ import annotations

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
_SCRIPT = """
<script type="text/javascript">
//<![CDATA[
var fontSize = 14;
function fontPlus() { fontSize = Math.min(fontSize + 1, 24); setFont(); }
function fontMinus() { fontSize = Math.max(fontSize - 1, 10); setFont(); }
function setFont() {
    var text = document.getElementById('article_text');
    if (text) { text.style.fontSize = fontSize + 'px'; }
    var sapo = document.getElementById('article_Summary');
    if (sapo) { sapo.style.fontSize = (fontSize + 2) + 'px'; }
}
function SearchOtherArticle(pageIndex) {
    jQuery('#ShowArticleOrther').html('loading....');
    var sent = { pageIndex: pageIndex, category: currentCategory, startdate: '', keyword: '' };
    jQuery.ajax({ type: 'POST', url: '/Article/ViewPost.aspx/SearchOrtherArticle',
        data: JSON.stringify(sent), contentType: 'application/json; charset=utf-8',
        success: function (answer) {
            var rows = answer.d.ListArticle, html = '';
            for (var i = 0; i < rows.length; i++) {
                html += '<li><a href="' + rows[i].SiteRoot + rows[i].ItemUrl + '">' + rows[i].Title + '</a></li>';
            }
            jQuery('#ShowArticleOrther').html(html || 'Không tìm thấy dữ liệu...');
        } });
}
function __doPostBack(eventTarget, eventArgument) {
    var theForm = document.forms['aspnetForm'];
    if (!theForm.onsubmit || (theForm.onsubmit() != false)) {
        theForm.__EVENTTARGET.value = eventTarget;
        theForm.__EVENTARGUMENT.value = eventArgument;
        theForm.submit();
    }
}
//]]>
</script>"""


class MojoPortal:
    """Addresses and pages of the mojoPortal family."""

    name = "mojoportal"
    disallow = ("/admin/", "/Secure/", "/print/", "/WebResource.axd", "/Article/Print.aspx")
    contact = "/lien-he"
    tells_modified = False

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

    def article(self, scene: Scene, story: Story, near: Near) -> str:
        """The article's page; byline in its own block or as last paragraph, by turns."""
        signed = _page.signed(story)
        block = signed if story.id % 2 and story.label is None else None
        author = (
            f'<div class="article-author" style="text-align:right"><strong><em>{block}</em></strong></div>'
            if block
            else ""
        )
        lead = f'<div id="article_Summary">{escape(story.lead)}</div>' if story.lead else ""
        tags = "".join(
            f'<a href="/article/viewtag.aspx?tag={at}&amp;pageid=2">{escape(tag)}</a> '
            for at, tag in enumerate(story.tags, start=11)
        )
        content = f"""
<div class="panelwrapper articleview"><div class="modulecontent"><div class="articlecenter-rightnav">
<div class="header-article">
<h2 class="articletitle">{escape(story.title)}&nbsp;<a class="ModuleEditLink"></a></h2>
<div class="article-info"><img src="/Data/Images/special/post-clock.png" alt="" />
<span class="post-date-article contentdes">{self.printed(story.published)}</span></div>
<div class="article-tools"><span class="wvag">Xem với cỡ chữ <i class="fa fa-font" onclick="fontMinus()"></i>
<i class="fa fa-font fa-2x" onclick="fontPlus()"></i></span></div>
</div>
{lead}
<div class="articletext" id="article_text">
{self._body(story, None if block else signed)}
</div>
{author}
<div class="tags-detail"><div class="blogtags">{tags}</div></div>
<div class="article-rating"><span>Đánh giá bài viết:</span> <span class="rating-text">0 điểm / 0 lượt</span>
<a class="share" href="javascript:void(0)">Chia sẻ</a> <a href="/Article/Print.aspx?itemid={story.id}" rel="nofollow">In ra</a></div>
<div class="pnOtherArticle"><div class="divorthertitle">Tin liên quan</div>
<ul class="ul-ortherArticleReference">{self._links([*near.newer[:3], *near.older[:5]])}</ul></div>
<div class="contentNews__Other"><div class="divorthertitle">CÁC BÀI VIẾT KHÁC:</div>
<div style="display:none"><input type="text" id="txtKeyword" /><input type="button" value="Tìm" onclick="SearchOrtherArticle(1)" /></div>
<ul class="ulArticleOrther" id="ShowArticleOrther"></ul><div class="Pager"></div></div>
</div></div></div>
<script type="text/javascript">var currentCategory = {list(scene.sections).index(story.section) + 3}; jQuery(function () {{ SearchOrtherArticle(1); }});</script>"""
        crumb = (story.section, scene.sections[story.section])
        return self._shell(scene, story.title, content, story.lead, crumb)

    def _body(self, story: Story, signed: str | None) -> str:
        """Editor's HTML: pictures and captions are centred paragraphs without a mark of their own."""
        parts = []
        for part in story.flow():
            if isinstance(part, Picture):
                source = self.media_path(story) + part.name
                parts.append(
                    f'<p style="text-align: center;"><img alt="" src="{source}" style="width: 640px; height: 427px;" /></p>'
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
            f'<div class="img-article"><a href="{href}"><img src="{picture}" alt="" width="160" /></a></div>'
            if picture
            else ""
        )
        return f"""
<div class="article-thongbao">{image}<div class="{"info-article" if picture else "info-article-full"}">
<h3 class="article-title"><a href="{href}">{escape(story.title)}</a></h3>
<div class="article-date"><ul class="detail-muted"><li><img src="/Data/Images/special/post-clock.png" alt="" />
{story.published:%d/%m/%Y %H:%M}</li><li>Đã xem: {_page.hits(story)}</li><li>quantri</li></ul></div>
<div class="article-summary">{_page.summary(story)} <a class="more" href="{href}">Xem tiếp...</a></div>
</div></div>"""

    def home(self, scene: Scene, shelves: Sequence[Shelf]) -> str:
        """A panel for each section."""
        panels = "".join(
            f'<div class="panelwrapper articlehot"><h2 class="moduletitle">'
            f'<a href="{self.section_path(shelf.section)}">{escape(scene.sections[shelf.section])}</a></h2>'
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
            f'<li class="AspNet-Menu-Leaf"><a href="{self.section_path(slug)}">{escape(label)}</a></li>'
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
        return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="vi-VN">
<head><meta charset="utf-8" /><title>{name} - {escape(title)}</title>
{meta}<meta name="viewport" content="width=device-width, initial-scale=1" />
{styles}
<link rel="shortcut icon" href="/favicon.ico" />
<script src="/ClientScript/jquery/jquery.min.js" type="text/javascript"></script>
</head><body class="pagebody">
<form method="post" action="/Default.aspx" id="aspnetForm">
<div class="aspNetHidden"><input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="" />
<input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="" />
<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{_page.noise(title, 5200)}" /></div>
{_SCRIPT}
<div id="wrapwebsite"><div class="topbar"><span class="datetime-now">{_page.lower_weekday(today)}, ngày {today.day}/{today.month}/{today.year}</span>
<div class="hotline">Đường dây nóng: 069.000.000</div></div>
<div class="header"><a href="/"><img class="logo" src="/Data/Images/special/logo.png" alt="{name}" /></a>
<div class="sitename">CỔNG THÔNG TIN ĐIỆN TỬ<br />{escape(scene.name.upper())}</div></div>
<div class="topmenu" id="ctl00_SiteMenu1"><ul class="AspNet-Menu"><li><a href="/">Trang chủ</a></li>{menu}
<li><a href="{self.contact}">Liên hệ</a></li></ul></div>
<div class="breadcrumbs"><a href="/">Trang chủ</a> <span>&gt;</span> {trail}</div>
<div class="wrapcenter"><div id="ctl00_divCenter" class="center-rightmargin">
{content}
</div>
<div id="ctl00_divRight" class="rightside">
<div class="panelwrapper latestnews"><h3 class="moduletitle">TIN MỚI NHẤT</h3><ul class="latest">{latest}</ul></div>
<div class="panelwrapper weblinks"><h3 class="moduletitle">Liên kết website</h3>
<ul><li><a href="https://congan.example/" target="_blank">Cổng thông tin Bộ</a></li>
<li><a href="https://dichvucong.example/" target="_blank">Cổng Dịch vụ công</a></li></ul></div>
<div class="panelwrapper counter">Số lượt truy cập: <b>12.480.{scene.today.day:03d}</b> - Đang trực tuyến: <b>37</b></div>
</div></div>
<div class="footer"><p>Bản quyền thuộc {name}</p>
<p>Giấy phép số 215/GP-TTĐT do Sở Thông tin và Truyền thông cấp ngày 14/02/2019</p>
<p>Chịu trách nhiệm: Thượng tá Vũ Đình Khải, Trưởng phòng Tham mưu. Điện thoại: 069.000.111</p>
<a href="#top">Về đầu trang</a></div></div>
</form></body></html>"""
