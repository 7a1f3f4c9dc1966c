"""The cut of the stress of what a server can do, and of where the program may go."""

from __future__ import annotations

from pathlib import Path

import pytest
from stress_cases import check


@pytest.mark.parametrize("part", ["network", "places"])
def test_the_cut(part: str, tmp_path: Path) -> None:
    check(part, tmp_path)
