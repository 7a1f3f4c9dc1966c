"""Hà Nội: DNN with the module cmsview, whose lists are filled by script.

Known from a public scraper: the sections, the numbers of their modules, the JSON interface that
lists them, article addresses. Not known: the markup, and whether an article's page holds its text
or asks the interface for it as well. conganhanoi.gov.vn stands in one public list.
"""

from newsarchive.sites import Calls, Site

SITE = Site(
    slug="hanoi",
    name="Công an thành phố Hà Nội",
    province="Hà Nội",
    province_2025="Hà Nội",
    hosts=("congan.hanoi.gov.vn", "conganhanoi.gov.vn"),
    evidence="read",
    calls=Calls(
        url="/DesktopModules/cmsview/api/NewsContent/listnew?PortalId=0&ModuleId={list}&GetType=3"
        "&PageIndex=1&txtKeyword=",
        lists=("387", "391", "419", "422", "426", "432", "504", "534", "540", "698", "941"),
    ),
    article=r"/[a-z0-9-]+/[a-z0-9-]+-\d+",
    family="dnn",
)
