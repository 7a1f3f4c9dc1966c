"""What all tests share: where the neighbouring material lies, and what a missing piece means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


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
