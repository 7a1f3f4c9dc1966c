"""Hải Dương: both hosts are guesses, formed as those of other provinces are.

Known: the text dump of one article of August 2022, with no address in it. Its boilerplate is
closest to mojoPortal's ArticleFeature, which nothing proves, so that no family is named. Not
known: all else. The province became part of Hải Phòng on 1 July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="haiduong",
    name="Công an tỉnh Hải Dương",
    province="Hải Dương",
    province_2025="Hải Phòng",
    hosts=("conganhaiduong.gov.vn", "congan.haiduong.gov.vn"),
    evidence="guessed",
    active=False,
    successor="haiphong",
    note="Merged into Hải Phòng in July 2025; the hosts are guesses.",
)
