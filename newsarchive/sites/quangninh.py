"""Quảng Ninh: sections with a slash at the end, and a page of feeds.

Known from a public scraper: section addresses, '/<slug>/' and '/<slug>/<slug>/', items in
<article> with <time>, feeds under '/rss/'. Much of it is as in WordPress, which nothing proves.
Not known: article addresses. congan.quangninh.gov.vn stands in one public list.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="quangninh",
    name="Công an tỉnh Quảng Ninh",
    province="Quảng Ninh",
    province_2025="Quảng Ninh",
    hosts=("conganquangninh.gov.vn", "congan.quangninh.gov.vn"),
    evidence="read",
)
