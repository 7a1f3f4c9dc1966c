"""What `new-site` does: fetches, drafts, writes; the command only talks."""

from __future__ import annotations

import gzip
import json
import logging
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsarchive.cli._provinces import document
from newsarchive.errors import CallError, SiteError
from newsarchive.sites import Site, all_sites, site_of_host
from newsarchive.sites._provinces import find_province, nearest, today_of
from newsarchive.urls import bare_host

if TYPE_CHECKING:
    from newsarchive.crawl.survey import Survey
    from newsarchive.crawl.targets import Target
    from newsarchive.drafting.draft import Draft

_GOLD_NOTE = "as newsarchive read it; a person has to check it against the page"
_ARTICLES = 2  # in a fixture
NAMELESS = ".invalid"  # what stands for the name of a host that was asked by its number (RFC 2606)
_NUMBERS = re.compile(r"[\d.]+|[0-9a-f]*:[0-9a-f:]*|localhost")


def target(url: str) -> Target:
    """What is to be looked at. Raises CallError for a wrong address or a registered host."""
    from newsarchive.crawl import targets

    host = urlsplit(url).hostname or ""
    known = site_of_host(host) if host else None
    if known is not None:
        raise CallError(f"{host} is registered already: it is a host of {known.slug!r}")
    return targets.of_url(url)


def values(
    start: str, *, slug: str | None, name: str | None, province: str | None, host: str | None
) -> dict[str, Any]:
    """What a person says of the new site, or its address does; raises CallError for wrong values.

    An address without a name (127.0.0.1) gives a host that cannot be, to be named later.
    """
    asked = bare_host(urlsplit(start).hostname or "")
    if host is None and _NUMBERS.fullmatch(asked):
        slug = slug or "portal"
        host = f"{slug}{NAMELESS}"
    host = host or asked
    own = host.removeprefix("congan.").removeprefix("congan").split(".")[0]
    slug = slug or re.sub(r"[^a-z0-9]+", "-", own.lower()).strip("-") or host.replace(".", "-")
    if slug in all_sites():
        raise CallError(f"--slug {slug}: there is such a site already; name another")
    official = None
    if province is not None:
        official = find_province(province)
        if official is None:
            near = " or ".join(nearest(province)) or "none is near"
            raise CallError(f"--province {province}: no province of Vietnam; did you mean {near}?")
    return {
        "slug": slug,
        "name": name or (f"Công an tỉnh {official}" if official else host),
        "province": official,
        "province_2025": today_of(official) if official else None,
        "hosts": (host,),
        "home": f"{urlsplit(start).scheme}://{host}/",
    }


def checkout(slug: str) -> Path:
    """The checkout's folder; raises CallError outside of one, or where the site's files exist."""
    root = Path.cwd()
    if not (root / "newsarchive" / "sites" / "_rules.py").is_file():
        raise CallError("--accept works in a checkout of newsarchive alone; go to its folder")
    for path in _places(root, slug):
        if path.exists():
            raise CallError(f"{path} is there already; nothing was fetched")
    return root


def _places(root: Path, slug: str) -> tuple[Path, Path]:
    file = root / "newsarchive" / "sites" / f"{slug.replace('-', '_')}.py"
    return file, root / "tests" / "pages" / "sites" / slug


def run(target: Target, *, requests: int, delay: float, contact: str | None) -> Survey:
    """Fetch the pages, as a crawl would."""
    from scrapy.crawler import AsyncCrawlerProcess

    from newsarchive.crawl import runner
    from newsarchive.crawl.survey import Survey

    settings = runner.project_settings(
        DOWNLOAD_DELAY=delay,
        NEWSARCHIVE_CONTACT=contact or "",
        LOG_LEVEL="ERROR",
        LOG_INSTALL_ROOT_HANDLER=False,
    )
    look = Survey(target, most=requests)
    process = AsyncCrawlerProcess(settings)  # which sets up Scrapy's log
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    runner.survey(process, look)
    return look


def found(look: Survey) -> Draft | None:
    """What the pages tell; None where they list no article."""
    from newsarchive.drafting.draft import draft

    lists = [page for page in (look.home, *look.lists) if page is not None]
    if look.home is None or not any(page.listing.articles for page in lists):
        return None
    return draft(look.home, look.lists, look.articles, look.platform)


def site(values: dict[str, Any], found: Draft) -> Site:
    """The drafted site; raises SiteError for what is wrong in it."""
    return Site(
        **values,
        evidence="seen",
        article=found.shape.pattern,
        id_params=found.shape.id_params,
        skip=found.skip,
        family=found.platform.name if found.platform is not None else None,
    )


def write(folder: Path, site: Site, found: Draft, look: Survey) -> None:
    """The site file, and the fixture: a list and articles as fetched, each with its gold."""
    from newsarchive.drafting.draft import site_file

    fixture = folder / "fixture"
    if folder.exists():
        shutil.rmtree(folder)
    fixture.mkdir(parents=True)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    file = folder / f"{site.slug.replace('-', '_')}.py"
    file.write_text(site_file(site, found, day, len(look.pages)), encoding="utf-8")
    lists = {page.url: page for page in look.lists if page.number == 1 and page.listing.articles}
    articles = {page.url: page.article for page in look.articles if page.article is not None}
    kept = 0
    for page in look.pages:
        gold: dict[str, Any] | None = None
        name = ""
        if page.look.kind == "list" and page.url in lists and not (fixture / "list.json").exists():
            listing = lists[page.url].listing
            name, gold = "list", {"articles": list(listing.articles), "next": listing.next}
        elif page.look.kind == "article" and kept < _ARTICLES and page.url in articles:
            kept += 1
            name, gold = f"article-{kept}", articles[page.url].to_json()
        if gold is not None:
            told = {"_note": _GOLD_NOTE, **gold, "url": page.url}
            text = json.dumps(told, ensure_ascii=False, indent=1)
            (fixture / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            (fixture / f"{name}.html.gz").write_bytes(gzip.compress(page.content, mtime=0))


def drafted(folder: Path, slug: str) -> Site | None:
    """The site of a draft that is there, as a person may have mended it; None without one.

    Raises CallError for a file that is no site file.
    """
    file = folder / f"{slug.replace('-', '_')}.py"
    if not file.is_file() or not (folder / "fixture").is_dir():
        return None
    try:
        found = run_path(str(file)).get("SITE")
    except (SiteError, SyntaxError, NameError, TypeError, ImportError) as error:
        raise CallError(f"{file}: {error}") from None
    if not isinstance(found, Site) or found.slug != slug:
        raise CallError(f"{file} holds no SITE = Site(slug={slug!r}, ...)")
    return found


def accept(folder: Path, root: Path, site: Site) -> list[Path]:
    """Put the draft into the checkout; return the places."""
    if any(host.endswith(NAMELESS) for host in site.hosts):
        raise CallError(f"{site.hosts[0]} is no host: name the portal's in {folder}, or by --host")
    file, pages = _places(root, site.slug)
    shutil.copyfile(folder / file.name, file)
    shutil.copytree(folder / "fixture", pages)
    listed = root / "docs" / "provinces.md"
    if listed.is_file():
        all_sites.cache_clear()
        listed.write_text(document(all_sites().values()), encoding="utf-8")
    return [path.relative_to(root) for path in (file, pages, listed) if path.exists()]
