"""Tây Ninh: a host from one public list.

Known: congan.tayninh.gov.vn is named once, which is not enough to ask it. Not known: all else.
Long An became part of Tây Ninh in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="tayninh",
    name="Công an tỉnh Tây Ninh",
    province="Tây Ninh",
    province_2025="Tây Ninh",
    hosts=("congan.tayninh.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
