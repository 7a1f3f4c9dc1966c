"""How each family writes addresses and lists: re-created from its public templates.

The articles' pages come from the templates of `tests/templates`; lists stand here, one item and one
frame a family. All stories are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

Address = Callable[[str, str, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One system. template: its articles in tests/templates, by name.

    address: path of an article from its section, slug and number. item: one of a list, with {href},
    {title}, {date}, {lead}. frame: the page of a list, with {name}, {menu}, {items}, {pager}. pager:
    class names of the element that holds its page numbers. shell: what else each of its pages has
    in its head.
    """

    name: str
    template: str
    address: Address
    item: str
    frame: str
    pager: str = "pagination"
    shell: str = ""


def _frame(main: str, side: str = "sidebar", menu: str = "main-menu") -> str:
    """A page of a list: a menu, the list in `main` ('div.list'), a column of most-read stories."""
    tag, _, name = main.partition(".")
    return (
        "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>{name}</title>{shell}{head}</head>"
        f"<body><div class='header'><a href='/'><img src='/logo.png' alt=''></a></div>"
        f"<div class='{menu}'><ul><li><a href='/'>Trang chủ</a></li>{{menu}}"
        "<li><a href='/lien-he'>Liên hệ</a></li></ul></div>{open}"
        f"<div class='wrap'><{tag} class='{name.replace('.', ' ')}'>{{items}}</{tag}>{{pager}}</div>"
        f"{{close}}<div class='{side}'><h3>Đọc nhiều nhất</h3>{{aside}}</div>"
        "<div class='footer'>Giấy phép số 12/GP-TTĐT cấp ngày 14/02/2019</div></body></html>"
    )


_H3 = "<div class='item'><h3><a href='{href}'>{title}</a></h3><span class='date'>{date}</span><p>{lead}</p></div>"  # fmt: skip

