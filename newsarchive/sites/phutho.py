"""Phú Thọ: an ASP.NET portal of its own.

Known: article addresses, '/article/<Title-Without-Marks, cut short>-<id>-<section's id>', and
those of administrative procedures, which are no news. Not known: markup. Hòa Bình and Vĩnh Phúc
became part of Phú Thọ in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="phutho",
    name="Công an tỉnh Phú Thọ",
    province="Phú Thọ",
    province_2025="Phú Thọ",
    hosts=("congan.phutho.gov.vn",),
    evidence="read",
    article=r"/article/[\w-]+-\d+-\d+",
    skip=(r"^/thu-tuc-hanh-chinh/", r"^/TTHC\.aspx"),
)
