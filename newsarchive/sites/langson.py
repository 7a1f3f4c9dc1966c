"""Lạng Sơn: an ASP.NET portal with the article's number twice in its address.

Known: one article address, '/<id>/<section>/<section's id>/<slug>/<id>.aspx'. Not known: markup,
how lists page.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="langson",
    name="Công an tỉnh Lạng Sơn",
    province="Lạng Sơn",
    province_2025="Lạng Sơn",
    hosts=("congan.langson.gov.vn",),
    evidence="read",
    article=r"/(?P<id>\d+)/[a-z0-9-]+/\d+/[a-z0-9-]+/(?P=id)\.aspx",
)
