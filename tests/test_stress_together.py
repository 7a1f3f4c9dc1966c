"""The cut of the stress of many commands on one archive, and of the pages of `serve`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import missing
from stress_cases import check


@pytest.mark.parametrize("part", ["together", "web"])
def test_the_cut(part: str, tmp_path: Path) -> None:
    if find_spec("datasette") is None:
        missing("serve needs Datasette: pip install 'newsarchive[web]'")
    check(part, tmp_path)
