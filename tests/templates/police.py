"""The systems that police portals were built with: mojoPortal, JSP, 3CMS, an old host's own."""

from __future__ import annotations

from templates.furniture import (
    IMPRINT,
    SUMMARY,
    caption,
    clock,
    e,
    flow,
    imprint,
    lower_weekday,
    maybe,
    menu,
    opening,
    related,
    today,
    weekday,
)
from templates.story import Photo, Story

_VIEWSTATE = (
    '<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKMTY1NDU2MTA1MmRk" />'
)


def _mojoportal(story: Story, site: str, head: str, article: str) -> str:
    """The shell of both skins."""
    latest = related(story, '<li><a href="/{slug}">{title}</a></li>', start=4, count=4)
    return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="vi-VN"><head id="ctl00_Head1"><meta charset="utf-8" />
<title>{site} - {e(story.title)}</title>{head}<link rel="stylesheet" href="/Data/style.css" /></head>
<body class="pagebody"><form method="post" action="/Default.aspx" id="aspnetForm">
<div class="aspNetHidden">{_VIEWSTATE}</div>
<div class="topbar"><span class="datetime-now">{clock(story)}</span><div class="hotline">Đường dây nóng: 069.000.000</div></div>
<div class="topmenu" id="ctl00_SiteMenu1"><ul class="AspNet-Menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></div>
<div class="breadcrumbs"><a href="/">Trang chủ</a> <span>&gt;</span> <a href="/chuyen-muc">{e(story.section)}</a></div>
<div class="wrapcenter"><div id="ctl00_divCenter" class="center-rightmargin">
<div class="panelwrapper articleview"><div class="modulecontent"><div class="articlecenter-rightnav">
{article}
<div class="contentNews__Other"><div class="divorthertitle">CÁC BÀI VIẾT KHÁC:</div>
<div style="display:none"><input type="text" id="txtKeyword" /><input type="button" value="Tìm" /></div>
<ul class="ulArticleOrther" id="ShowArticleOrther"></ul><div class="Pager"></div></div>
</div></div></div></div>
<div id="ctl00_divRight" class="rightside"><div class="panelwrapper"><h3 class="moduletitle">TIN MỚI NHẤT</h3><ul class="latest">{latest}</ul></div>
<div class="panelwrapper weblinks"><h3 class="moduletitle">Liên kết website</h3><ul><li><a href="https://bo.example/">Cổng thông tin Bộ</a></li></ul></div></div></div>
<div class="footer">{imprint(site)}<a href="#top">Về đầu trang</a></div></form></body></html>"""


def mojoportal(story: Story) -> str:
    """The older skin: lead in #article_Summary, captions as centred paragraphs, byline in the body."""

    def photo(one: Photo) -> str:
        image = f'<p style="text-align: center;"><img alt="" src="/Data/Sites/1/media/{one.name}" style="width: 600px;" /></p>'
        return image + maybe_centred(caption(one))

    def maybe_centred(text: str) -> str:
        return f'\n<p style="text-align: center;">{text}</p>' if text else ""

    when = story.published
    body = flow(
        story.parts,
        photo,
        editor=story.editor,
        text='<p style="text-align: justify;">{}</p>',
        heading='<p style="text-align: justify;"><strong>{}</strong></p>',
    )
    others = related(
        story, '<li><a href="/{slug}">{title}</a><span class="bdate-other-article">( {date} )</span></li>'
    )  # fmt: skip
    article = f"""<div class="header-article"><h2 class="articletitle">{e(story.title)}&nbsp;<a class="ModuleEditLink"></a></h2>
<img src="/Data/Images/special/post-clock.png" alt="" /><span class="post-date-article contentdes">{weekday(when)} {when:%d/%m/%Y %H:%M}</span>
<span class="wvag">Xem với cỡ chữ <i class="fa fa-font" onclick="fontMinus()"></i><i class="fa fa-font fa-2x" onclick="fontPlus()"></i></span></div>
{maybe('<div id="article_Summary">{}</div>', story.lead)}
<div class="articletext" id="article_text">{body}
{maybe('<p style="text-align: right;"><strong>{}</strong></p>', story.byline)}{maybe('<p style="text-align: right;"><em>Nguồn: {}</em></p>', story.source)}</div>
<div class="pnOtherArticle"><div class="divorthertitle">Tin liên quan</div><ul class="ul-ortherArticleReference">{others}</ul></div>"""
    return _mojoportal(story, "Công an tỉnh Sông Hạ", "", article)


