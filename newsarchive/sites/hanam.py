"""Hà Nam: a guessed host.

Known: a contact list has a mail address of the unit at a public provider, no host. Not known: the
host, which is formed as those of other provinces, and all else. The province became part of Ninh
Bình on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hanam",
    name="Công an tỉnh Hà Nam",
    province="Hà Nam",
    province_2025="Ninh Bình",
    hosts=("congan.hanam.gov.vn",),
    evidence="guessed",
    active=False,
    successor="ninhbinh",
    note="Merged into Ninh Bình in July 2025; the host is a guess.",
)
