"""Loaded into the workers of tests (`dask worker --preload`): parts that are not read as others.

What it does is told by files in the folder in which the workers run. `slow`: seconds that each part
takes more. `poison`: text of a path; a part in which it is met kills the worker itself.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from newsarchive.cluster import finding, work


def told(name: str) -> str:
    path = Path(name)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def dask_setup(_worker: Any) -> None:
    """Spoil this worker."""
    read, answers = finding.read, work._answers

    def read_spoiled(part: finding.Part, pool: Any) -> list[finding.Outcome]:
        poison = told("poison")
        if poison and any(poison in str(piece.named.path) for piece in part.pieces):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(float(told("slow") or 0))
        return read(part, pool)

    def answers_spoiled(pages: Sequence[Any], pool: Any) -> Any:
        time.sleep(float(told("slow") or 0))
        return answers(pages, pool)

    finding.read = read_spoiled
    work._answers = answers_spoiled
