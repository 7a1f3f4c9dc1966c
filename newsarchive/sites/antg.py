"""An ninh thế giới: a weekly of the newspaper Công an nhân dân.

Known: one article address, '/<Section>-antg/<Title-Without-Marks>-<id>/', linked as plain http.
Not known: markup, whether it still answers.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="antg",
    name="An ninh thế giới",
    province=None,
    province_2025=None,
    hosts=("antg.cand.com.vn",),
    home="http://antg.cand.com.vn/",
    evidence="read",
    article=r"/[\w-]+-antg/[\w-]+-\d+/?",
)
