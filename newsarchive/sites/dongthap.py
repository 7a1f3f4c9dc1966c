"""Đồng Tháp: a host from one public list.

Known: congan.dongthap.gov.vn is named once, which is not enough to ask it. Not known: all else.
Tiền Giang, whose portal is better known, became part of Đồng Tháp in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="dongthap",
    name="Công an tỉnh Đồng Tháp",
    province="Đồng Tháp",
    province_2025="Đồng Tháp",
    hosts=("congan.dongthap.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
