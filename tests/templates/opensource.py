"""Open-source systems: NukeViet, Joomla, Drupal, WordPress in two themes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from newsarchive.demo.stories import slugify
from templates.furniture import (
    SHORT,
    SUMMARY,
    caption,
    e,
    flow,
    imprint,
    lower_weekday,
    maybe,
    menu,
    neighbours,
    opening,
    related,
    today,
    weekday,
)
from templates.story import Photo, Story


def nukeviet(story: Story) -> str:
    """NukeViet 4.5: only the printed date is right, microdata tell the last edit."""

    def photo(one: Photo) -> str:
        image = f'<div style="text-align:center"><img src="/uploads/news/{one.name}" alt="anh 1" width="800" height="533" /></div>'
        text = caption(one)
        span = (
            '\n<div style="text-align:center"><span style="font-size:12px;"><i>{}</i></span></div>'
        )
        return image + (span.format(text) if text else "")

    first, parts = opening(story)
    when, section = story.published, f"/{slugify(story.section)}/"
    edited = (story.modified or when).isoformat()
    body = flow(
        parts,
        photo,
        editor=story.editor,
        text='<p style="text-align: justify;">{}</p>',
        heading="<p><strong>{}</strong></p>",
    )
    tags = ", ".join(
        f'<a title="{e(tag)}" href="/tag/{slugify(tag)}/"><em>{e(tag)}</em></a>'
        for tag in story.tags
    )
    item = f'<li><em class="fa fa-angle-right">&nbsp;</em> <h4><a href="{section}{{slug}}-{{id}}.html" data-content="{SUMMARY}">{{title}}</a></h4> <em>({{date}})</em></li>'
    return f"""<!DOCTYPE html>
