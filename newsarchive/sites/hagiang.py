"""Hà Giang: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Tuyên Quang on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hagiang",
    name="Công an tỉnh Hà Giang",
    province="Hà Giang",
    province_2025="Tuyên Quang",
    hosts=("congan.hagiang.gov.vn",),
    evidence="guessed",
    active=False,
    successor="tuyenquang",
    note="Merged into Tuyên Quang in July 2025; the host is a guess.",
)
