"""One target in a process of its own, guided by coverage; only this needs atheris.

python -m fuzz.worker TARGET FOLDER SECONDS [libFuzzer's options]
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

import fuzz
from fuzz.findings import cause, tried
from fuzz.holds import SHORT
from fuzz.mutating import mutated

CORPUS, FOUND, TOLD = "corpus", "found", "told.json"
_WARM = 4.0  # seconds for trying the first inputs
_EVERY = 2.0  # seconds between two looks at the counts
_MOST = 30  # causes of which an input is kept


class Watch:
    """Tries inputs, counts them, and keeps the first of every cause and the slowest."""

    def __init__(self, one: Callable[[bytes], None], folder: Path) -> None:
        self._one = one
        self._folder = folder
        self._told = 0.0
        self.counts: dict[str, Any] = {"runs": 0, "found": {}, "slowest": 0.0, "a_byte": 0.0}

    def try_one(self, data: bytes) -> None:
        """Try an input; whatever it does wrong is kept, and the next one follows."""
        start = time.process_time()
        try:
            self._one(data)
        except Exception as error:  # a finding
            self._keep(cause(error), data)
        self._timed(time.process_time() - start, data)
        self.counts["runs"] += 1
        if time.monotonic() - self._told > _EVERY:
            self.tell()

    def tell(self) -> None:
        """Write the counts where who started this finds them, whatever becomes of the process."""
        self._told = time.monotonic()
        (self._folder / TOLD).write_text(json.dumps(self.counts), encoding="utf-8")

    def warm(self, data: bytes) -> None:
        """Try an input untimed: the first ones load modules, which are to be watched, too."""
        tried(self._one, data)

    def _keep(self, why: str, data: bytes) -> None:
        found = self.counts["found"]
        found[why] = found.get(why, 0) + 1
        if found[why] == 1 and len(found) <= _MOST:
            folder = self._folder / FOUND
            (folder / f"{len(found)}.bin").write_bytes(data)

    def _timed(self, taken: float, data: bytes) -> None:
        counts = self.counts
        if taken > counts["slowest"]:
            counts["slowest"] = taken
            (self._folder / "slowest.bin").write_bytes(data)
        a_byte = taken / max(len(data), SHORT)
        if a_byte > counts["a_byte"]:
            counts["a_byte"] = a_byte
            (self._folder / "heaviest.bin").write_bytes(data)


def main() -> None:
    """Fuzz until the seconds are over; libFuzzer ends the process."""
    begun = time.monotonic()
    name, folder, seconds, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["newsarchive"]):
        target = fuzz.target(name)
        seeds = target.seeds()
        watch = Watch(target.one, Path(folder))
        warm = time.process_time() + _WARM
        for seed in seeds:
            if time.process_time() < warm:
                watch.warm(seed)

    def change(data: bytes, largest: int, number: int) -> bytes:
        dice = random.Random(number)
        if dice.random() < 0.3:
            return bytes(atheris.Mutate(data, largest))
        return mutated(data, dice, target.WORDS, seeds, largest)

    watch.tell()
    corpus = Path(folder, CORPUS)
    left = max(1, int(float(seconds) - (time.monotonic() - begun)))
    arguments = [
        sys.argv[0], f"-max_len={target.LARGEST}", f"-max_total_time={left}",
        f"-artifact_prefix={folder}/hard-", "-print_final_stats=1", *options, str(corpus),
    ]  # fmt: skip
    atheris.Setup(arguments, watch.try_one, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
