"""Đà Nẵng: a host from one public list.

Known: congan.danang.gov.vn is named once, which is not enough to ask it. Not known: all else.
Quảng Nam became part of Đà Nẵng in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="danang",
    name="Công an thành phố Đà Nẵng",
    province="Đà Nẵng",
    province_2025="Đà Nẵng",
    hosts=("congan.danang.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
