"""What one crawl is of: which site, where it starts, which hosts it may ask; no wrong calls."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from newsarchive import sites
from newsarchive.errors import CallError, Unconfirmed
from newsarchive.hosts import is_own_name, spelled
from newsarchive.settings import Pace
from newsarchive.sites import Site
from newsarchive.urls import DEFAULT_PORTS, bare_host, host_port, key

_WEB_PORTS = tuple(DEFAULT_PORTS.values())
_HOST = re.compile(r"^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$|^[0-9a-f:.]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One site as a crawl sees it.

    slug: names the site in the archive. site: its registered rules, None where there are none.
    start: address of the home or of the one section asked for. sections: absolute addresses of
    declared sections; empty means that they are found on the home page. calls: absolute addresses
    of declared lists in JSON. only_start: `start` is a section, and all that is walked. tls,
    browser: see Site. named: host and port that the user named, where the port is none of the
    web's. yours: the user said that the server is one of his own, by naming its port, whichever it
    is, or by an address in place of a host. pace: what is set for it alone.
    """

    slug: str
    site: Site | None
    start: str
    sections: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    only_start: bool = False
    named: tuple[str, int] | None = None
    yours: bool = False
    tls: str | None = None
    browser: bool = False
    pace: Pace = field(default_factory=Pace)

    def allowed(self, named: Collection[tuple[str, int]] = ()) -> frozenset[tuple[str, int]]:
        """Every (host, port) that this crawl may ask.

        named: what a user of this archive once named for this site. A port that the user names
        now is the only one; else ports 80 and 443 of the site's hosts and of their www twins.
        """
        if self.named is not None:
            return frozenset({self.named})
        hosts = set(self.site.hosts) if self.site else set()
        hosts.add(host_port(self.start)[0])
        twins = {name for host in hosts for name in (bare_host(host), f"www.{bare_host(host)}")}
        return frozenset({(host, port) for host in twins for port in _WEB_PORTS} | set(named))

    def own(self, named: Collection[tuple[str, int]] = ()) -> frozenset[tuple[str, int]]:
        """Every (host, port) that this crawl may ask wherever it is, in private networks too.

        named: what a user of this archive once named for this site.
        """
        if not self.yours:
            return frozenset(named)
        host, port = host_port(self.start)
        ports = _WEB_PORTS if port in _WEB_PORTS else (port,)
        return frozenset({*named, *((host, port) for port in ports)})

    def is_article(self, url: str) -> bool | None:
        """Whether the site's rules say that this is an article's address; None without a rule."""
        if self.site is None or self.site.article is None:
            return None
        return re.fullmatch(self.site.article, _path_and_query(url)) is not None

    def skips(self, url: str) -> bool:
        """Whether the site's rules say that this address is never asked."""
        if self.site is None:
            return False
        return any(re.search(pattern, _path_and_query(url)) for pattern in self.site.skip)

    def key(self, url: str) -> str:
        """The identity of the article at `url` under this site's rules."""
        return key(url, id_params=self.site.id_params if self.site else ())


