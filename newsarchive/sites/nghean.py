"""Nghệ An: the provincial police newspaper, on a host of the province since it left its own.

Known from a public scraper of the old host: the old markup (its first three paragraphs are no
story, which paragraphs is not said, so that nothing is dropped here; related lists stand inside
#content). Known of the new host: addresses quoted in public pages, with and without a trailing
index.htm. Not known: the new markup, and the CMS of either.
"""

from newsarchive.sites import Layout, Site

SITE = Site(
    slug="nghean",
    name="Công an tỉnh Nghệ An",
    province="Nghệ An",
    province_2025="Nghệ An",
    hosts=("congan.nghean.gov.vn", "congannghean.vn"),
    evidence="read",
    article=r"(?:/[a-z0-9-]+){1,3}/\d{6}/[a-z0-9-]+-\d+/?(?:index\.htm)?",
    layouts=(
        Layout(
            name="old-host",
            detect="body:has(h1#title) div#content",
            title="h1#title",
            published="div#date",
            lead="div#content > div:first-of-type",
            body="div#content",
        ),
    ),
)
