"""Lào Cai: VNPT Portal.

Known from the configuration of a public crawler: the CMS, the shape of an article's address,
where lists have their links ('h2.Title a', 'ul.ArticleList a'), one section (/an-ninh-trat-tu)
and the branches without news, which are skipped here. Not known: the markup of an article.
"""

from newsarchive.sites import Site

SITE = Site(
    slug="laocai",
    name="Công an tỉnh Lào Cai",
    province="Lào Cai",
    province_2025="Lào Cai",
    hosts=("congan.laocai.gov.vn",),
    evidence="read",
    article=r"/[a-z0-9-]+/[a-z0-9-]+-\d+/?(?:\?.*)?",
    skip=(
        r"^/(?:gioi-thieu|chuc-nang-nhiem-vu-va-quyen-han|to-chuc-bo-may|thong-ke)(?:[/?]|$)",
        r"^/qua-trinh-xay-dung-chien-dau-va-truong-thanh(?:[/?]|$)",
        r"^/(?:danh-ba-dien-thoai-thu-dien-tu|so-do-cong-thong-tin-dien-tu)(?:[/?]|$)",
        r"^/(?:thu-tuc-hanh-chinh|cong-bo-thu-tuc-hanh-chinh|van-ban-quy-pham-phap-luat)(?:[/?]|$)",
    ),
    family="vnptportal",
)
