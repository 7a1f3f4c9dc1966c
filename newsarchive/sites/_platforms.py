"""The families of systems that portals are built with, and the marks by which a page shows its own.

Sources: public templates and scrapers, and pages rendered by the systems themselves; what is
inferred is said beside it. A generator tag is no mark: portals take it out, or leave a false one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One family. All patterns are searched in lower case.

    name: as in `Site.family`. title: for people. basis: what is known of it. classes, ids, paths:
    what its pages have in class names, in ids and names of fields, in addresses of scripts, styles,
    pictures and links; each pattern counts once. code: in its inline scripts. skip: addresses that
    are neither articles nor lists, as in `Site.skip`.
    """

    name: str
    title: str
    basis: str
    classes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for pattern in (*self.classes, *self.ids, *self.paths, *self.code, *self.skip):
            re.compile(pattern)


PLATFORMS = (
    Platform(
        name="mojoportal",
        title="mojoPortal with ArticleFeature",
        basis="templates of two skins",
        classes=(
            r"\barticletitle\b",
            r"\bul(?:-orther|article|active)\w*",
            r"\bdivorthertitle\b",
            r"\bpanelwrapper\b",
            r"\bmoduleeditlink\b",
            r"\bblogpager\b",
            r"\bpost-date-article\b",
            r"\barticle-thongbao\b",
            r"\bmodulecontent\b",
        ),
        ids=(r"\bshowarticleorther\b", r"\barticle_text\b"),
        paths=(r"/data/sites/\d+/", r"/article/view(?:post|detail)\.aspx"),
        code=(r"searchortherarticle",),
        skip=(r"(?i)/article/(?:print|viewtag)\.aspx", r"(?i)^/secure/"),
    ),
    Platform(
        name="nukeviet",
        title="NukeViet 4",
        basis="source code, and pages that it rendered",
        classes=(r"\bnews_column\b", r"\bhometext\b", r"\bbodytext\b", r"\bdetail-related\b"),
        ids=(r"\bnews-bodyhtml\b", r"\bnews_detail\b", r"\bsitemodal\b", r"\bimgpreview\b"),
        paths=(
            r"/themes/[\w-]+/(?:css|js|images|fonts)/",
            r"/assets/js/(?:language/|global|site|common)",
            r"/data/config/",
            r"/uploads/news/",
            r"/assets/(?:images/pix|css/font-awesome)",
        ),
        code=(r"\bnv_(?:base_siteurl|siteroot|lang_data|name_variable)",),
        skip=(
            r"^/(?:[a-z]{2}/)?(?:news/)?(?:savefile|print|sendmail)/",
            r"^/(?:users|seek|statistics)/",
        ),
    ),
    Platform(
        name="sharepoint",
        title="SharePoint",
        basis="pages of the system as is; no portal's templates",
        classes=(r"\bms-(?:rte|webpart|listview|vb|core|formlabel|wpcontent|topnav|rtetable)\w*",),
        ids=(r"\bs4-(?:workspace|bodycontainer)\b", r"\bmso\w*_", r"__requestdigest", r"wpq\d"),
        paths=(r"/_layouts/", r"/publishingimages/", r"/_catalogs/", r"/style%20library/"),
        code=(r"\b_sppagecontextinfo\b", r"\bmsoframework\b"),
    ),
    Platform(
        name="liferay",
        title="Liferay",
        basis="a listing that it rendered, and addresses of others",
        classes=(
            r"\bportlet-(?:body|content|boundary|layout|topper|column)",
            r"\bjournal-content-article\b",
            r"\b(?:lfr|aui|taglib)-",
            r"\basset-(?:abstract|publisher|title|entry)",
        ),
        ids=(r"\bp_p_id", r"_instance_", r"\bportlet_"),
        paths=(
            r"/documents/\d+/",
            r"/o/[\w-]+-(?:theme|web)/",
            r"/html/(?:js|themes|portlet)/",
            r"/image/journal",
            r"/web/guest\b",
            r"p_p_id=",
            r"/asset_publisher/",
        ),
        code=(r"\bliferay\.",),
    ),
    Platform(
        name="dnn",
        title="DNN",
        basis="a scraper of one portal, and pages of the system as is",
        classes=(r"\bdnnmodule", r"\bdnn_?(?:layout|container)", r"\bdnnclear\b"),
        ids=(r"\bdnn_", r"__dnnvariable"),
        paths=(r"/portals/(?:\d+|_default)/", r"/desktopmodules/", r"/resources/shared/"),
        code=(r"/desktopmodules/", r"\bdnn\.\w"),
    ),
    Platform(
        name="vnptportal",
        title="VNPT Portal",
        basis="a scraper's selectors; the rest is inferred",
        classes=(
            r"\barticleincategory\b",
            r"\barticlelist\b",
            r"\barticledetail\w*",
            r"\barticleheader\b",
            r"\bcontentpane\b",
        ),
        paths=(r"/uploads?/\d+/\d{8}/", r"/portal/\w+/"),
    ),
    Platform(
        name="vhv",
        title="VHV CMS",
        basis="a scraper's selectors and addresses of pictures",
        classes=(r"\bexpnoedit\b", r"\bnote-img\b", r"\barticle-detail-title\b"),
        paths=(r"/upload/\d{4,6}/(?:fck|\d{8})/", r"/vhv\b", r"/3rdparty/"),
        code=(r"\bvhv\b",),
    ),
    Platform(
        name="wordpress",
        title="WordPress",
        basis="source code, and pages that it rendered",
        classes=(
            r"\bwp-(?:block|caption|image|post)",
            r"\btd-(?:post|module|ss|excerpt|header)",
            r"\bpostid-\d",
            r"\bentry-(?:title|content|meta)\b",
        ),
        paths=(r"/wp-(?:content|includes|json)/", r"[?&]replytocom="),
        code=(r"\bwpemojisettings\b", r"\btd_block"),
        skip=(r"^/wp-(?:admin|login|json)", r"[?&]replytocom=", r"/comment-page-\d"),
    ),
    Platform(
        name="joomla",
        title="Joomla",
        basis="source code, and pages that it rendered",
        classes=(
            r"\bitem-page\b",
            r"\bcom-content\b",
            r"\bcom_content\b",
            r"\bitems-(?:leading|row|more)\b",
            r"\barticle-info\b",
            r"\bmod-\w+",
            r"\bblog-featured\b",
            r"\bmoduletable\b",
        ),
        ids=(r"\bsystem-message-container\b",),
        paths=(
            r"/media/(?:jui|system|vendor|templates|com_)",
            r"/templates/[\w-]+/(?:css|js|html|images)",
            r"/(?:components/com|modules/mod|plugins)[_/]",
            r"option=com_",
        ),
        code=(r"\bjoomla\b",),
        skip=(r"[?&]tmpl=component", r"[?&]format=feed", r"/component/(?:users|mailto|search)/"),
    ),
    Platform(
        name="drupal",
        title="Drupal",
        basis="source code",
        classes=(
            r"\bfield-(?:-)?(?:name|type|item|label)",
            r"\bviews-(?:row|field|element)",
            r"\bnode-(?:-type-)?(?:article|news|\d)",
            r"\bregion-(?:content|sidebar|header)",
            r"\bblock-(?:system|views|block)",
        ),
        ids=(r"\bblock-[\w-]+", r"\bnode-\d"),
        paths=(
            r"/sites/(?:default|all)/(?:files|modules|themes)",
            r"/core/(?:misc|modules|themes)/",
            r"/misc/(?:drupal|jquery)",
        ),
        code=(r"\bdrupal\.(?:settings|behaviors)|drupal-settings-json",),
        skip=(r"^/(?:user|search|comment)/", r"^/print(?:mail|pdf)?/\d"),
    ),
    Platform(
        name="thaibinh-jsp",
        title="the CMS of Thái Bình's police, in JSP",
        basis="its source code",
        classes=(
            r"\btinct\b",
            r"\btieudetin\b",
            r"\bngaycapnhat\b",
            r"\btincungchude\b",
            r"\bphantrang_repeater\b",
            r"\btacgia\b",
        ),
        ids=(r"\btin_(?:chi_tiet|trong_dm)",),
        paths=(r"/userfiles/",),
    ),
    Platform(
        name="3cms",
        title="3CMS",
        basis="scripts of one portal",
        classes=(
            r"\bchange-font-size\b",
            r"\bcatalogue-\w+",
            r"\barticle_(?:content|summary|title|date)",
        ),
        ids=(r"\bspanhomecat\d", r"\btblprint_"),
        paths=(r"/3cms\b",),
    ),
    Platform(
        name="cand",
        title="the CMS of cand.com.vn",
        basis="scrapers' selectors",
        classes=(
            r"\bbox-(?:title|des)-detail\b",
            r"\bdetail-content-body\b",
            r"\bbox-widget-loaded\b",
            r"\bbox-(?:author|date)\b",
            r"\bbtn-next-page\b",
        ),
    ),
)
NAMES = tuple(platform.name for platform in PLATFORMS)
