"""The examples in docstrings show what the functions give."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT


def modules() -> list[str]:
    """Modules with examples in them."""
    found = []
    for path in sorted((ROOT / "newsarchive").rglob("*.py")):
        if ">>> " in path.read_text(encoding="utf-8"):
            found.append(".".join(Path(path).relative_to(ROOT).with_suffix("").parts))
    return found


@pytest.mark.parametrize("name", modules())
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name.removesuffix(".__init__")))
    assert tried
    assert not failed