FAMILIES = {
    family.name: family
    for family in (
        Family(
            name="mojoportal", shell="<link rel='stylesheet' href='/Data/Sites/1/skins/police/style.css'>", template="mojoportal", address=lambda s, t, n: f"/{t}",
            item="<div class='article-thongbao'><div class='info-article'><h3 class='article-title'>"
            "<a href='{href}'>{title}</a></h3><div class='article-date'><ul class='detail-muted'><li>"
            "{date}</li><li>Đã xem: 12</li></ul></div><div>{lead}</div></div></div>",
            frame=_frame("div.modulecontent", "rightside", "topmenu"), pager="blogpager",
        ),
        Family(
            name="nukeviet", shell="<link rel='stylesheet' href='/themes/default/css/style.css'><script src='/assets/js/global.js'></script>", template="nukeviet", address=lambda s, t, n: f"/{s}/{t}-{n}.html",
            item="<div class='panel panel-default'><div class='panel-body'><h3><a href='{href}'>{title}"
            "</a></h3><ul class='list-inline text-muted'><li>{date}</li></ul>{lead}</div></div>",
            frame=_frame("div.news_column", "col-md-6", "navbar-collapse"),
        ),
        Family(
            name="sharepoint", shell="<link rel='stylesheet' href='/_layouts/15/1066/styles/corev15.css'><script src='/_layouts/15/init.js'></script>", template="sharepoint",
            address=lambda s, t, n: f"/pages/view_detail.aspx?itemid={n}",
            item="<tr><td class='ms-vb'><a class='title' href='{href}'>{title}</a> <span>({date})</span>"
            "<div>{lead}</div></td></tr>",
            frame=_frame("table.ms-listviewtable", "ms-rightcol", "ms-topnav menu"), pager="paging",
        ),
        Family(
            name="liferay", shell="<script src='/html/js/liferay/portlet.js'></script>", template="liferay", address=lambda s, t, n: f"/-/{t}",
            item="<div class='asset-abstract'><h4 class='asset-title'><a href='{href}'>{title}</a></h4>"
            "<div class='asset-date'>{date}</div><div class='asset-summary'>{lead}</div></div>",
            frame=_frame("div.portlet-body", "col-right"), pager="taglib-page-iterator pagination",
        ),
        Family(
            name="dnn", shell="<link rel='stylesheet' href='/Portals/_default/skins/police/skin.css'><script src='/DesktopModules/cmsview/js/view.js'></script>", template="dnn", address=lambda s, t, n: f"/{s}/{t}-{n}",
            item=_H3, frame=_frame("div.news-list", "RightPane sidebar"),
        ),
        Family(
            name="vnptportal", shell="<link rel='icon' href='/upload/105000/20220603/icon.png'>", template="vnpt", address=lambda s, t, n: f"/{s}/{t}-{n}",
            item="<div class='Item'><h2 class='Title'><a href='{href}'>{title}</a></h2><p class='Date'>"
            "{date}</p><p class='Summary'>{lead}</p></div>",
            frame=_frame("div.ArticleInCategory", "RightPane Sidebar", "MainMenu"), pager="Pager",
        ),
        Family(
            name="vhv", shell="<link rel='icon' href='/upload/70001/fck/files/icon.png'><script src='/3rdparty/vhv/vhv.js'></script>", template="vhv", address=lambda s, t, n: f"/{s}/{t}.html",
            item="<div class='item'><div class='title'><a href='{href}'>{title}</a></div>"
            "<span class='time'>{date}</span><div class='desc'>{lead}</div></div>",
            frame=_frame("div.list-news", "col-right"), pager="pager",
        ),
        Family(
            name="wordpress", shell="<link rel='stylesheet' href='/wp-content/themes/Newspaper/style.css'>", template="tagdiv", address=lambda s, t, n: f"/{t}/",
            item="<div class='td-module-container'><h3 class='entry-title td-module-title'><a href='{href}'>"
            "{title}</a></h3><time class='entry-date'>{date}</time><div class='td-excerpt'>{lead}</div></div>",
            frame=_frame("div.td-ss-main-content", "td-ss-main-sidebar sidebar", "td-header-menu menu"),
            pager="page-nav td-pb-padding-side",
        ),
        Family(
            name="joomla", shell="<script src='/media/system/js/core.js'></script><link rel='stylesheet' href='/templates/police/css/template.css'>", template="joomla", address=lambda s, t, n: f"/{s}/{n}-{t}.html",
            item="<div class='item'><h2 class='item-title'><a href='{href}'>{title}</a></h2>"
            "<dl class='article-info'><dd class='published'>{date}</dd></dl><p>{lead}</p></div>",
            frame=_frame("div.blog"),
        ),
        Family(
            name="drupal", shell="<link rel='stylesheet' href='/core/misc/normalize.css'>", template="drupal", address=lambda s, t, n: f"/{t}",
            item="<div class='views-row'><article class='node'><h2><a href='{href}'>{title}</a></h2>"
            "<span class='submitted'>{date}</span><div class='field-body'>{lead}</div></article></div>",
            frame=_frame("div.view-content", "region-sidebar-second sidebar"), pager="pager",
        ),
        Family(
            name="thaibinh-jsp", shell="<link rel='stylesheet' href='/UserFiles/style.css'>", template="jsp", address=lambda s, t, n: f"/{s}/{n}/{t}",
            item="<div class='TinCT'><p class='title'><a href='{href}' title='cssbody=[x] header=[y]'>{title}"
            "</a></p><span class='NgayCapNhat'>({date})</span><div>{lead}</div></div>",
            frame=_frame("div.Tin_Trong_DM"), pager="phantrang_repeater",
        ),
        Family(
            name="3cms", shell="<script src='/3cms/js/main.js'></script>", template="3cms", address=lambda s, t, n: f"/{t}-{n}.htm",
            item="<div class='catalogue-item'><a class='article_title' href='{href}'>{title}</a> "
            "<span class='article_date'>{date}</span><div class='article_summary'>{lead}</div></div>",
            frame=_frame("div.catalogue"), pager="paging",
        ),
        Family(
            name="cand", shell="<script>var page = document.querySelector('.box-widget-loaded');</script>", template="newspaper", address=lambda s, t, n: f"/{s.title()}/{t}-i{n}/",
            item="<article class='entry'><h3 class='entry-title'><a href='{href}'>{title}</a></h3>"
            "<div class='box-date'>{date}</div><div class='entry-summary'>{lead}</div></article>",
            frame=_frame("div.box-widget-loaded", "uk-width-1-3 sidebar", "uk-navbar menu"),
            pager="btn-next-page pagination",
        ),
    )
}  # fmt: skip


def item(family: Family, href: str, title: str, date: str, lead: str) -> str:
    """One story of a list."""
    return family.item.format(
        href=escape(href, quote=True), title=escape(title), date=date, lead=escape(lead)
    )
