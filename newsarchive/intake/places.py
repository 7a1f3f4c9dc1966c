"""Where in the archive a page belongs: its site, its identity, the WARC file of its record."""

from __future__ import annotations

import difflib
import re
from collections import OrderedDict
from urllib.parse import urlsplit

from newsarchive import __version__
from newsarchive.archive import Archive, known
from newsarchive.archive.warc import WarcWriter
from newsarchive.errors import UnknownSite
from newsarchive.intake.addresses import same_host
from newsarchive.sites import Site, all_sites, site_of_host
from newsarchive.urls import DEFAULT_PORTS, bare_host, host_port, key

PARSER = f"newsarchive/{__version__}"
NAMELESS = "import"  # the site of pages without an address
_OPEN = 32  # WARC files at a time
_NO_NAME = re.compile(r"[^a-z0-9.-]+")


def check_site(slug: str | None, *, has_archive: bool) -> None:
    """Raise UnknownSite for a slug that no site has, registered or (if there is an archive, which
    may tell) called by its host."""
    if slug is None or slug == NAMELESS or has_archive or slug in all_sites():
        return
    raise UnknownSite(slug, difflib.get_close_matches(slug, all_sites(), n=3, cutoff=0.5))


def registered(url: str) -> Site | None:
    """The registered site that an address is of."""
    return site_of_host(urlsplit(url).hostname or "")


def identity(url: str, stated: str | None) -> tuple[str, str]:
    """Address and key of an article: its canonical one where that is on the portal's hosts.

    Raises ValueError where `url` is malformed.
    """
    site = registered(url)
    id_params = site.id_params if site is not None else ()
    if stated is None or stated == url:
        return url, key(url, id_params=id_params)
    if same_host(stated, url) or _is_own(stated, site):
        name = key(stated, id_params=id_params)
        if "/" in name:  # else a portal that calls its home canonical everywhere
            return stated, name
    return url, key(url, id_params=id_params)


def _is_own(url: str, site: Site | None) -> bool:
    if site is None:
        return False
    try:
        host, port = host_port(url)
    except ValueError:
        return False
    return bare_host(host) in map(bare_host, site.hosts) and port in DEFAULT_PORTS.values()


def slug_of(url: str | None, nameless: str | None) -> str:
    """The site of an address where no archive tells more: as registered, or called by its host.

    nameless: the site of pages without an address, None for NAMELESS.
    """
    if url is None:
        return nameless or NAMELESS
    site = registered(url)
    return site.slug if site is not None else _by_host(url)


def _by_host(url: str) -> str:
    host, port = host_port(url)
    return host if port == DEFAULT_PORTS[urlsplit(url).scheme] else f"{host}:{port}"


class Places:
    """The sites of one archive that pages are taken into, each with a WARC file of its own.

    One file a site: so the next writer can make whole what a killed one left (archive.salvage).
    nameless: slug of the site of pages without an address; None for NAMELESS.
    """

    def __init__(self, archive: Archive, nameless: str | None = None) -> None:
        self._archive = archive
        self._nameless = nameless or NAMELESS
        if known.slug_of_host(archive, (self._nameless,)) is None:
            check_site(nameless, has_archive=False)
        self._slugs: dict[tuple[str, int] | None, str] = {}
        self._writers: OrderedDict[str, WarcWriter] = OrderedDict()

    @property
    def nameless(self) -> str | None:
        """The registered site whose rules hold for pages without an address."""
        return self._nameless if self._nameless in all_sites() else None

    def slug(self, url: str | None) -> str:
        """The site of an address; it is in the archive from then on."""
        where = host_port(url) if url is not None else None
        if where not in self._slugs:
            self._slugs[where] = self._register(url)
            self.commit()  # a record is of no use to the next writer if its site is not known
        return self._slugs[where]

    def _register(self, url: str | None) -> str:
        site = registered(url) if url is not None else all_sites().get(self._nameless)
        if site is not None:
            self._archive.register_site(site)
            return site.slug
        if url is None:
            self._archive.register_portal(self._nameless, "")
            return self._nameless
        host, port = host_port(url)
        scheme = urlsplit(url).scheme
        names = (host, bare_host(host), f"www.{bare_host(host)}")
        end = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
        slug = known.slug_of_host(self._archive, tuple(name + end for name in names))
        if slug is None:
            slug = host + end
            self._archive.register_portal(slug, f"{scheme}://{host}{end}/")
        return slug

    def writer(self, slug: str) -> WarcWriter:
        """The WARC file of a site."""
        writer = self._writers.get(slug)
        if writer is None:
            writer = self._writers[slug] = WarcWriter(
                self._archive.warc_dir,
                prefix=f"import-{_NO_NAME.sub('_', slug)}",
                info={"software": PARSER, "isPartOf": slug, "via": "import"},
            )
        self._writers.move_to_end(slug)
        if len(self._writers) > _OPEN:
            _, oldest = self._writers.popitem(last=False)
            oldest.close()
        return writer

    def commit(self) -> None:
        """Make records, then rows durable: no capture outlives its record."""
        for writer in self._writers.values():
            writer.sync()
        self._archive.commit()

    def close(self) -> None:
        """Commit, and close the WARC files."""
        self.commit()
        for writer in self._writers.values():
            writer.close()
