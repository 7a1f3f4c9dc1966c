"""Quảng Bình: WordPress; the portal of a province that became part of Quảng Trị.

Known: the host conganquangbinh.gov.vn, with pictures under /wp-content/uploads/.
congan.quangbinh.gov.vn stands in one public list. Not known: article addresses, the theme.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="quangbinh",
    name="Công an tỉnh Quảng Bình",
    province="Quảng Bình",
    province_2025="Quảng Trị",
    hosts=("conganquangbinh.gov.vn", "congan.quangbinh.gov.vn"),
    evidence="read",
    family="wordpress",
    active=False,
    successor="quangtri",
    note="Merged into Quảng Trị in July 2025.",
)
