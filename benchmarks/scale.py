"""What several machines gain, that it changes nothing, and what commands cost as archives grow.

    python benchmarks/scale.py [--part dask|growth] [--pages N] [--articles N] [--keep DIR]

`--part dask`: pages a second that one and two workers of a Dask scheduler read (the ratio should be
at least 1.8 on two cores), and a reparse of 20,000 articles by three workers, one of them killed
(SIGKILL) while it reads, compared with the same reparse by one process, row for row.

`--part growth`: CPU seconds and memory of each command, and of the pages of `serve`, on archives of
10,000 to 1,000,000 articles (`--sizes`), and the exponent by which they grow. Building the largest
takes half an hour: `--keep` it.

Exit status 1 where a bound is missed or a row differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import _scale_dask
import _scale_growth

# Each part prints its figures and says whether all its bounds hold.
PARTS: dict[str, Callable[[argparse.Namespace, Path], bool]] = {
    "dask": _scale_dask.measure,
    "growth": _scale_growth.measure,
}


def main() -> int:
    """Measure and print the figures; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="only this one")
    parser.add_argument("--pages", type=int, default=5_000, help="read for the ratio")
    parser.add_argument("--rounds", type=int, default=3, help="of each side of the ratio")
    parser.add_argument("--articles", type=int, default=20_000, help="read again and compared")
    parser.add_argument("--sizes", type=int, nargs="+", default=_scale_growth.SIZES, metavar="N")
    parser.add_argument(
        "--only", nargs="+", metavar="STEP", help="of the growth: steps that begin so"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what is built, and use it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        held = [PARTS[name](given, folder) for name in PARTS if given.part in (None, name)]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