<html lang="vi" xmlns="http://www.w3.org/1999/xhtml" prefix="og: http://ogp.me/ns#"><head><title>{e(story.title)}</title>
<meta name="author" content="Công an tỉnh Tân Hạ"><meta name="generator" content="NukeViet v4.5"><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta property="og:type" content="article"><meta property="og:site_name" content="Công an tỉnh Tân Hạ">
<meta property="article:published_time" content="{when:%Y-%m-%d}+07{when:%H:%M:%S}"><meta property="article:section" content="{e(story.section)}"></head><body>
<header><div class="logo"><a title="Công an tỉnh Tân Hạ" href="/"><img src="/assets/images/logo.png" alt="Công an tỉnh Tân Hạ"></a></div></header>
<div class="section-nav"><nav class="second-nav" id="menusite"><ul class="nav navbar-nav"><li><a class="home" href="/">Trang nhất</a></li>{menu(href="/{}/")}</ul></nav></div>
<div class="container" id="body"><nav class="third-nav"><span class="current-time">{lower_weekday(today(story))}, {today(story):%d/%m/%Y}</span>
<div class="breadcrumbs-wrap"><ul class="temp-breadcrumbs hidden" itemscope itemtype="https://schema.org/BreadcrumbList">
<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem"><a href="/" itemprop="item" title="Trang nhất"><span itemprop="name">Trang nhất</span></a></li>
<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem"><a href="{section}" itemprop="item"><span class="txt" itemprop="name">{e(story.section)}</span></a></li></ul></div></nav>
<div class="row"><div class="col-sm-16 col-md-18">
<div class="news_column panel panel-default" itemtype="http://schema.org/NewsArticle" itemscope><div class="panel-body">
<h1 class="title margin-bottom-lg" itemprop="headline">{e(story.title)}</h1>
<div class="hidden hide d-none" itemprop="author" itemtype="http://schema.org/Person" itemscope><span itemprop="name">quantri</span></div>
<span class="hidden hide d-none" itemprop="datePublished">{edited}</span><span class="hidden hide d-none" itemprop="dateModified">{edited}</span>
<div class="row margin-bottom-lg"><div class="col-md-12"><span class="h5">{lower_weekday(when)} - {when:%d/%m/%Y %H:%M}</span></div>
<div class="col-md-12"><ul class="list-inline text-right"><li><a title="In ra" href="/print/x"><em class="fa fa-print">&nbsp;</em></a></li><li><a title="Lưu bài viết này" href="/savefile/x"><em class="fa fa-save">&nbsp;</em></a></li></ul></div></div>
<div class="clearfix">{maybe('<div class="hometext m-bottom" itemprop="description">{}</div>', story.lead)}{_nukeviet_picture(story, first)}</div>
<div id="news-bodyhtml" class="bodytext margin-bottom-lg">{body}</div>
<div class="margin-bottom-lg">{maybe('<p class="h5 text-right"><strong>Tác giả: </strong>{}</p>', story.byline)}{maybe('<p class="h5 text-right"><strong>Nguồn tin: </strong>{}</p>', story.source)}</div></div></div>
{f'<div class="news_column panel panel-default"><div class="panel-body"><div class="h5"><em class="fa fa-tags">&nbsp;</em><strong>Tags: </strong>{tags}</div></div></div>' if tags else ""}
<div class="news_column panel panel-default"><div class="panel-body"><form id="form3B" action=""><div class="h5 clearfix"><p id="stringrating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</p><span id="hover-test">Click để đánh giá bài viết</span></div></form></div></div>
<div class="news_column panel panel-default"><div class="panel-body other-news"><p class="h3"><strong>Những tin mới hơn</strong></p><ul class="detail-related related list-none list-items">{related(story, item, count=3)}</ul>
<p class="h3"><strong>Những tin cũ hơn</strong></p><ul class="detail-related related list-none list-items">{related(story, item, start=3, count=4)}</ul></div></div></div>
<div class="col-sm-8 col-md-6"><div class="panel panel-primary"><div class="panel-heading">Thống kê</div><div class="panel-body"><ul class="counter"><li><span>Hôm nay</span><span>4,112</span></li></ul></div></div></div></div></div>
<footer id="footer">{imprint("Công an tỉnh Tân Hạ")}</footer></body></html>"""


def _nukeviet_picture(story: Story, photo: Photo | None) -> str:
    """The main picture with its hidden, larger copy."""
    if photo is None:
        return ""
    text, source = caption(photo), f"/uploads/news/{photo.name}"
    image = f'<img alt="{e(story.title)}" src="{source}" width="600" class="img-thumbnail"/>'
    figure = text and f"<figcaption>{text}</figcaption>"
    below = text and f'<p class="text-center">{text}</p>'
    return (
        f'<figure class="article center pointer"><div style="width:600px">{image}{figure}</div></figure>'
        f'<div id="imgpreview" style="display:none"><p class="text-center">{image}</p>{below}</div>'
    )


def joomla(story: Story) -> str:
    """Joomla 3.10, Protostar: the h1 is the menu's title, the trail stands below the article."""

    def photo(one: Photo) -> str:
        text = caption(one, " - Ảnh: {}")
        below = text and f"<figcaption>{text}</figcaption>"
        return f'<figure class="image" style="float:none"><img src="/images/tin-tuc/{one.name}" alt="" width="1024" height="768" />{below}</figure>'

    first, parts = opening(story, captioned=False)
    image = ""
    if first:
        image = f'<div class="pull-left item-image"> <img src="/images/tin-tuc/{first.name}" alt="" itemprop="image"/> </div>'
    body = flow(parts, photo, editor=story.editor, text='<p style="text-align: justify;">{}</p>')
    when, changed = story.published, ""
    if story.modified:
        changed = f'<dd class="modified"><span class="icon-calendar" aria-hidden="true"></span><time datetime="{story.modified.isoformat()}" itemprop="dateModified">Cập nhật lần cuối: {weekday(story.modified)}, {story.modified:%d/%m/%Y %H:%M}</time></dd>'
    tags = "".join(
        f'<li class="tag-{n} tag-list0" itemprop="keywords"><a href="/component/tags/tag/{slugify(tag)}" class="label label-info">{e(tag)}</a></li>'
        for n, tag in enumerate(story.tags)
    )
    crumb = '<li itemprop="itemListElement" itemscope itemtype="https://schema.org/ListItem"><a itemprop="item" href="{}" class="pathway"><span itemprop="name">{}</span></a><span class="divider"><img src="/media/system/images/arrow.png" alt="" /></span></li>'
    newer, older = neighbours(story, 1, 1)[0], neighbours(story, 5, 1)[0]
    return f"""<!DOCTYPE html>
<html lang="vi-vn" dir="ltr"><head><meta charset="utf-8" /><meta name="keywords" content="joomla, Joomla" /><meta name="author" content="Ban Biên tập" />
<meta name="generator" content="Joomla! - Open Source Content Management" /><title>{e(story.title)}</title></head>
<body class="site com_content view-article"><div class="body" id="top"><div class="container">
<header class="header" role="banner"><a class="brand pull-left" href="/"><span class="site-title">Công an tỉnh Hòa Hạ</span></a><div class="header-search">{weekday(today(story))}, {today(story):%d/%m/%Y %H:%M}</div></header>
<div class="row-fluid"><main id="content" role="main" class="span9"><div class="item-page" itemscope itemtype="https://schema.org/Article">
<meta itemprop="inLanguage" content="vi-VN" /><div class="page-header"><h1> {e(story.section)} </h1></div>
<div class="page-header"><h2 itemprop="headline">
			{e(story.title)}		</h2></div>
<div class="icons"><ul class="dropdown-menu"><li class="print-icon"> <a href="/bai?tmpl=component&amp;print=1" rel="nofollow"><span class="icon-print" aria-hidden="true"></span> In </a> </li></ul></div>
<dl class="article-info muted"><dt class="article-info-term">Chi tiết</dt>
<dd class="createdby" itemprop="author" itemscope itemtype="https://schema.org/Person">Tác giả: <span itemprop="name">Ban Biên tập</span></dd>
<dd class="category-name">Chuyên mục: <a href="/chuyen-muc.html" itemprop="genre">{e(story.section)}</a></dd>
<dd class="published"><span class="icon-calendar" aria-hidden="true"></span><time datetime="{when.isoformat()}" itemprop="datePublished">
					Ngày đăng: {weekday(when)}, {when:%d/%m/%Y %H:%M}				</time></dd>{changed}
<dd class="hits"><span class="icon-eye-open"></span><meta itemprop="interactionCount" content="UserPageVisits:45" /> Lượt xem: 45</dd></dl>
<ul class="tags inline">{tags}</ul>{image}
<div itemprop="articleBody">{maybe("<p><strong>{}</strong></p> ", story.lead)}{body}
{maybe('<p style="text-align: right;"><strong>{}</strong></p>', story.byline)}{maybe('<p style="text-align: right;"><em>Theo {}</em></p>', story.source)}</div>
<ul class="pager pagenav"><li class="previous"><a title="{e(newer[0])}" href="/{newer[1]}.html" rel="prev"><span aria-hidden="true">Trước</span></a></li>
<li class="next"><a title="{e(older[0])}" href="/{older[1]}.html" rel="next"><span aria-hidden="true">Tiếp</span></a></li></ul></div>
<div aria-label="Breadcrumbs" role="navigation"><ul itemscope itemtype="https://schema.org/BreadcrumbList" class="breadcrumb"><li>Bạn đang ở: &#160;</li>
{crumb.format("/", "Trang chủ")}{crumb.format("/chuyen-muc.html", e(story.section))}<li class="active"><span itemprop="name">{e(story.title)}</span></li></ul></div></main>
<div id="aside" class="span3"><div class="well _menu"><h3 class="page-header">Danh mục</h3><ul class="nav menu mod-list">{menu()}</ul></div>
<div class="well"><h3 class="page-header">Bài mới nhất</h3><ul class="latestnews mod-list">{related(story, '<li><a href="/{id}-{slug}.html"><span>{title}</span></a></li>')}</ul></div></div></div></div></div>
<footer class="footer" role="contentinfo"><p>&copy; {today(story).year} Công an tỉnh Hòa Hạ</p></footer></body></html>"""