def mojoportal_newer(story: Story) -> str:
    """The newer skin: date and hits in one line, div.sapo, picture above and author below the body."""

    def photo(one: Photo) -> str:
        image = f'<img alt="" src="/Data/Sites/1/News/{one.name}" />'
        text = caption(one, " (Ảnh: {})")
        return f'<div style="text-align: center;">{image}{text and f"<br /><em>{text}</em>"}</div>'

    first, parts = opening(story, captioned=False)
    above = ""
    if first:
        above = f'<div class="image-wrapper"><center><img src="/Data/Sites/1/News/{first.name}" alt="" /></center></div>'
    body = flow(
        parts,
        photo,
        editor=story.editor,
        text='<p style="text-align: justify;">{}</p>',
        heading="<p><b>{}</b></p>",
    )
    tags = "".join(
        f'<a href="/article/viewtag.aspx?tag={n}&amp;pageid=5">{e(tag)}</a>'
        for n, tag in enumerate(story.tags)
    )
    same = related(story, '<li><a href="/{slug}">{title}</a></li>', count=2)
    others = related(
        story, '<li><a href="/{slug}">{title}</a><span class="bdate-other-article">( {date} )</span></li>',
        start=2,
    )  # fmt: skip
    article = f"""<div class="header-article1111"><h2 class="articletitle">{e(story.title)}&nbsp;</h2>
<div class="info-article-more"><div class="left-article-more-container">{story.published:%d/%m/%Y %H:%M} | Đã xem <span class="texthit">1342</span></div>
<div class="right-article-contrast" id="tuongphan">Tương phản: <button><img src="/Data/Images/contrast.png" alt="" /></button></div>
<div class="right-article-print"><button><img src="/Data/Images/print.png" alt="" /></button></div></div></div>
{maybe('<div class="sapo">{}</div>', story.lead)}
<ul class="ulActiveReference">{same}</ul>{above}
<div class="articletext" id="article_text">{body}</div>
{maybe('<div class="article-author">{}</div>', story.byline)}
<div class="tags-detail"><div class="blogtags">{tags}</div></div>
<div class="pnOtherArticle"><div class="divorthertitle">Tin liên quan</div><ul class="ul-ortherArticleReference">{others}</ul></div>
<h2 class="box-other-title">Bài viết cùng sự kiện</h2><ul class="ulOtherArticle"><li><a href="/su-kien-77">Triệt xóa điểm đánh bạc ở bãi bồi</a></li></ul>"""
    head = (
        '<meta property="og:image" content="https://congan.kieuha.example/Data/Images/logo.png" />'
    )
    return _mojoportal(story, "Công an tỉnh Kiều Hạ", head, article)


