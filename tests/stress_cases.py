"""The cut of each part of the stress, as a test."""

from __future__ import annotations

from pathlib import Path

from stress.parts import run_part, troubles

SEED = 1


def check(part: str, folder: Path) -> None:
    """Run the cut of a part: every fault is survived, no article lost or wrong."""
    rows = run_part(part, folder, cut=True, seed=SEED)
    faults = folder / "faults.txt"
    said = faults.read_text(encoding="utf-8") if faults.exists() else ""
    assert troubles({part: rows}) == [], said