def drupal(story: Story) -> str:
    """Drupal 9: the poster's account beside the date, summary and picture in fields."""

    def photo(one: Photo) -> str:
        text = caption(one, " (Ảnh: {})")
        image = f'<img alt="" data-entity-type="file" src="/sites/default/files/{one.name}" width="800" height="500" loading="lazy" />'
        if not text:
            return f'<p class="text-align-center">{image}</p>'
        return f'<figure role="group" class="caption caption-img align-center">{image}<figcaption>{text}</figcaption></figure>'

    first, parts = opening(story, captioned=False)
    image = ""
    if first:
        image = f'<div class="field field--name-field-image field--type-image field--label-hidden field__item"><img loading="lazy" src="/sites/default/files/{first.name}" width="480" height="320" alt="" typeof="foaf:Image" class="image-style-large" /></div>'
    when = story.published
    tags = "".join(
        f'<li><a href="/the/{slugify(tag)}" hreflang="vi">{e(tag)}</a></li>' for tag in story.tags
    )
    rows = "".join(
        f'<div class="views-row"><div class="views-field-title"><a href="/{slug}">{e(title)}</a></div><div class="views-field-created">{SHORT[at.weekday()]}, {at:%d/%m/%Y - %H:%M}</div></div>'
        for title, slug, at in neighbours(story, 0, 5)
    )
    return f"""<!DOCTYPE html><html lang="vi" dir="ltr"><head><meta charset="utf-8" /><meta name="Generator" content="Drupal 9 (https://www.drupal.org)" /><title>{e(story.title)} | Công an huyện Kỳ Hạ</title></head>
<body class="layout-one-sidebar path-node page-node-type-article"><a href="#main-content" class="visually-hidden focusable skip-link">Nhảy đến nội dung</a>
<header role="banner"><div class="region region-header"><div id="block-dongho">{weekday(today(story))}, {today(story):%d/%m/%Y - %H:%M}</div><nav role="navigation" id="block-main-menu"><ul class="menu"><li><a href="/">Trang chủ</a></li>{menu()}</ul></nav></div></header>
<div class="region region-breadcrumb"><nav class="breadcrumb" role="navigation" aria-labelledby="system-breadcrumb"><h2 id="system-breadcrumb" class="visually-hidden">Breadcrumb</h2><ol><li><a href="/">Trang chủ</a></li><li><a href="/chuyen-muc">{e(story.section)}</a></li></ol></nav></div>
<main role="main"><a id="main-content" tabindex="-1"></a><div class="region region-content"><div id="block-page-title" class="block block-core block-page-title-block"><h1 class="title page-title"><span class="field field--name-title field--type-string field--label-hidden">{e(story.title)}</span></h1></div>
<article role="article" class="node node--type-article node--view-mode-full"><footer class="node__meta"><div class="node__submitted">Được gửi bởi <span class="field field--name-uid"><span lang="" typeof="schema:Person" property="schema:name" datatype="">bientap2</span></span> vào <span class="field field--name-created">{SHORT[when.weekday()]}, {when:%d/%m/%Y - %H:%M}</span></div></footer>
<div class="node__content clearfix">{maybe('<div class="field field--name-field-tom-tat field--type-string-long field__item">{}</div>', story.lead)}{image}
<div class="clearfix text-formatted field field--name-body field--type-text-with-summary field--label-hidden field__item">{flow(parts, photo, editor=story.editor, heading="<h3>{}</h3>")}
{maybe('<p class="text-align-right"><strong>Bài, ảnh: {}</strong></p>', story.byline)}</div>
{f'<div class="field field--name-field-tags field--label-above clearfix"><h3 class="field__label">Thẻ</h3><ul class="links field__items">{tags}</ul></div>' if tags else ""}
<ul class="links inline"><li class="statistics-counter">1422 lượt xem</li></ul></div></article></div></main>
<aside class="region region-sidebar-second"><div class="block block-views"><h2>Bài mới</h2>{rows}</div></aside>
<footer class="region region-footer">{imprint("Công an huyện Kỳ Hạ")}</footer></body></html>"""


