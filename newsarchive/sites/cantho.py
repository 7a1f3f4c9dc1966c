"""Cần Thơ: NukeViet, inferred from the shape of one article's address.

Known: host and that address, quoted in a public page. Not known: markup, theme, sections. Hậu
Giang and Sóc Trăng became part of Cần Thơ in July 2025; whether their news moved here is not
known either.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="cantho",
    name="Công an thành phố Cần Thơ",
    province="Cần Thơ",
    province_2025="Cần Thơ",
    hosts=("congan.cantho.gov.vn",),
    evidence="read",
    article=r"(?:/index\.php)?/[a-z0-9-]+/[a-z0-9-]+-\d+\.html",
    skip=(r"^(?:/index\.php)?/(?:savefile|print|sendmail)/",),
    family="nukeviet",
    note="Ask ports 80 and 443 alone: another port of this host is no public site.",
)
