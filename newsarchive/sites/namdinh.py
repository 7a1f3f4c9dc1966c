"""Nam Định: a guessed host.

Known: nothing. The host is formed as those of other provinces are; nobody is known to have met it.
Not known: all else. The province became part of Ninh Bình on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="namdinh",
    name="Công an tỉnh Nam Định",
    province="Nam Định",
    province_2025="Ninh Bình",
    hosts=("congan.namdinh.gov.vn",),
    evidence="guessed",
    active=False,
    successor="ninhbinh",
    note="Merged into Ninh Bình in July 2025; the host is a guess.",
)
