"""Thái Bình: a CMS of its own in Java, whose source is public.

Known from that source: the templates of articles and lists, '<root>/<section>/<id>/<slug>' and the
older '/Tin-Tuc/<Section>/<id>_<Title-Without-Marks>'. Both hosts were read. Not known: whether
either still answers: the province became part of Hưng Yên on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="thaibinh",
    name="Công an tỉnh Thái Bình",
    province="Thái Bình",
    province_2025="Hưng Yên",
    hosts=("conganthaibinh.gov.vn", "congan.thaibinh.gov.vn"),
    evidence="read",
    article=r"/Tin-Tuc/\w+/\d+_[\w-]+|(?:/[\w-]+)+/\d+/[\w-]+",
    family="thaibinh-jsp",
    active=False,
    successor="hungyen",
    note="Merged into Hưng Yên in July 2025.",
)
