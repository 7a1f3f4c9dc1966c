"""Quảng Nam: the portal of a province that became part of Đà Nẵng.

Known: the host, and pictures under /Portals/0/, as DNN keeps them (the family is inferred from
that). Not known: article addresses.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="quangnam",
    name="Công an tỉnh Quảng Nam",
    province="Quảng Nam",
    province_2025="Đà Nẵng",
    hosts=("congan.quangnam.gov.vn",),
    evidence="read",
    family="dnn",
    active=False,
    successor="danang",
    note="Merged into Đà Nẵng in July 2025.",
)