def typeset(text: str) -> str:
    """WordPress's texturizer: curled quotes, en dashes."""
    curled = re.sub(r'(^|[\s(\[])"', "\\1\u201c", text).replace('"', "\u201d")
    return curled.replace(" - ", " \u2013 ")


def _typeset_html(text: str) -> str:
    """The text as WordPress prints it: marks as numeric references."""
    return re.sub("[\u201c\u201d\u2013]", lambda mark: f"&#{ord(mark[0])};", e(typeset(text)))


def _figure(photo: Photo, base: str) -> str:
    text = _typeset_html(caption(photo))
    below = text and f'<figcaption class="wp-element-caption">{text}</figcaption>'
    return (
        '<figure class="wp-block-image aligncenter size-large"><img loading="lazy" decoding="async" width="1024" '
        f'height="683" src="{base}/wp-content/uploads/{photo.name}" alt="" class="wp-image-20" />{below}</figure>'
    )


def _wordpress_end(story: Story) -> str:
    byline = maybe('<p style="text-align: right;"><strong>{}</strong></p>', story.byline)
    source = maybe('<p style="text-align: right;"><em>Nguồn: {}</em></p>', story.source)
    return _typeset_html_in(byline) + _typeset_html_in(source)


def _typeset_html_in(html: str) -> str:
    """Texturizes only dashes: signatures hold no quotes, and attributes do."""
    return html.replace(" - ", " &#8211; ")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def tagdiv(story: Story) -> str:
    """WordPress, tagDiv Newspaper and an SEO plug-in: printed day, machine times in UTC."""
    base, when = "https://congan.vanha.example", story.published
    graph: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": story.title,
        "datePublished": _utc(when),
        "author": {"@type": "Person", "name": "quantri"},
        "articleSection": [story.section],
    }
    meta = f'<meta property="article:published_time" content="{_utc(when)}" />'
    if story.modified:
        graph["dateModified"] = _utc(story.modified)
        meta += f'<meta property="article:modified_time" content="{_utc(story.modified)}" />'
    data = json.dumps({"@context": "https://schema.org", "@graph": [graph]}, ensure_ascii=False)
    photos = story.photos
    featured = ""
    if photos and story.parts[0] == photos[0]:
        featured = f'<div class="td-post-featured-image"><a href="{base}/wp-content/uploads/{photos[0].name}" data-caption=""><img width="480" height="320" class="entry-thumb td-modal-image" src="{base}/wp-content/uploads/{photos[0].name}" alt="" title="" /></a></div>'
    body = flow(
        story.parts, lambda one: _figure(one, base), editor=story.editor, set_text=_typeset_html
    )
    lead = f"<p><strong>{_typeset_html(story.lead)}</strong></p>" if story.lead else ""
    tags = "".join(f'<li><a href="{base}/tag/{slugify(tag)}/">{e(tag)}</a></li>' for tag in story.tags)  # fmt: skip
    item = '<div class="td_module_related_posts"><div class="item-details"><h3 class="entry-title td-module-title"><a href="/{slug}/" rel="bookmark">{title}</a></h3><span class="td-post-date"><time class="entry-date">{date}</time></span></div></div>'
    crumbs = f'<span><a class="entry-crumb" href="{base}/">Trang chủ</a></span> <i class="td-icon-right td-bread-sep"></i> <span><a class="entry-crumb" href="{base}/category/x/">{e(story.section)}</a></span>'
    now, title = today(story), _typeset_html(story.title)
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="UTF-8" /><title>{title} - Công an tỉnh Vân Hạ</title><meta name="author" content="quantri" /><meta property="og:site_name" content="Công an tỉnh Vân Hạ" />
{meta}<script type="application/ld+json" class="seo-graph">{data}</script></head><body class="wp-embed-responsive single single-post td-full-layout">
<div id="td-outer-wrap" class="td-theme-wrap"><div class="td-header-wrap"><div class="td-header-sp-top-menu"><div class="td_data_time"><div>{weekday(now)}, {now.day} Tháng {now.month}, {now.year}</div></div></div>
<div id="td-header-menu" role="navigation"><ul id="menu-menu-chinh" class="sf-menu"><li class="menu-item"><a href="{base}/">Trang chủ</a></li>{menu(href=base + "/category/{}/")}</ul></div></div>
<div class="td-main-content-wrap td-container-wrap"><div class="td-container"><div class="td-crumb-container"><div class="entry-crumbs">{crumbs}</div></div>
<div class="td-pb-row"><div class="td-pb-span8 td-main-content" role="main"><div class="td-ss-main-content"><article id="post-19" class="post-19 post type-post hentry" itemscope itemtype="https://schema.org/Article">
<div class="td-post-header"><ul class="td-category"><li class="entry-category"><a href="{base}/category/x/">{e(story.section)}</a></li></ul><header class="td-post-title"><h1 class="entry-title">{title}</h1>
<div class="td-module-meta-info"><div class="td-post-author-name"><div class="td-author-by">Bởi</div> <a href="{base}/author/quantri/">quantri</a><div class="td-author-line"> - </div></div>
<span class="td-post-date"><time class="entry-date updated td-module-date" datetime="{when.isoformat()}">{when:%d/%m/%Y}</time></span><div class="td-post-views"><i class="td-icon-views"></i><span class="td-nr-views-19">275</span></div></div></header></div>
<div class="td-post-sharing-top"><span class="td-social-but-text">Chia sẻ</span> <a class="td-social-sharing-button" href="#">Facebook</a></div>
<div class="td-post-content tagdiv-type">{featured}{lead}
{body}
{_wordpress_end(story)}</div>
<footer><div class="td-post-source-tags">{f'<ul class="td-tags td-post-small-box clearfix"><li><span>TAGS</span></li>{tags}</ul>' if tags else ""}</div><div class="author-box-wrap"><a href="{base}/author/quantri/">quantri</a></div></footer></article>
<div class="td_block_wrap td_block_related_posts"><h4 class="td-related-title">BÀI VIẾT LIÊN QUAN</h4><div class="td_block_inner">{related(story, item, count=3)}</div></div></div></div>
<div class="td-pb-span4 td-main-sidebar" role="complementary"><aside class="widget widget_recent_entries"><h4 class="block-title">Bài viết mới</h4><ul>{related(story, '<li><a href="/{slug}/">{title}</a> <span class="post-date">{date}</span></li>', start=3)}</ul></aside></div></div></div></div>
<div class="td-footer-wrapper">{imprint("Công an tỉnh Vân Hạ")}</div></div></body></html>"""


def gutenberg(story: Story) -> str:
    """WordPress with its own theme of 2021: date, account, section and tags below the article."""
    base, when = "https://congan.bachha.example", story.published
    body = flow(
        story.parts, lambda one: _figure(one, base), editor=story.editor, set_text=_typeset_html
    )
    lead = f"<p><strong>{_typeset_html(story.lead)}</strong></p>" if story.lead else ""
    tags = ", ".join(f'<a href="{base}/tag/{slugify(tag)}" rel="tag">{e(tag)}</a>' for tag in story.tags)  # fmt: skip
    months = "".join(f"<li><a href='{base}/{at:%Y/%m}'>Tháng {at.month} {at.year}</a></li>" for at in (when - timedelta(days=31 * n) for n in range(6)))  # fmt: skip
    latest = related(
        story, '<li><a class="wp-block-latest-posts__post-title" href="/{slug}.html">{title}</a></li>'
    )  # fmt: skip
    title = _typeset_html(story.title)
    return f"""<!doctype html>
