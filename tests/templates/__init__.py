"""One article in the markup of many systems, re-created from their public templates."""

from __future__ import annotations

from templates import opensource, police, vendors
from templates.story import OPTIONAL, Heading, Items, Part, Photo, Story, Template

__all__ = ["BY_NAME", "TEMPLATES", "Heading", "Items", "Part", "Photo", "Story", "Template"]

_DATED = frozenset(("section", "lead", "byline", "source"))

TEMPLATES = (
    Template(
        name="mojoportal",
        url="https://congan.songha.example/{slug}",
        media="/Data/Sites/1/media/",
        render=police.mojoportal,
        carries=_DATED,
    ),
    Template(
        name="mojoportal-newer",
        url="https://congan.kieuha.example/{slug}",
        media="/Data/Sites/1/News/",
        render=police.mojoportal_newer,
        carries=frozenset(("section", "lead", "byline", "tags")),
    ),
    Template(
        name="nukeviet",
        url="https://congan.tanha.example/an-ninh/{slug}-11.html",
        media="/uploads/news/",
        render=opensource.nukeviet,
        carries=OPTIONAL,
    ),
    Template(
        name="sharepoint",
        url="http://catp.vinhha.example/pages/view_detail.aspx?itemid=377",
        media="/PublishingImages/",
        render=vendors.sharepoint,
        carries=frozenset(("lead", "byline")),
        minutes=False,
    ),
    Template(
        name="liferay",
        url="https://cabachha.example/-/{slug}",
        media="/documents/20121/0/",
        render=vendors.liferay,
        carries=_DATED,
    ),
    Template(
        name="dnn",
        url="https://congan.thachha.example/muc/{slug}",
        media="/Portals/0/Images/",
        render=vendors.dnn,
        carries=frozenset(("section", "lead", "byline", "tags")),
    ),
    Template(
        name="vnpt",
        url="https://congan.muha.example/muc/{slug}-1482",
        media="/Uploads/",
        render=vendors.vnpt,
        carries=_DATED,
    ),
    Template(
        name="joomla",
        url="https://congan.hoaha.example/muc/4-{slug}.html",
        media="/images/tin-tuc/",
        render=opensource.joomla,
        carries=OPTIONAL,
    ),
    Template(
        name="tagdiv",
        url="https://congan.vanha.example/{slug}/",
        media="/wp-content/uploads/",
        render=opensource.tagdiv,
        carries=OPTIONAL,
        typeset=opensource.typeset,
    ),
    Template(
        name="gutenberg",
        url="https://congan.bachha.example/{slug}-19.html",
        media="/wp-content/uploads/",
        render=opensource.gutenberg,
        carries=_DATED | {"tags"},
        typeset=opensource.typeset,
    ),
    Template(
        name="drupal",
        url="https://congan.kyha.example/{slug}",
        media="/sites/default/files/",
        render=opensource.drupal,
        carries=frozenset(("section", "lead", "byline", "tags")),
    ),
    Template(
        name="jsp",
        url="http://congan.donghung.example/tin.do?id=733",
        media="/UserFiles/Image/",
        render=police.jsp,
        carries=frozenset(("section", "lead", "byline")),
        minutes=False,
    ),
    Template(
        name="vhv",
        url="https://congan.namha.example/muc/{slug}.html",
        media="/upload/70001/fck/",
        render=vendors.vhv,
        carries=_DATED | {"tags"},
    ),
    Template(
        name="3cms",
        url="http://portal.example/{slug}-8812.htm",
        media="/documents/",
        render=police.threecms,
        carries=frozenset(("lead", "byline", "source")),
    ),
    Template(
        name="tables",
        url="http://ca.yenha.example/chitiet.asp?id=320",
        media="anh/",
        render=vendors.tables,
        carries=frozenset(("lead", "byline", "source")),
    ),
    Template(
        name="newspaper",
        url="https://baosom.example/{slug}-4512.html",
        media="https://i1.baosom.example/2022/",
        query="?w=680&h=0&q=100",
        render=vendors.newspaper,
        carries=frozenset(("section", "lead", "byline", "modified", "tags")),
    ),
    Template(
        name="old-host",
        url="http://congannamlam.example/chuyen-muc/202208/{slug}-1039887/",
        media="/dataimages/",
        render=police.old_host,
        carries=frozenset(("section", "lead", "byline")),
    ),
)
BY_NAME = {template.name: template for template in TEMPLATES}
