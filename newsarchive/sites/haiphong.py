"""Hải Phòng: two generations of a CMS that nobody names.

Known: one article address, '/<Section>/<Title-Without-Marks>-<id>.html' with its capitals kept,
and the folders of pictures of two generations. Not known: the CMS, markup, how lists page. Hải
Dương became part of Hải Phòng in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="haiphong",
    name="Công an thành phố Hải Phòng",
    province="Hải Phòng",
    province_2025="Hải Phòng",
    hosts=("congan.haiphong.gov.vn",),
    evidence="read",
    article=r"/[\w-]+/[\w-]+-\d+\.html",
)