def _path_and_query(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def of_slug(slug: str, *, yes: bool = False) -> Target:
    """The target for a registered site.

    Raises UnknownSite, or Unconfirmed for a site whose host is only guessed, without `yes`.
    """
    site = sites.get(slug)
    refuse_guess(site, yes=yes)
    return Target(
        slug=slug,
        site=site,
        start=site.home,
        sections=_declared(site.sections, site.home),
        calls=_calls(site, site.home),
        tls=site.tls,
        browser=site.browser,
    )


def of_url(url: str, *, yes: bool = False) -> Target:
    """The target for a portal by the address of its home or of one section, rules or none.

    Raises CallError for anything that is no plain http(s) address.
    """
    host, port = _checked(url)
    parts = urlsplit(url)
    named = (host, port) if port is not None and port != DEFAULT_PORTS[parts.scheme] else None
    site = sites.site_of_host(host)
    if site is not None:
        refuse_guess(site, yes=yes)
    start = parts._replace(path=parts.path or "/", fragment="").geturl()
    only_start = _path_and_query(start) != "/" and start != (site.home if site else None)
    return Target(
        slug=site.slug if site else (f"{host}:{port}" if named else host),
        site=site,
        start=start,
        sections=() if only_start or site is None else _declared(site.sections, start),
        calls=() if only_start or site is None else _calls(site, start),
        only_start=only_start,
        named=named,
        yours=port is not None or is_own_name(host),
        tls=site.tls if site is not None else None,
        browser=site is not None and site.browser,
    )


def followed(path: Path, slugs: Collection[str] = ()) -> list[Target]:
    """The sites that the archive at `path` follows; with `slugs` those of them.

    Whoever crawled a guessed site once said yes to it. Raises CallError for a slug that the
    archive does not follow, ArchiveError if it cannot be used.
    """
    from newsarchive.archive import Archive

    with Archive.open(path, create=False) as archive:
        found = archive.followed()
        homes = {slug: archive.home(slug) for slug in found}
    for slug in slugs:
        if slug not in found:
            raise CallError(
                f"{slug}: this archive does not follow it (it follows {', '.join(found) or 'none'})"
                f"; `newsarchive crawl {slug}` begins to"
            )
    registered = sites.all_sites()
    chosen = list(dict.fromkeys(slugs)) or found
    return [
        of_slug(slug, yes=True)
        if slug in registered
        # What is the user's own is on record in this archive, and not in how a home is written.
        else replace(of_url(homes[slug] or "", yes=True), yours=False)
        for slug in chosen
    ]


def _calls(site: Site, home: str) -> tuple[str, ...]:
    return _declared(site.calls.addresses(), home) if site.calls is not None else ()


def _declared(addresses: Collection[str], home: str) -> tuple[str, ...]:
    # They stand on the host that is asked: a site that a user reaches at another port has them
    # there.
    return tuple(urljoin(home, _path_and_query(urljoin(home, a))) for a in addresses)


def _checked(url: str) -> tuple[str, int | None]:
    """Host and named port of a well-formed address; raises CallError saying what is wrong."""
    if "://" not in url:
        raise CallError(f"{url}: not an address; did you mean --url https://{url.lstrip('/')} ?")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CallError(f"{url}: not an address ({error}); check it") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise CallError(f"{url}: only http and https can be crawled, not {parts.scheme!r}")
    if parts.username is not None or parts.password is not None:
        raise CallError(
            f"{parts.hostname}: an address with a password is not archived; leave it out"
        )
    host = parts.hostname or ""
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_host = ""
    if not _HOST.match(ascii_host) or ".." in ascii_host or any(c.isspace() for c in url):
        raise CallError(f"{url}: not an address (its host is {host!r}); check it")
    try:
        usual = spelled(ascii_host)
    except ValueError as error:
        raise CallError(f"{url}: not an address ({error}); check it") from None
    if usual != ascii_host.rstrip("."):
        raise CallError(f"{url}: its host is another spelling of {usual}; write that")
    if port == 0:
        raise CallError(f"{url}: port 0 cannot be asked; name the port the portal answers on")
    return ascii_host, port


def refuse_guess(site: Site, *, yes: bool) -> None:
    """Raise Unconfirmed for a guessed site, naming the evidence and who took the province over."""
    if site.evidence != "guessed" or yes:
        return
    after = ""
    if site.province_2025 and site.province_2025 != site.province:
        after = f"; {site.province} is part of {site.province_2025} since 1 July 2025"
    if site.successor:
        after += f"; its successor is {site.successor!r}"
    raise Unconfirmed(
        f"{site.slug}: evidence 'guessed': nobody has seen that {site.hosts[0]} is its portal"
        f"{after} (--yes, or `scrapy crawl {site.slug} -a yes=1`, asks it all the same)"
    )


def day(text: str) -> str:
    """A day as YYYY-MM-DD; raises CallError for anything else."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CallError(f"--since {text}: not a day; write it as YYYY-MM-DD") from None
