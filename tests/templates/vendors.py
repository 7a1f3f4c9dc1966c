"""Systems of vendors: SharePoint, Liferay, DNN, VNPT, VHV; bare tables; a newspaper of its own."""

from __future__ import annotations

import json

from newsarchive.demo.stories import slugify
from templates.furniture import (
    NUMBERED,
    SUMMARY,
    caption,
    e,
    flow,
    imprint,
    lower_weekday,
    maybe,
    menu,
    related,
    today,
    weekday,
)
from templates.story import Photo, Story


def sharepoint(story: Story) -> str:
    """SharePoint: plain DIVs, only a day, the editor's zero-width characters, captions behind BR."""

    def photo(one: Photo) -> str:
        text = caption(one, " (Ảnh: {})")
        below = text and f"<br><em>{text}</em>"
        return f'<p style="text-align:center"><img src="/PublishingImages/{one.name}" alt="{one.name}" style="margin&#58;5px;width&#58;500px" />{below}</p>'

    body = flow(
        story.parts,
        photo,
        editor=story.editor,
        text='<p style="text-align&#58;justify;">\u200b{}<br></p>',
        heading='<p style="text-align&#58;justify;"><strong>{}</strong></p>',
    )
    item = '<li><a href="view_detail.aspx?itemid={id}">{title}</a> <span>({date})</span></li>'
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html dir="ltr" lang="vi-VN"><head id="ctl00_Head1"><meta name="GENERATOR" content="Microsoft SharePoint" /><meta http-equiv="Content-type" content="text/html; charset=utf-8" /><title>
	{e(story.title)}
