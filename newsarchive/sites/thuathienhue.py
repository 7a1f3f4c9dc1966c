"""Thừa Thiên Huế: Joomla, on the host of the province's old name.

Known: one article address, '/tin-tuc-su-kien/<section>/<id>-<alias>' with the accents kept, as
Joomla makes them (the family is inferred from that); linked as plain http. Not known: the host
since the province became the city of Huế on 1 January 2025; congan.hue.gov.vn was met nowhere.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="thuathienhue",
    name="Công an thành phố Huế",
    province="Thừa Thiên Huế",
    province_2025="Huế",
    hosts=("congan.thuathienhue.gov.vn",),
    home="http://congan.thuathienhue.gov.vn/",
    evidence="read",
    article=r"/tin-tuc-su-kien/[^/]+/\d+-[^/]+",
    family="joomla",
    note="The host of the old name; that of the city of Huế is not known.",
)
