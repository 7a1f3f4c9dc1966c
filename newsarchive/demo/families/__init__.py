"""Families of content management systems whose pages the demo portals imitate."""

from __future__ import annotations

from newsarchive.demo.families._page import Family
from newsarchive.demo.families.mojoportal import MojoPortal
from newsarchive.demo.families.nukeviet import NukeViet
from newsarchive.demo.families.wordpress import WordPress

NAMES = ("mojoportal", "nukeviet", "wordpress")


def family_of(name: str) -> Family:
    """The family of that name, one of NAMES. Raises ValueError for another one."""
    families: tuple[Family, ...] = (MojoPortal(), NukeViet(), WordPress())
    for family in families:
        if family.name == name:
            return family
    raise ValueError(f"no such family: {name!r} (one of {', '.join(NAMES)})")
