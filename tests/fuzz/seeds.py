"""What inputs begin with: the pages of the tests, those beside the checkout, what is made here."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from conftest import ROOT, SHARED

_SCRIPT = re.compile(rb"(<(?:script|style|svg)\b.*?)(</(?:script|style|svg)>)", re.DOTALL | re.I)
_TEXT = re.compile(rb"((?:(?<=>)|(?<=[\"']))[^<>\"']{24,})")
PAGES = ROOT / "tests" / "pages"


@cache
def pages() -> tuple[bytes, ...]:
    """Pages of the tests: articles, lists, and what is neither."""
    return tuple(path.read_bytes() for path in sorted(PAGES.rglob("*.html")))


@cache
def dumps() -> tuple[bytes, ...]:
    """Text dumps of the tests."""
    return tuple(path.read_bytes() for path in sorted(PAGES.rglob("*.txt")))


@cache
def articles() -> tuple[dict[str, Any], ...]:
    """What a right reading of the tests' articles gives."""
    return tuple(
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((PAGES / "articles").glob("*.json"))
    )


def real() -> list[bytes]:
    """The markup of real pages, where they lie beside the checkout; only ever read.

    Scripts, styles and texts are cut short: they take time, and their words are not what counts.
    """
    folder = SHARED / "pages"
    found: list[Path] = sorted(folder.rglob("*.html.gz")) if folder.is_dir() else []
    return [_markup(gzip.decompress(path.read_bytes())) for path in found]


def _markup(page: bytes) -> bytes:
    return _TEXT.sub(
        lambda text: text[1][:24], _SCRIPT.sub(lambda one: one[1][:120] + one[2], page)
    )
