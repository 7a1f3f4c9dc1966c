"""`make stress`: all parts, each in a process of its own, the long ones beside the others; a table.

Progress is on standard error, the table on standard output. Exit status 1 unless every fault was
survived and no article lost or wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from stress.parts import PARTS, run_part, table, troubles
from stress.row import Row

MOST_SECONDS = 1800  # a part that does not end by then hangs
_LONG = ("network", "together")  # much of what they take is waiting
_LATENCIES = "latencies.txt"


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the command line says; return the exit status."""
    args = _arguments(argv)
    if args.only is not None:  # a process of its own: rows as JSON, and nothing else
        rows = run_part(
            args.only, Path(args.folder), cut=args.cut, seed=args.seed, minutes=args.minutes
        )
        print(json.dumps([asdict(row) for row in rows]))
        return 0
    with tempfile.TemporaryDirectory(prefix="stress-") as name:
        found = _all(args.part or PARTS, Path(name), args)
        latencies = Path(name) / "together" / _LATENCIES
        took = latencies.read_text(encoding="utf-8") if latencies.exists() else ""
    rows = [row for part in found.values() for row in part]
    if args.json:
        print(json.dumps({part: [asdict(row) for row in of] for part, of in found.items()}))
    else:
        print(table(rows))
        if took:
            print(f"\nAll at once, in milliseconds:\n{took}", end="")
    said = troubles(found)
    for line in said:
        print(line, file=sys.stderr)
    return int(bool(said))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="stress", description=__doc__)
    parser.add_argument("--cut", action="store_true", help="the two minutes that `make test` runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", action="append", choices=PARTS, help="this one; may be repeated")
    parser.add_argument("--minutes", type=float, help="of `together`  [default: 10]")
    parser.add_argument("--json", action="store_true", help="rows by part, in place of the table")
    parser.add_argument("--only", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def _all(parts: Sequence[str], folder: Path, args: argparse.Namespace) -> dict[str, list[Row]]:
    """The rows of each part; the two long ones run beside the others, which follow each other."""
    with ThreadPoolExecutor(3) as pool:
        others = [part for part in parts if part not in _LONG]
        lines = [
            pool.submit(lambda line: {part: _part(part, folder, args) for part in line}, line)
            for line in (*([part] for part in parts if part in _LONG), others)
        ]
        found = {part: rows for line in lines for part, rows in line.result().items()}
    return {part: found[part] for part in parts}


def _part(part: str, folder: Path, args: argparse.Namespace) -> list[Row]:
    """Run a part in a process of its own. One that dies or hangs is a fault not survived."""
    line = [sys.executable, "-m", "stress", "--only", part, "--folder", str(folder / part)]
    line += ["--seed", str(args.seed), *["--cut"] * args.cut]
    line += ["--minutes", str(args.minutes)] if args.minutes is not None else []
    (folder / part).mkdir()
    print(f"{part} ...", file=sys.stderr, flush=True)
    began = monotonic()
    try:
        done = subprocess.run(line, stdout=subprocess.PIPE, timeout=MOST_SECONDS, check=True)
        rows = [Row(**row) for row in json.loads(done.stdout)]
    except (subprocess.SubprocessError, ValueError) as error:
        print(f"{part}: {error}", file=sys.stderr, flush=True)
        return [Row(fault=f"{part}: the part itself", injected=1, survived=0)]
    held = sum(row.survived for row in rows), sum(row.injected for row in rows)
    took = monotonic() - began
    print(f"{part}: {held[0]} of {held[1]} survived, {took:.0f} s", file=sys.stderr, flush=True)
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
