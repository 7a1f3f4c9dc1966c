"""Tiền Giang: the portal of a province that became part of Đồng Tháp.

Known: the host, and files under /documents/2261410/, as Liferay and VNPT Portal keep them. Not
known: which of the two it is, article addresses.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="tiengiang",
    name="Công an tỉnh Tiền Giang",
    province="Tiền Giang",
    province_2025="Đồng Tháp",
    hosts=("congan.tiengiang.gov.vn",),
    evidence="read",
    active=False,
    successor="dongthap",
    note="Merged into Đồng Tháp in July 2025.",
)
