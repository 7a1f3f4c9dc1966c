"""Đồng Nai: a host that others link to.

Known: congan.dongnai.gov.vn, linked as plain http in one public list, which is not enough to ask
it. Not known: all else. Bình Phước became part of Đồng Nai in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="dongnai",
    name="Công an tỉnh Đồng Nai",
    province="Đồng Nai",
    province_2025="Đồng Nai",
    hosts=("congan.dongnai.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
