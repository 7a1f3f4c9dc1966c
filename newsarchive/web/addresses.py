"""Where our pages are: one place that knows, for views and templates (there: `at`)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from newsarchive.text import fold


def article(id: int) -> str:
    """The page of an article."""
    return f"/bai/{id}"


def versions(id: int) -> str:
    """What the edits of an article changed."""
    return f"/bai/{id}/phien-ban"


def site(slug: str) -> str:
    """The page of a site."""
    return f"/trang/{quote(slug, safe='')}"


def province(name: str) -> str:
    """The page of a province, of before or since July 2025."""
    return f"/tinh/{province_slug(name)}"


def province_slug(name: str) -> str:
    """A province as its address writes it: 'dak-lak'."""
    return fold(name).replace(" ", "-")


def search(choice: Mapping[str, str | int | None]) -> str:
    """The search page with these words and filters; empty ones are left out."""
    return _with("/tim-kiem", choice)


def export(choice: Mapping[str, str | int | None]) -> str:
    """The same choice as a file."""
    return _with("/xuat", choice)


def _with(path: str, choice: Mapping[str, str | int | None]) -> str:
    told = urlencode({name: value for name, value in choice.items() if value not in (None, "")})
    return f"{path}?{told}" if told else path
