"""Báo Công an TP.HCM: the newspaper of the police of Hồ Chí Minh City.

Known: article addresses, '/<section>[/<section>]/<slug>_<id>.html', and those of tags. Not known:
the CMS, markup.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="congan-tphcm",
    name="Báo Công an Thành phố Hồ Chí Minh",
    province=None,
    province_2025=None,
    hosts=("congan.com.vn",),
    evidence="read",
    article=r"(?:/[a-z0-9-]+){1,2}/[a-z0-9-]+_\d+\.html",
    skip=(r"^/tag/",),
)
