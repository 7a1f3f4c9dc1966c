"""Bắc Kạn: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Thái Nguyên on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="backan",
    name="Công an tỉnh Bắc Kạn",
    province="Bắc Kạn",
    province_2025="Thái Nguyên",
    hosts=("congan.backan.gov.vn",),
    evidence="guessed",
    active=False,
    successor="thainguyen",
    note="Merged into Thái Nguyên in July 2025; the host is a guess.",
)