</title></head><body><form method="post" action="view_detail.aspx?itemid=377" id="aspnetForm"><input type="hidden" name="__REQUESTDIGEST" value="0x7C1A" />
<div id="s4-workspace"><div id="s4-bodyContainer"><div class="s4-notdlg"><a href="#" class="ms-skip">Bỏ qua nội dung chính</a></div>
<div class="top-date">Hôm nay: {weekday(today(story))}, {today(story):%d/%m/%Y}</div>
<div id="zz1_TopNavigationMenu" class="ms-core-listMenu-horizontalBox"><ul><li><a href="/SitePages/Home.aspx">Trang chủ</a></li>{menu(href="/pages/{}.aspx")}</ul></div>
<div id="MSO_ContentTable"><table width="100%" cellpadding="4" cellspacing="0"><tr><td id="MSOZoneCell_WebPartWPQ3" valign="top" class="s4-wpcell-plain ms-webpartzone-cell"><table class="s4-wpTopTable" border="0" width="100%"><tr><td><div webpartid="c0f1" id="WebPartWPQ3" class="ms-WPBody">
<div class="ct-content"><div class="ct-title">{e(story.title)}</div><div class="ct-date">{story.published:%d/%m/%Y}</div><div class="ct-tool"><a>Xem cỡ chữ</a><a>Đọc bài viết</a><a>In</a><a>Gửi email</a></div>
{maybe('<div class="ct-sapo">{}</div>', story.lead)}
<div class="ms-rtestate-field" style="display:inline"><div class="ExternalClass4C8D1A">{body}
{maybe('<p style="text-align:right;"><strong>{}​</strong></p>', story.byline)}</div></div></div>
<div class="ct-other"><div class="ct-other-title">Các tin khác</div><ul>{related(story, item)}</ul></div></div></td></tr></table></td></tr></table></div></div></div>
<div class="footer">{imprint("Công an thành phố Vĩnh Hạ")}</div></form></body></html>"""


def liferay(story: Story) -> str:
    """Liferay 7: headings that are none of the article's, the default account, a year of two figures."""

    def photo(one: Photo) -> str:
        image = f'<p style="text-align:center"><img alt="" data-fileentryid="40201" src="/documents/20121/0/{one.name}" /></p>'
        text = caption(one)
        return image + (f'<p style="text-align:center"><em>{text}</em></p>' if text else "")

    item = '<li class="asset-links-list-item"><a href="/-/{slug}">{title}</a></li>'
    notices = related(story, '<li><a href="/-/{slug}">{title}</a> {date}</li>', start=5, count=3, form="%d/%m/%y")  # fmt: skip
    return f"""<!DOCTYPE html><html class="ltr" dir="ltr" lang="vi-VN"><head><title>{e(story.title)} - Chi tiết - Công an Bạch Hạ</title><meta content="text/html; charset=UTF-8" http-equiv="content-type" /></head>
<body class="controls-visible yui3-skin-sam signed-out public-page site"><nav class="quick-access-nav" id="quickAccessNav"><h1 class="hide-accessible">Điều hướng</h1><ul><li><a href="#main-content">Bỏ qua</a></li></ul></nav>
<div class="container-fluid" id="wrapper"><header id="banner"><div id="heading"><h1 class="site-title"><a class="logo custom-logo" href="/"><img alt="Công an Bạch Hạ" src="/image/layout_set_logo?img_id=20" /></a></h1></div><span id="clock">{weekday(today(story))}, {today(story):%d/%m/%Y | %H:%M:%S}</span>
<nav id="navigation"><ul role="menubar">{menu()}</ul></nav></header><section id="content"><h1 class="hide-accessible">Chi tiết</h1>
<nav id="breadcrumbs"><ol class="breadcrumb"><li class="breadcrumb-item"><a class="breadcrumb-link" href="/">Trang chủ</a></li><li class="breadcrumb-item"><a class="breadcrumb-link" href="/muc"><span class="breadcrumb-text-truncate">{e(story.section)}</span></a></li></ol></nav>
<div class="columns-2" id="main-content" role="main"><div class="portlet-layout row"><div class="col-md-8 portlet-column" id="column-1"><div class="portlet-boundary portlet-static"><section class="portlet" id="portlet_x"><div class="portlet-content"><h2 class="portlet-title-text">Asset Publisher</h2><div class="portlet-body"><div class="asset-full-content clearfix mb-5 default-asset-publisher show-asset-title">
<div class="align-items-center d-flex mb-2"><p class="component-title h4"><a class="mr-3" href="javascript:history.back()">Quay lại</a><span class="asset-title d-inline">{e(story.title)}</span></p></div>
<div class="autofit-row mb-4 metadata-author"><div class="autofit-col"><span class="user-icon-color-3 sticker"><svg></svg></span></div><div class="autofit-col autofit-col-expand"><div class="text-truncate-inline"><span class="text-truncate user-info">Test Test</span></div><div class="asset-user-info text-secondary"><span class="date-info">Xuất bản {story.published:%d/%m/%y %H:%M}</span></div></div></div>
<div class="asset-content mb-3"><div class="journal-content-article" data-analytics-asset-id="40123"><div class="content-article">{maybe("<p><strong>{}</strong></p>", story.lead)}{flow(story.parts, photo, editor=story.editor, heading="<p><b>{}</b></p>")}
{maybe('<p style="text-align:right"><strong>{}</strong></p>', story.byline)}{maybe('<p style="text-align:right"><em>Nguồn: {}</em></p>', story.source)}</div></div></div>
<div class="mb-4"><div class="asset-links"><h2 class="asset-links-title">Tin tức liên quan</h2><ul class="asset-links-list">{related(story, item)}</ul></div></div><div class="asset-ratings">Trung bình (0 phiếu)</div></div></div></div></section></div></div>
<div class="col-md-4" id="column-2"><section class="portlet"><h2 class="portlet-title-text">Thông báo</h2><ul>{notices}</ul></section></div></div></div></section><footer id="footer">{imprint("Công an Bạch Hạ")}</footer></div></body></html>"""


