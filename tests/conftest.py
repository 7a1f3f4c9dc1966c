"""What all tests share: where the neighbouring material lies, and what a missing piece means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


# The files that take longest, the longest first: begun last, one of them would keep one process busy
# while the others have nothing left to do.
LONG = (
    "test_discovery", "test_shared_crawl", "test_dask", "test_stress_network", "test_refresh_tells", "test_refresh", "test_wacz",
    "test_reader_bounds", "test_health", "test_killed", "test_crawl_faults", "test_desk_hostile",
    "test_health_year", "test_refresh_little", "test_recover", "test_merge", "test_desk_article",
    "test_dates_roundtrip", "test_desk", "test_stress_together", "test_templates", "test_verify",
    "test_crawl", "test_faults", "test_archive", "test_schedule_command", "test_stress",
    "test_browser", "test_health_command", "test_withhold", "test_any_bytes",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, else as they stand; the same in every process."""
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(LONG)))


def missing(what: str) -> None:
    """Skip the test with one line that says how to get `what`; under CI=true nothing skips."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and sources beside the checkout."""
    if not SHARED.is_dir():
        missing("the folder 'shared' is not beside the checkout: put the project's shared/ there")
    return SHARED
