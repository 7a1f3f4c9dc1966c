"""Đắk Lắk: NukeViet since 2025, Liferay under the same host before.

Known from addresses of this host quoted in public pages: article, savefile twin, feed and law
look-up; the markup is that of NukeViet's default theme, read off its templates. Not known: the
theme that the portal runs, its sections' names, since when it answers as it does.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="daklak",
    name="Công an tỉnh Đắk Lắk",
    province="Đắk Lắk",
    province_2025="Đắk Lắk",
    hosts=("congan.daklak.gov.vn",),
    evidence="read",
    article=r"(?:/index\.php)?/[a-z0-9-]+/[a-z0-9-]+-\d+\.html",
    skip=(
        r"^(?:/index\.php)?/(?:savefile|print|sendmail)/",
        r"^(?:/index\.php)?/laws/",
        r"^/documents/\d+/",
    ),
    family="nukeviet",
    note="Addresses of the old Liferay portal (/documents/10181/...) are expected to be dead.",
)