def dnn(story: Story) -> str:
    """DNN: the lead an h2 below the h1, the time as '16 giờ 30 phút', keywords below."""

    def photo(one: Photo) -> str:
        text = caption(one, " - Ảnh: {}")
        below = text and f"<figcaption>{text}</figcaption>"
        return f'<figure><img src="/Portals/0/Images/{one.name}" alt="" />{below}</figure>'

    when, now = story.published, today(story)
    tags = " ".join(f'<a href="/tag/{slugify(tag)}">{e(tag)}</a>' for tag in story.tags)
    item = '<li><a href="/bai-{id}">{title}</a> <span class="d">({date})</span></li>'
    return f"""<!DOCTYPE html><html lang="vi-VN"><head><meta charset="utf-8"/><title>{e(story.title)}</title><meta id="MetaKeywords" name="keywords" content="{e(", ".join(story.tags))}"/></head>
<body id="Body"><form method="post" id="Form" enctype="multipart/form-data"><input type="hidden" name="__VIEWSTATE" value="dDwtMTk"/>
<div id="dnn_HeaderPane"><span class="date">{lower_weekday(now)}, {now:%d/%m/%Y %H:%M} GMT+7</span><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></div>
<div id="dnn_ContentPane"><div class="DnnModule"><div class="breadcrumb"><a href="/">Trang chủ</a> / <a href="/muc">{e(story.section)}</a></div>
<h1 class="title-detail">{e(story.title)}</h1><p class="post-date">Ngày đăng: {when:%d/%m/%Y} {when.hour} giờ {when.minute:02} phút</p>{maybe('<h2 class="summary">{}</h2>', story.lead)}
<div class="content-detail">{flow(story.parts, photo, editor=story.editor)}
{maybe('<p style="text-align:right"><strong>Tin, ảnh: {}</strong></p>', story.byline)}</div>
<div class="share"><a>Facebook</a><a>Twitter</a><span>Bình chọn bài viết:</span></div>{f'<div class="keyword">Từ khóa: {tags}</div>' if tags else ""}
<div class="relate"><h4>Tin cùng chuyên mục</h4><ul>{related(story, item)}</ul></div></div></div><div class="footer">{imprint("Công an thị xã Thạch Hạ")}</div></form></body></html>"""


