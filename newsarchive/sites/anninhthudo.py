"""An ninh Thủ đô: the newspaper of the police of Hà Nội.

Known: the name of the host, no address of a page. Not known: all else.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="anninhthudo",
    name="An ninh Thủ đô",
    province=None,
    province_2025=None,
    hosts=("anninhthudo.vn",),
    evidence="guessed",
    note="Only the host's name is known.",
)
