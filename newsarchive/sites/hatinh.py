"""Hà Tĩnh: a portal that changed host and CMS.

Known: the old host conganhatinh.gov.vn ran Liferay ('/web/guest/home'); the new one keeps pictures
under /storage/photos/, as Laravel's file manager does (inferred). Not known: the new one's CMS,
article addresses of either.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="hatinh",
    name="Công an tỉnh Hà Tĩnh",
    province="Hà Tĩnh",
    province_2025="Hà Tĩnh",
    hosts=("congan.hatinh.gov.vn", "conganhatinh.gov.vn"),
    evidence="read",
)