def vnpt(story: Story) -> str:
    """VNPT Portal: picture and caption in a table, 'Thứ 6, 05/08/2022 - 10h11'."""

    def photo(one: Photo) -> str:
        text = caption(one)
        row = f"<tr><td>{text}</td></tr>" if text else ""
        return f'<table align="center" border="0"><tbody><tr><td><img src="/Uploads/{one.name}" alt=""></td></tr>{row}</tbody></table>'

    when, now = story.published, today(story)
    item = '<li><a href="/bai-{id}">{title}</a> <span class="d">({date})</span></li>'
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{e(story.title)} | Công an tỉnh Mù Hạ</title></head><body>
<div class="vnpt-header"><div class="date-now">{weekday(now)}, ngày {now.day:02} tháng {now.month:02} năm {now.year}</div><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></div>
<div class="Breadcrumb"><a href="/">Trang chủ</a> › <a href="/muc">{e(story.section)}</a></div>
<div class="ArticleDetail"><h1 class="Title">{e(story.title)}</h1><div class="PostDate">{NUMBERED[when.weekday()]}, {when:%d/%m/%Y} - {when:%Hh%M}</div><div class="FontSize"><a>A-</a><a>A+</a></div>{maybe('<div class="Summary">{}</div>', story.lead)}
<div class="ArticleContent">{flow(story.parts, photo, editor=story.editor, heading="<p><b>{}</b></p>")}{maybe('<p align="right"><b>{}</b></p>', story.byline)}{maybe('<p align="right"><i>Nguồn: {}</i></p>', story.source)}</div></div>
<div class="ArticleOther"><h2 class="OtherTitle">Tin cùng chuyên mục</h2><ul class="ArticleList">{related(story, item)}</ul></div>
<div class="box-right"><h2 class="Title"><a href="/bai-400">Lịch tiếp công dân của lãnh đạo Công an tỉnh</a></h2><ul>{related(story, item, start=5, count=3)}</ul></div><div class="footer">{imprint("Công an tỉnh Mù Hạ")}</div></body></html>"""


def vhv(story: Story) -> str:
    """VHV: date and time parted by a bar, captions in p.note-img, rating and sharing below."""

    def photo(one: Photo) -> str:
        text = caption(one, " ẢNH: {}")
        below = text and f'<p class="note-img expNoEdit"><em>{text}</em></p>'
        return f'<div class="image"><img src="/upload/70001/fck/{one.name}" alt="">{below}</div>'

    when = story.published
    tags = ", ".join(f'<a href="/tags/{slugify(tag)}">{e(tag)}</a>' for tag in story.tags)
    item = f'<li class="item"><a href="/muc/bai-{{id}}.html">{{title}}</a><span class="time">{{date}}</span><div class="summary">{SUMMARY}</div></li>'
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{e(story.title)}</title><meta property="og:site_name" content="Công an tỉnh Nam Hạ"></head><body>
<div class="top-header"><span class="current-date">{lower_weekday(today(story))}, {today(story):%d/%m/%Y}</span></div><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul>
<div class="breadcrumb"><a href="/">Trang chủ</a><a href="/muc">{e(story.section)}</a></div><div class="article-detail"><h1 class="title-detail">{e(story.title)}</h1><div class="date">{lower_weekday(when)}, {when:%d/%m/%Y | %H:%M}</div>{maybe('<div class="desc">{}</div>', story.lead)}
<div class="detail-content">{flow(story.parts, photo, editor=story.editor, heading="<p><strong>{}</strong></p>")}{maybe('<p style="text-align:right"><strong>{}</strong></p>', story.byline)}{maybe('<p style="text-align:right"><em>Nguồn: {}</em></p>', story.source)}</div>
<div class="rating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá<br>Đánh giá bài viết: <a>1</a><a>2</a><a>3</a><a>4</a><a>5</a></div><div class="share">Chia sẻ Lưu</div>{f'<div class="tags">Từ khóa: {tags}</div>' if tags else ""}</div>
<div class="related"><h3>Tin cùng chuyên mục</h3><ul>{related(story, item, form="%d/%m/%Y | %H:%M")}</ul></div><div class="footer">{imprint("Công an tỉnh Nam Hạ")}</div></body></html>"""


