"""Families of systems: told by what a page is made of, abstained from where nothing is sure."""

from __future__ import annotations

import gzip
from pathlib import Path

import lxml.html
import pytest
from portals import FAMILIES, Portal
from templates import BY_NAME, TEMPLATES
from test_templates import EXAMPLES

from newsarchive.reader.platforms import recognise
from newsarchive.sites._platforms import NAMES, PLATFORMS
from newsarchive.sites._rules import FAMILIES as ALLOWED

OF_TEMPLATE = {
    "mojoportal": "mojoportal", "mojoportal-newer": "mojoportal", "nukeviet": "nukeviet",
    "sharepoint": "sharepoint", "liferay": "liferay", "dnn": "dnn", "vnpt": "vnptportal",
    "joomla": "joomla", "tagdiv": "wordpress", "gutenberg": "wordpress", "drupal": "drupal",
    "jsp": "thaibinh-jsp", "vhv": "vhv", "3cms": "3cms", "tables": None, "newspaper": None,
    "old-host": None,
}  # fmt: skip
STORY = next(iter(EXAMPLES.values()))


def family(html: str | bytes) -> str | None:
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else html
    found = recognise(lxml.html.document_fromstring(text.strip().encode()))
    return found.platform.name if found.platform is not None else None


def test_every_family_is_one_that_a_site_may_have() -> None:
    assert NAMES == ALLOWED
    assert set(FAMILIES) == set(NAMES)
    assert set(OF_TEMPLATE) == {template.name for template in TEMPLATES}
    for platform in PLATFORMS:
        assert platform.basis
        assert sum(map(len, (platform.classes, platform.ids, platform.paths, platform.code))) >= 4


@pytest.mark.parametrize("name", OF_TEMPLATE)
def test_a_page_of_an_article(name: str) -> None:
    assert family(BY_NAME[name].render(STORY)) == OF_TEMPLATE[name]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_page_of_a_list(name: str) -> None:
    portal = Portal(name, "query", articles=30)
    for target in ("/", f"/{portal.sections[0]}"):
        answer = portal.respond("GET", target, {"host": "congan.vidu.example"})
        assert family(answer.body) == name


@pytest.mark.parametrize("name", ["nukeviet", "joomla", "drupal", "newspaper"])
def test_a_generator_tag_tells_nothing(name: str) -> None:
    html = BY_NAME[name].render(STORY)
    false = '<meta name="generator" content="WordPress 6.5" />'
    assert family(html.replace("</head>", f"{false}</head>")) == OF_TEMPLATE[name]


def test_one_mark_and_a_tie_are_not_enough() -> None:
    one = "<html><body><script src='/wp-includes/x.js'></script><p>Tin</p></body></html>"
    assert family(one) is None
    tie = one.replace("<p>", "<p class='entry-title'>").replace(
        "</body>", "<i id='node-5'></i><img src='/sites/default/files/a.jpg'></body>"
    )
    assert family(tie) is None


def test_pages_that_systems_rendered(shared: Path) -> None:
    tried = 0
    for page in sorted((shared / "pages" / "cms").rglob("*.html.gz")):
        assert family(gzip.decompress(page.read_bytes())) == page.parent.name, page.name
        tried += 1
    assert tried >= 45


def test_newspapers_have_systems_of_their_own(shared: Path) -> None:
    for page in sorted((shared / "pages" / "news").glob("*.html.gz")):
        wanted = "liferay" if "liferay" in page.name else None
        assert family(gzip.decompress(page.read_bytes())) == wanted, page.name
