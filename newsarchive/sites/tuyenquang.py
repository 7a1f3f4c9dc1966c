"""Tuyên Quang: a CMS of its own, with the article's number in the query.

Known from addresses of this host quoted in public pages: '/vi/tin-bai/<slug>?type=NEWS&id=<id>'.
Not known: the CMS, markup, how lists page. Hà Giang became part of Tuyên Quang in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="tuyenquang",
    name="Công an tỉnh Tuyên Quang",
    province="Tuyên Quang",
    province_2025="Tuyên Quang",
    hosts=("congan.tuyenquang.gov.vn",),
    evidence="read",
    article=r"/vi/tin-bai/[a-z0-9-]+\?(?:.*&)?id=\d+(?:&.*)?",
    id_params=("id",),
)
