"""Bà Rịa - Vũng Tàu: a guessed host.

Known: a contact list has the mail address congan@baria-vungtau.gov.vn. Not known: the host, which
is formed as those of other provinces, and all else. The province became part of Hồ Chí Minh City
on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="baria-vungtau",
    name="Công an tỉnh Bà Rịa - Vũng Tàu",
    province="Bà Rịa - Vũng Tàu",
    province_2025="Thành phố Hồ Chí Minh",
    hosts=("congan.baria-vungtau.gov.vn",),
    evidence="guessed",
    active=False,
    successor="hochiminh",
    note="Merged into Thành phố Hồ Chí Minh in July 2025; the host is a guess.",
)
