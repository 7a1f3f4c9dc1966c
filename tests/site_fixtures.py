"""The driver of tests/pages/sites: each folder is a site's list and articles, as fetched, with gold."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from gold import compare, load, report

from newsarchive import parse
from newsarchive.reader import page_tree
from newsarchive.reader.listing import read_listing
from newsarchive.sites import get

FOLDER = Path(__file__).parent / "pages" / "sites"


def check(folder: Path) -> int:
    """Hold the site named as the folder to its pages; how many there were."""
    site = get(folder.name)
    pages = sorted(folder.glob("*.html.gz"))
    for page in pages:
        content, gold = load(page)
        if not page.name.startswith("list"):
            differences = compare(parse(content, gold["url"]).to_json(), gold)
            assert not differences, report(differences)
            continue
        listing = read_listing(page_tree(content), gold["url"], site=site)
        assert list(listing.articles) == gold["articles"], page
        assert listing.next == gold["next"], page
        for url in gold["articles"] if site.article else ():
            parts = urlsplit(url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            assert re.fullmatch(site.article or "", target), url
    return len(pages)
