"""Hưng Yên: article addresses with a number behind '-c'.

Known: two article addresses, '/<slug>-c<id>.html'; slugs can lose letters ('luao' for 'lừa đảo'),
so none can be made from a title. Not known: the CMS, markup. Thái Bình became part of Hưng Yên in
July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hungyen",
    name="Công an tỉnh Hưng Yên",
    province="Hưng Yên",
    province_2025="Hưng Yên",
    hosts=("congan.hungyen.gov.vn",),
    evidence="read",
    article=r"/[a-z0-9-]+-c\d+\.html",
)
