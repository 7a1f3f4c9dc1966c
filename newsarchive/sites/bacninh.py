"""Bắc Ninh: a host from one public list.

Known: conganbacninh.gov.vn is named once, which is not enough to ask it. Not known: all else. Bắc
Giang became part of Bắc Ninh in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="bacninh",
    name="Công an tỉnh Bắc Ninh",
    province="Bắc Ninh",
    province_2025="Bắc Ninh",
    hosts=("conganbacninh.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