def tables(story: Story) -> str:
    """Tables without any class: headline in B and FONT, the story in one cell parted by BR."""

    def photo(one: Photo) -> str:
        text = caption(one)
        below = text and f"<br><i>{text}</i>"
        return f'<center><img src="anh/{one.name}" width="300">{below}</center><br>'

    body = flow(
        story.parts, photo, editor=story.editor, text="{}<br><br>", heading="<b>{}</b><br><br>"
    )
    item = '- <a href="chitiet.asp?id={id}">{title}</a> ({date})<br>'
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{e(story.title)}</title></head><body bgcolor="#ffffff"><table width="780" align="center" border="0">
<tr><td colspan="3"><img src="banner.gif" width="780"><br><font size="1">{lower_weekday(today(story))}, {today(story):%d/%m/%Y}</font></td></tr>
<tr><td width="150" valign="top"><a href="index.asp">Trang chủ</a><br><a href="tintuc.asp">Tin tức</a><br><a href="vanban.asp">Văn bản</a><br><a href="lienhe.asp">Liên hệ</a></td>
<td width="450" valign="top"><table width="100%"><tr><td><b><font size="4" color="#990000">{e(story.title)}</font></b></td></tr><tr><td><font size="1"><i>{story.published:%d/%m/%Y %H:%M}</i></font></td></tr>
<tr><td align="justify">{maybe("<b>{}</b><br><br>", story.lead)}{body}
{maybe('<div align="right"><b>{}</b></div>', story.byline)}{maybe('<div align="right"><i>Theo {}</i></div>', story.source)}</td></tr>
<tr><td><b>Các tin khác:</b><br>{related(story, item)}</td></tr></table></td>
<td width="180" valign="top"><b>Liên kết website</b><br><select><option>Bộ Công an</option><option>UBND tỉnh</option></select></td></tr>
<tr><td colspan="3" align="center"><font size="1">{imprint("Công an huyện Yên Hạ")}</font></td></tr></table></body></html>"""


def newspaper(story: Story) -> str:
    """A national paper: JSON-LD, figures with lazy pictures, a teaser within the story."""

    def photo(one: Photo) -> str:
        text = caption(one)
        below = text and f'<figcaption><p class="Image">{text}</p></figcaption>'
        return f'<figure class="tplCaption" itemprop="associatedMedia image"><div class="fig-picture"><img class="lazy" alt="{e(one.caption)}" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALA==" data-src="https://i1.baosom.example/2022/{one.name}?w=680&amp;h=0&amp;q=100"></div>{below}</figure>'

    when, changed = story.published, story.modified or story.published
    data = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": when.isoformat(),
        "dateModified": changed.isoformat(),
        "author": {"@type": "Person", "name": story.byline or "Báo Sớm"},
        "publisher": {"@type": "Organization", "name": "Báo Sớm"},
    }
    split = len(story.parts) // 2
    box = related(story, '<li><a href="/{slug}-{id}.html" title="{title}">{title}</a></li>', count=1)  # fmt: skip
    halves = [flow(p, photo, editor=story.editor, text='<p class="Normal">{}</p>', heading='<h2 class="h2-detail">{}</h2>') for p in (story.parts[:split], story.parts[split:])]  # fmt: skip
    tags = "".join(f'<h4 class="item-tag"><a href="/tag/{slugify(tag)}">{e(tag)}</a></h4>' for tag in story.tags)  # fmt: skip
    card = f'<article class="item-news"><h3 class="title-news"><a href="/{{slug}}-{{id}}.html">{{title}}</a></h3><p class="description">{SUMMARY}</p><span class="time-public">{{date}}</span></article>'
    now = today(story)
    return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{e(story.title)} - Báo Sớm</title><meta property="og:site_name" content="Báo Sớm"><meta property="article:published_time" content="{when.isoformat()}">
<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script></head><body><section class="top-header"><span class="time-now">{weekday(now)}, {now.day}/{now.month}/{now.year}</span></section>
<nav class="main-nav"><ul class="parent">{menu(href="/{}")}</ul></nav><section class="page-detail"><div class="sidebar-1"><div class="header-content"><ul class="breadcrumb" data-campaign="Header"><li><a href="/muc">{e(story.section)}</a></li></ul>
<span class="date">{weekday(when)}, {when.day}/{when.month}/{when.year}, {when:%H:%M} (GMT+7)</span></div><h1 class="title-detail">{e(story.title)}</h1>{maybe('<p class="description">{}</p>', story.lead)}
<article class="fck_detail">{halves[0]}<div class="box-tinlienquan"><ul class="list-news">{box}</ul></div>{halves[1]}{maybe('<p class="author_mail" style="text-align:right;"><strong>{}</strong></p>', story.byline)}</article>
<div class="footer-content"><div class="social_pin"><a href="#">Chia sẻ</a><a href="#">Lưu</a><a href="/muc">Trở lại {e(story.section)}</a></div><div class="tags"><h5 class="lb-tag">Tags:</h5>{tags}</div></div>
<div class="box-category"><h2>Tin cùng chuyên mục</h2>{related(story, card, start=2, count=4)}</div></div><div class="sidebar-2"><div class="box-title">Xem nhiều</div>{related(story, card, start=6, count=3)}</div></section><footer>{imprint("Báo Sớm")}</footer></body></html>"""