def jsp(story: Story) -> str:
    """A Java portal: the headline a DIV, the body a SPAN, the document's title the site's name."""

    def photo(one: Photo) -> str:
        image = f'<p align="center"><img src="/UserFiles/Image/{one.name}" width="400"></p>'
        text = caption(one, " - Ảnh: {}")
        return image + (f'<p align="center"><i>{text}</i></p>' if text else "")

    body = flow(story.parts, photo, editor=story.editor, heading="<p><strong>{}</strong></p>")
    others = related(
        story,
        '<li><a href="tin.do?id={id}" title="cssbody=[bdy] header=[hdr] body=[{title}]">{title}</a> <i>({date})</i></li>',
    )
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title>Công an tỉnh Đông Hưng</title></head><body>
<table width="100%"><tr><td><span id="ngay">{weekday(today(story))}, {today(story):%d/%m/%Y}</span><marquee>Chào mừng kỷ niệm ngày truyền thống lực lượng</marquee></td></tr>
<tr><td><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></td></tr></table>
<div id="Tin_Chi_Tiet"><div class="DanhMuc"><strong>Trang chủ &gt; {e(story.section)}</strong></div>
<div class="TieuDeTin">{e(story.title)}</div><p class="NgayCapNhat">Ngày cập nhật: {story.published:%d/%m/%Y}</p>
{maybe('<span class="MoTa">{}</span>', story.lead)}
<span class="news-detail">{body}</span>{maybe('<div class="Tacgia">Người viết: {}</div>', story.byline)}
<div class="action-print-mail"><a href="#">Bản in</a> <a href="#">Gửi thư</a></div>
<div id="Tin_Chi_Tiet_Khac"><div class="TinCungChuDe">Tin cùng chủ đề</div><ul>{others}</ul><div class="XemChiTiet">Xem chi tiết &gt;&gt;</div></div></div>
<div class="footer">{imprint("Công an tỉnh Đông Hưng")}</div></body></html>"""


def threecms(story: Story) -> str:
    """3CMS: the font label above the headline, the date in brackets with its seconds."""

    def photo(one: Photo) -> str:
        text = caption(one, " ẢNH: {}")
        image = f'<div align="center"><img src="/documents/{one.name}" border="0" /></div>'
        return image + (f'<div align="center"><em>{text}</em></div>' if text else "")

    body = flow(story.parts, photo, editor=story.editor, heading="<p><strong>{}</strong></p>")
    item = '<li><a href="/{slug}-{id}.htm">{title}</a> <span class="d">({date})</span></li>'
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{e(story.title)} - Công an tỉnh Lam Hạ</title></head><body>
<div id="header"><div class="today">{weekday(today(story))}, {today(story):%d/%m/%Y %H:%M}</div><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></div>
<div id="main"><div id="left"><div id="spanHomeCat4167"><span class="change-font-size">Xem với cỡ chữ : <a>A</a> <a>a</a></span></div>
<div class="article_title"><h1>{e(story.title)}</h1></div><div id="tblPrint_Date61" class="article_date">({story.published:%d/%m/%Y %H:%M:%S})</div>
{maybe('<div class="article_summary_detail">{}</div>', story.lead)}
<div class="article_content">{body}
{maybe('<p style="text-align:right"><b>{}</b></p>', story.byline)}{maybe('<p style="text-align:right">(Theo {})</p>', story.source)}</div>
<div class="article_other">Các tin mới<ul>{related(story, item, count=4)}</ul>Các tin đã đưa<ul>{related(story, item, start=4, count=4)}</ul><a>về đầu trang</a></div></div>
<div id="right"><h3>Tin đọc nhiều</h3><ul>{related(story, item, start=1)}</ul></div></div>
<div class="footer">{imprint("Công an tỉnh Lam Hạ")}</div></body></html>"""


def old_host(story: Story) -> str:
    """A police paper's old host: all in #content, whose first DIV is the lead, related links too."""

    def photo(one: Photo) -> str:
        text = caption(one)
        row = f"<tr><td>{text}</td></tr>" if text else ""
        return (
            '<table class="rl center" border="0" align="center"><tbody><tr><td>'
            f'<img src="/dataimages/{one.name}" alt="{one.name}" /></td></tr>{row}</tbody></table>'
        )

    xmlns = ' xmlns="http://www.w3.org/1999/xhtml"'
    # Among paragraphs that are DIVs too nothing would tell the lead.
    editor = "plain" if story.editor == "divs" else story.editor
    body = flow(
        story.parts,
        photo,
        editor=editor,
        text=f"<p{xmlns}>{{}}</p>",
        heading="<p><strong>{}</strong></p>",
    )
    item = '<li><a class="title-2 Article" href="chuyen-muc/{slug}-{id}/">{title}</a> ({date})</li>'
    top = "".join(f'<div class="item"><a href="tin/{n}/"><img src="/thumb/{n}.jpg" width="80" /></a> <a href="tin/{n}/">Đọc thêm</a><div>{SUMMARY}</div></div>' for n in range(3))  # fmt: skip
    when = story.published
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html{xmlns}><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>{e(story.title)} - Báo Công an Nam Lam</title></head><body>
<div id="header"><div class="time">{lower_weekday(today(story))}, {today(story):%d/%m/%Y, %H:%M} GMT+7</div><ul id="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></div>
<div id="wrap"><div id="left"><div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/chuyen-muc/">{e(story.section)}</a></div>
<h1 id="title">{e(story.title)}</h1><div id="date">{weekday(when)}, {when.day}/{when.month}/{when.year}, {when:%H:%M} [GMT+7]</div>
<div id="content">{maybe("<div>{}</div>", story.lead)}{body}
{maybe(f'<p style="text-align: right;"{xmlns}><strong>{{}}</strong></p>', story.byline)}
<div class="related"><strong>Tin liên quan</strong><ul>{related(story, item, count=3)}</ul></div></div>
<div class="share">Chia sẻ: <a href="#">Facebook</a> <a href="#">Zalo</a></div></div>
<div id="right"><div class="box"><h3>Đọc nhiều</h3>{top}</div></div></div>
<div id="footer"><p>{IMPRINT[0]}</p><p>{IMPRINT[1]}</p></div></body></html>"""
