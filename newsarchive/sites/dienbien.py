"""Điện Biên: a guessed host.

Known: mail addresses at congan.dienbien.gov.vn in public lists, no page of it. Not known: all
else.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="dienbien",
    name="Công an tỉnh Điện Biên",
    province="Điện Biên",
    province_2025="Điện Biên",
    hosts=("congan.dienbien.gov.vn",),
    evidence="guessed",
    note="The host is a guess.",
)
