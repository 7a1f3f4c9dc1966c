"""Scrapy's settings for every crawl; what differs a run (pace, archive, contact) goes over them."""

from __future__ import annotations

import os
from importlib.util import find_spec

from newsarchive import __version__

BOT_NAME = "newsarchive"
# An installed copy carries the spiders inside the package, a checkout has them at its top.
SPIDER_MODULES = ["newsarchive.spiders" if find_spec("newsarchive.spiders") else "spiders"]
SPIDER_LOADER_CLASS = "newsarchive.crawl.loader.SiteSpiderLoader"
# `scrapy crawl` is ours: it knows the archive, the guessed sites and the exit status.
COMMANDS_MODULE = "newsarchive.crawl.commands"

# Ours. The archive, whom an administrator may write to, and where pages are read: in a process
# of their own (a page that hangs or kills the reader costs one page), or in this one.
NEWSARCHIVE_DB = os.environ.get("NEWSARCHIVE_DB", "data/archive.db")
NEWSARCHIVE_CONTACT = os.environ.get("NEWSARCHIVE_CONTACT", "")
NEWSARCHIVE_READER_PROCESS = True

# Web archives, out of which `newsarchive recover` fetches, and the longest pause, in seconds, that
# one of them may ask for before a run ends.
WAYBACK_CDX_URL = os.environ.get(
    "NEWSARCHIVE_WAYBACK_CDX_URL", "https://web.archive.org/cdx/search/cdx"
)
WAYBACK_WEB_URL = os.environ.get("NEWSARCHIVE_WAYBACK_WEB_URL", "https://web.archive.org/web")
CC_INDEX_URL = os.environ.get(
    "NEWSARCHIVE_CC_INDEX_URL", "https://index.commoncrawl.org/collinfo.json"
)
CC_DATA_URL = os.environ.get("NEWSARCHIVE_CC_DATA_URL", "https://data.commoncrawl.org")
RECOVER_PATIENCE = 600.0

# Who we are, and manners.
USER_AGENT = f"newsarchive/{__version__}"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newsarchive"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi",
    # What every reader of WARC files can undo.
    "Accept-Encoding": "gzip, deflate",
}
DOWNLOAD_DELAY = 1.0
# The delay is a promise, so none is ever shorter.
DOWNLOAD_DELAY_JITTER = 0.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = 2
DOWNLOAD_TIMEOUT = 60  # some portals take half a minute
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # packed or unpacked
# Ours, for servers that are broken or mean: bytes of an answer's head; how many times a body may
# grow when it is unpacked; the longest pause, in seconds, that a portal may ask for.
MAX_HEADERS = 256 * 1024
MAX_RATIO = 200.0
MAX_WAIT = 60.0
DOWNLOAD_HANDLERS_BASE: dict[str, str] = {}
DOWNLOAD_HANDLERS = {
    "http": "newsarchive.crawl.download.Handler",
    "https": "newsarchive.crawl.download.Handler",
}
DOWNLOAD_WARNSIZE = 0
# Old servers send wrong lengths; what came is kept, and marked.
DOWNLOAD_FAIL_ON_DATALOSS = False
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"
REDIRECT_MAX_TIMES = 8
# Names are looked up in threads: hosts that do not resolve must hold up no others.
REACTOR_THREADPOOL_MAXSIZE = 40
DNS_TIMEOUT = 20
TWISTED_DNS_RESOLVER = "newsarchive.crawl.gate.Names"
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
HTTPCACHE_ENABLED = False
HTTPERROR_ALLOW_ALL = True

# All that a crawl consists of stands here. Scrapy loads whatever its own lists name, what is turned
# off too: for consoles, cookies and stores that no crawl has a tenth of a second, three libraries
# that talk HTTP among them.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
DOWNLOADER_MIDDLEWARES = {
    "newsarchive.crawl.gate.Gate": 10,
    "newsarchive.crawl.robots.Robots": 100,
    "newsarchive.crawl.middlewares.Retry": 550,
    "newsarchive.crawl.unpack.Unpack": 590,
    "newsarchive.crawl.middlewares.Redirect": 600,
    "newsarchive.crawl.middlewares.Purse": 900,
    "newsarchive.crawl.middlewares.Keep": 950,
    "newsarchive.crawl.gate.Addresses": 960,
}
# Neither Referer, for which page led to which is no business of the portal's, nor a look at how
# long an address is, which has one home, urls.absolute.
SPIDER_MIDDLEWARES_BASE = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
# No doors into the process; our own progress instead of log lines.
EXTENSIONS_BASE = {"scrapy.extensions.corestats.CoreStats": 0}
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DOWNLOADER_STATS = False
# The walk asks each address once by the article's identity; a second filter would only cost.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
# A callback's requests are handed over one by one: for each page Scrapy starts that many tasks.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False
LOG_LEVEL = "INFO"
