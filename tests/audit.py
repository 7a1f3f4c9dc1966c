"""`make audit`: the pinned dependencies against the database of known vulnerabilities, by pip-audit.

The database is asked over the network; where it cannot be had, that is one line, for nothing was
audited then. `--licences` lists whose work the installed dependencies are under which terms.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINS = Path(__file__).resolve().parent.parent / "constraints.txt"
_SECONDS = 300
_LONGEST = 60  # characters of a licence


def main(argv: list[str]) -> int:
    """Audit, or list licences; 1 if something is vulnerable."""
    if argv == ["--licences"]:
        for name in sorted(closure("newsarchive", {"all"})):
            found = distribution(name)
            print(f"{name}\t{found.version}\t{licence(found)}")
        return 0
    line, status = audited(*_asked())
    print(line, file=sys.stderr if status else sys.stdout)
    return status


def _asked() -> tuple[str, str]:
    """What pip-audit says, on standard output and error."""
    command = [
        sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--requirement", str(PINS),
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {_SECONDS} s"
    return done.stdout, done.stderr


def audited(out: str, err: str) -> tuple[str, int]:
    """One text for the user, and the exit status, of what pip-audit said."""
    try:
        found = json.loads(out)["dependencies"]
    except ValueError:
        why = (err.strip().splitlines() or ["it said nothing"])[-1]
        return f"nothing was audited: pip-audit cannot ask its database ({why})", 0
    skipped = [one for one in found if "skip_reason" in one]
    if len(skipped) == len(found):
        return "nothing was audited: the database knows none of the packages, or is not there", 0
    lines = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions'])}"
        for one in found
        for flaw in one.get("vulns", ())
    ]
    lines += [f"not audited: {one['name']}" for one in skipped]
    vulnerable = any(one.get("vulns") for one in found)
    lines.append(f"{len(found) - len(skipped)} of {len(found)} dependencies audited")
    return "\n".join(lines), int(vulnerable)


def closure(name: str, extras: set[str]) -> set[str]:
    """Names of all installed distributions that one needs with these extras, itself left out."""
    done: set[tuple[str, str]] = set()
    todo: list[tuple[str, str]] = [(canonicalize_name(name), extra) for extra in ("", *extras)]
    while todo:
        which = todo.pop()
        if which in done:
            continue
        done.add(which)
        todo += _needed(*which)
    return {found for found, _ in done} - {canonicalize_name(name)}


def _needed(name: str, extra: str) -> Iterator[tuple[str, str]]:
    try:
        requirements = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            needed = canonicalize_name(requirement.name)
            yield from ((needed, one) for one in ("", *requirement.extras))


def licence(of: Distribution) -> str:
    """The terms that a distribution names of itself; '?' where it names none."""
    told = of.metadata
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    expression, text = (told.get_all(name, []) for name in ("License-Expression", "License"))
    named = [*expression, ", ".join(classified), *text, "?"]
    return next(filter(None, named)).splitlines()[0][:_LONGEST]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
