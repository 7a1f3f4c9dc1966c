"""The registry as a page: each province of today with the portals of all it was made of."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from importlib import import_module

from newsarchive.sites import Site
from newsarchive.sites._provinces import PROVINCES
from newsarchive.text import fold

_HEAD = """# Provinces and their portals

Made from the registry by `newsarchive sites --markdown`; a test compares the two.

The 63 police portals as they were, under the 34 provinces and cities that there are since 1 July
2025, and the national outlets. No portal was asked while this was gathered. *read*: the host, and
what else is told, stands in public source. *guessed*: the host is formed as those of other
provinces are, or one public list alone has it; nothing is asked of it without `--yes`. *seen*: a
real page of it is among the tests' pages (none yet).
"""


def document(sites: Iterable[Site]) -> str:
    """The sites as Markdown, by today's province; those of none at the end."""
    found = list(sites)
    parts = [_HEAD]
    for province in sorted(PROVINCES, key=fold):
        own = [site for site in found if site.province_2025 == province]
        if own:
            own.sort(key=lambda site: (site.province != province, fold(site.province or "")))
            parts.append(_section(province, own))
    outlets = [site for site in found if site.province is None]
    if outlets:
        parts.append(_section("National outlets", outlets))
    return "".join(parts)


def _section(title: str, sites: list[Site]) -> str:
    was = [site.province for site in sites if site.province not in (None, title)]
    made = f"With {', '.join(name for name in was if name)}.\n\n" if was else ""
    return f"\n## {title}\n\n{made}" + "\n".join(_entry(site) for site in sites) + "\n"


def _entry(site: Site) -> str:
    told = [site.evidence, "active" if site.active else "inactive"]
    if site.family is not None:
        told.append(site.family)
    if site.successor is not None:
        told.append(f"followed by `{site.successor}`")
    hosts = ", ".join(site.hosts)
    return f"- **{site.name}** (`{site.slug}`): {hosts}; {', '.join(told)}. {_known(site)}"


def _known(site: Site) -> str:
    """What the site's file says of its sources, in one line."""
    module = import_module(f"newsarchive.sites.{site.slug.replace('-', '_')}")
    _, _, rest = (inspect.getdoc(module) or "").partition("\n\n")
    return " ".join(rest.split()).replace("<", "\\<")
