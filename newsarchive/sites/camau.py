"""Cà Mau: a host from one public list.

Known: congan.camau.gov.vn is named once, which is not enough to ask it. Not known: all else. Bạc
Liêu became part of Cà Mau in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="camau",
    name="Công an tỉnh Cà Mau",
    province="Cà Mau",
    province_2025="Cà Mau",
    hosts=("congan.camau.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
