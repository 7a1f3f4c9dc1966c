"""An ninh Hải Phòng: the newspaper of the police of Hải Phòng.

Known: the name of the host, no address of a page. Not known: all else.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="anhp",
    name="An ninh Hải Phòng",
    province=None,
    province_2025=None,
    hosts=("anhp.vn",),
    evidence="guessed",
    note="Only the host's name is known.",
)
