"""Lâm Đồng: a host in use after the merger.

Known: the host, named in public code of October 2026, and files under /UpLoaded/files/. Not known:
the CMS, article addresses. Bình Thuận and Đắk Nông became part of Lâm Đồng in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="lamdong",
    name="Công an tỉnh Lâm Đồng",
    province="Lâm Đồng",
    province_2025="Lâm Đồng",
    hosts=("congan.lamdong.gov.vn",),
    evidence="read",
)
