"""Gia Lai: a host from public configuration of its editor.

Known: congan.gialai.gov.vn stands in a public configuration of CKEditor, so that it has a CMS of
its own. Not known: article addresses, markup. Bình Định became part of Gia Lai in July 2025.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="gialai",
    name="Công an tỉnh Gia Lai",
    province="Gia Lai",
    province_2025="Gia Lai",
    hosts=("congan.gialai.gov.vn",),
    evidence="guessed",
    note="The host stands in one public list alone.",
)
