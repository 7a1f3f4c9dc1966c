"""Thành phố Hồ Chí Minh: a host for news that is hardly known.

Known: congan.hochiminhcity.gov.vn and congan.tphcm.gov.vn are named in public lists or code, no
page of them. The traffic police's and the residence services' hosts, which are well known, carry
no news. The newspaper congan.com.vn is the outlet that counts. Not known: all else. Bình Dương and
Bà Rịa - Vũng Tàu became part of the city in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hochiminh",
    name="Công an Thành phố Hồ Chí Minh",
    province="Thành phố Hồ Chí Minh",
    province_2025="Thành phố Hồ Chí Minh",
    hosts=("congan.hochiminhcity.gov.vn", "congan.tphcm.gov.vn"),
    evidence="guessed",
    note="The hosts are hardly known; the newspaper is congan-tphcm.",
)
