"""Lai Châu: NukeViet by the shape of its addresses.

Known from addresses of this host quoted in public pages: articles, the same ones under
'/index.php/', media under /uploads/news/<yyyy_mm>/. Not known: the theme; a fetch log of 2026
switches certificate checks off, so that the certificate chain may be incomplete.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="laichau",
    name="Công an tỉnh Lai Châu",
    province="Lai Châu",
    province_2025="Lai Châu",
    hosts=("congan.laichau.gov.vn",),
    evidence="read",
    article=r"(?:/index\.php)?/[a-z0-9-]+/[a-z0-9-]+-\d+\.html",
    skip=(r"^(?:/index\.php)?/(?:savefile|print|sendmail)/",),
    family="nukeviet",
)
