"""Yên Bái: a host from one public list.

Known: congan.yenbai.gov.vn is named once, which is not enough to ask it. Not known: all else. The
province became part of Lào Cai on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="yenbai",
    name="Công an tỉnh Yên Bái",
    province="Yên Bái",
    province_2025="Lào Cai",
    hosts=("congan.yenbai.gov.vn",),
    evidence="guessed",
    active=False,
    successor="laocai",
    note="Merged into Lào Cai in July 2025; the host is a guess.",
)
