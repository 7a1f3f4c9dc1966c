"""Kon Tum: the portal of a province that became part of Quảng Ngãi.

Known: the host, and pictures under /upload/105000/<day>/, as VNPT Portal keeps them (the family is
inferred from that). Not known: article addresses.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="kontum",
    name="Công an tỉnh Kon Tum",
    province="Kon Tum",
    province_2025="Quảng Ngãi",
    hosts=("congan.kontum.gov.vn",),
    evidence="read",
    family="vnptportal",
    active=False,
    successor="quangngai",
    note="Merged into Quảng Ngãi in July 2025.",
)
