"""Bạc Liêu: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Cà Mau on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="baclieu",
    name="Công an tỉnh Bạc Liêu",
    province="Bạc Liêu",
    province_2025="Cà Mau",
    hosts=("congan.baclieu.gov.vn",),
    evidence="guessed",
    active=False,
    successor="camau",
    note="Merged into Cà Mau in July 2025; the host is a guess.",
)
