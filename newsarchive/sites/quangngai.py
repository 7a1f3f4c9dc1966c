"""Quảng Ngãi: documents as Liferay keeps them.

Known: the host, and files under /documents/<group>/<folder>/, as Liferay and VNPT Portal keep
them; Not known: which of the two it is, article addresses. Kon Tum became part of Quảng Ngãi in
July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="quangngai",
    name="Công an tỉnh Quảng Ngãi",
    province="Quảng Ngãi",
    province_2025="Quảng Ngãi",
    hosts=("congan.quangngai.gov.vn",),
    evidence="read",
)
