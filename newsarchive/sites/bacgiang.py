"""Bắc Giang: the portal of a province that became part of Bắc Ninh.

Known: the host conganbacgiang.gov.vn, with pictures under /uploads/files/. congan.bacgiang.gov.vn
stands in one public list. Not known: the CMS, article addresses, whether either still answers.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="bacgiang",
    name="Công an tỉnh Bắc Giang",
    province="Bắc Giang",
    province_2025="Bắc Ninh",
    hosts=("conganbacgiang.gov.vn", "congan.bacgiang.gov.vn"),
    evidence="read",
    active=False,
    successor="bacninh",
    note="Merged into Bắc Ninh in July 2025.",
)
