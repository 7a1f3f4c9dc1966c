"""Quảng Trị: WordPress with the 'Newspaper' theme of tagDiv.

Known from public scrapers: host, theme, its classes in lists ('h3.entry-title a') and articles
('.td-post-content'), sections under /category/. Not known: the shape of an article's address;
one scraper needed a browser, and all switch certificate checks off.
"""

from newsarchive.sites import Layout, Site

SITE = Site(
    slug="quangtri",
    name="Công an tỉnh Quảng Trị",
    province="Quảng Trị",
    province_2025="Quảng Trị",
    hosts=("congan.quangtri.gov.vn",),
    evidence="read",
    skip=(r"^/wp-(?:admin|json|login)", r"/feed/?$"),
    family="wordpress",
    layouts=(Layout(name="tagdiv", detect=".td-post-content", body=".td-post-content"),),
    note="May refuse a plain client: a scraper needed a browser.",
)
