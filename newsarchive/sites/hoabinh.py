"""Hòa Bình: the portal of a province that became part of Phú Thọ.

Known: the host, from public notes on its hosting (PHP, inferred). Not known: the CMS, article
addresses.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hoabinh",
    name="Công an tỉnh Hòa Bình",
    province="Hòa Bình",
    province_2025="Phú Thọ",
    hosts=("congan.hoabinh.gov.vn",),
    evidence="read",
    active=False,
    successor="phutho",
    note="Merged into Phú Thọ in July 2025.",
)
