"""Thái Nguyên: NukeViet or its like, inferred from the shape of one article's address.

Known: host and that address ('/tin-tuc/<section>/<slug>-<id>.html'), quoted in a public page. Not
known: the CMS for certain, so no family is named; markup, other branches than /tin-tuc/.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="thainguyen",
    name="Công an tỉnh Thái Nguyên",
    province="Thái Nguyên",
    province_2025="Thái Nguyên",
    hosts=("congan.thainguyen.gov.vn",),
    evidence="read",
    article=r"(?:/index\.php)?/tin-tuc/[a-z0-9-]+/[a-z0-9-]+-\d+\.html",
    skip=(r"^(?:/index\.php)?(?:/tin-tuc)?/(?:savefile|print|sendmail)/",),
)
