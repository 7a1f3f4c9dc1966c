"""Thanh Hóa: VHV CMS.

Known from a public scraper: hosts old and new, CMS, shape of the addresses, and the selectors it
tries one after another for title and body. Its selectors for the date ('.date', '.time') fit
lists as well and are left to the generic reader. Lists hold 12 articles and page by script with
no change of address, so that only a list's first page can be walked. Not known: which of the
selectors fit today.
"""

from newsarchive.sites import Layout, Site

SITE = Site(
    slug="thanhhoa",
    name="Công an tỉnh Thanh Hóa",
    province="Thanh Hóa",
    province_2025="Thanh Hóa",
    hosts=("conganthanhhoa.gov.vn", "conganthanhhoa.vn"),
    evidence="read",
    article=r"(?:/[a-z0-9-]+){1,4}/[a-z0-9-]+\.html",
    family="vhv",
    layouts=(
        Layout(
            name="vhv",
            detect=".detail-content, .content-detail, #content-detail",
            title="h1.title, .title-detail, .article-detail-title",
            body=".detail-content, .content-detail, #content-detail",
        ),
    ),
    note="Lists page by script: a crawl sees the first page of each section.",
)
