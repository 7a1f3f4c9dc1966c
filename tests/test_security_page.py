"""docs/security.md names limits: each is a setting, with the default that it says."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from newsarchive.settings.keys import KEYS, Key

ROW = re.compile(
    r"^\| (?:`\[(?P<table>[^\]]+)\]` )?`(?P<name>[^`]+)` \| `(?P<default>[^`]+)` \| ", re.M
)
PAGE = ROOT / "docs" / "security.md"
LONGEST = 110  # lines: it is a page


def limits() -> list[tuple[str, str, str]]:
    return [
        (m["table"] or "", m["name"], m["default"]) for m in ROW.finditer(PAGE.read_text("utf-8"))
    ]


def key(table: str, name: str) -> Key:
    (found,) = [key for key in KEYS if (key.table, key.name) == (table, name)]
    return found


def test_each_is_a_setting_with_that_default() -> None:
    found = limits()
    assert len(found) == len(set(found)) >= 6
    for table, name, default in found:
        value = key(table, name).default
        assert value is not None, name
        assert default == (f"{value:g}" if isinstance(value, int | float) else str(value)), name


def test_each_setting_that_limits_what_others_do_is_there() -> None:
    bounds = {
        (key.table, key.name)
        for key in KEYS
        if key.name.startswith("max-") and key.default is not None
    }
    assert bounds
    assert bounds <= {(table, name) for table, name, _ in limits()}


def test_it_is_a_page_and_all_lead_to_it() -> None:
    assert len(PAGE.read_text("utf-8").splitlines()) <= LONGEST
    for name in ("README.md", "SECURITY.md"):
        assert "docs/security.md" in (ROOT / name).read_text("utf-8"), name
    assert "(SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["SECURITY.md", "docs/security.md"])
def test_its_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target