<html lang="vi"><head><meta charset="UTF-8" /><title>{title} &#8211; Công an tỉnh Bạch Hạ</title></head>
<body class="post-template-default single single-post postid-19 wp-embed-responsive"><a class="skip-link screen-reader-text" href="#content">Chuyển đến phần nội dung</a>
<header id="masthead" class="site-header has-title-and-tagline"><div class="site-branding"><p class="site-title"><a href="{base}/">Công an tỉnh Bạch Hạ</a></p><p class="site-description">Trang thông tin điện tử</p></div>
<nav id="site-navigation"><ul id="primary-menu-list" class="menu-wrapper">{menu(href=base + "/category/{}")}</ul></nav></header>
<div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">
<article id="post-19" class="post-19 post type-post status-publish hentry entry"><header class="entry-header alignwide"><h1 class="entry-title">{title}</h1></header>
<div class="entry-content">
{lead}
{body}
{_wordpress_end(story)}
</div><footer class="entry-footer default-max-width"><div class="posted-by"><span class="posted-on">Đăng ngày <time class="entry-date published updated" datetime="{when.isoformat()}">{weekday(when)}, {when:%d/%m/%Y}</time></span><span class="byline">Tác giả: <a href="{base}/author/quantri" rel="author">Ban Biên tập</a></span></div>
<div class="post-taxonomies"><span class="cat-links">Chuyên mục: <a href="{base}/category/x" rel="category tag">{e(story.section)}</a> </span>{f'<span class="tags-links">Thẻ: {tags}</span>' if tags else ""}</div></footer></article>
<nav class="navigation post-navigation" aria-label="Bài viết"><h2 class="screen-reader-text">Điều hướng bài viết</h2><div class="nav-links"><div class="nav-previous"><a href="{base}/truoc.html" rel="prev"><p class="meta-nav">Bài trước</p><p class="post-title">{e(neighbours(story, 5, 1)[0][0])}</p></a></div></div></nav></main></div></div>
<aside class="widget-area"><section class="widget widget_block"><h2>Bài viết mới</h2><ul class="wp-block-latest-posts__list">{latest}</ul></section><section class="widget widget_block"><h2>Lưu trữ</h2><ul class="wp-block-archives-list">{months}</ul></section></aside>
<footer id="colophon" class="site-footer"><div class="site-name"><a href="{base}/">Công an tỉnh Bạch Hạ</a></div><div class="powered-by">Proudly powered by <a href="https://wordpress.org/">WordPress</a>.</div></footer></body></html>"""
