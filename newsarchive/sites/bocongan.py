"""Bộ Công an: the ministry's portal, with a Unix time in the address of an article.

Known: article addresses quoted in public pages, '/bai-viet/<slug>-<Unix time>' and, migrated ones,
'/bai-viet/<slug>-d<section>-t<id>'. Documents stand on vanban.bocongan.gov.vn, which is no news.
Not known: the CMS, sections, markup.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="bocongan",
    name="Bộ Công an",
    province=None,
    province_2025=None,
    hosts=("bocongan.gov.vn",),
    evidence="read",
    article=r"/bai-viet/[a-z0-9-]+-(?:\d{10}|d\d+-t\d+)",
)
