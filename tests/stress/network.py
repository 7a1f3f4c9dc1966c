"""Every fault that a server can make, on every kind of request: one portal for each, all of them
crawled by few refreshes; then the faults are lifted, and all that the portals hold must be there.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import quick
from crawl_cases import article_paths, command, environment
from fault_cases import KINDS, Case, case, follow, held, pictured, refresh
from fault_server import Site, serve
from faulty import FAULTS, bomb
from web_archives import Held, Wayback

from newsarchive.demo.answer import Answer
from newsarchive.demo.portal import Portal
from stress.row import Row

AT_ONCE = 140  # portals in one refresh
_CUT = 2  # faults of each kind in the cut
_ARCHIVES = ("index", "replay")
_BEFORE_ARTICLES = frozenset({"home", "robots", "section"})  # without these others are missed, too
# Good answers but for their bytes, which nobody can tell to be those of another picture.
_PASS_FOR_PICTURES = frozenset(
    (
        "noise",
        "wrong-type-image",
        "nul-body",
        "pdf",
        "encoding-unknown",
        "encoding-many",
        "gzip-lie",
        "gzip-of-1000",
        "chunked-no-chunks",
        "bomb-in-page",
    )
)
# Whole, and nobody can tell: of robots.txt a rule may be missing, and nothing is asked.
_NOT_SURE = frozenset(("endless-trailers", "length-too-long", "two-answers"))
_RECOVERIES = 12  # at once: most of what they take is waiting
_FIRST_TIMEOUT, _TIMEOUT = 6.0, 60.0  # seconds; of what hangs, of what is well


def run(folder: Path, *, cut: bool, seed: int) -> list[Row]:
    """A row a kind of request. cut: a few faults of each, drawn by the seed."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(seed)
    names = sorted(FAULTS)
    chosen = [
        (kind, name) for kind in KINDS for name in (draw.sample(names, _CUT) if cut else names)
    ]
    found: dict[str, list[tuple[bool, tuple[int, int, int]]]] = {kind: [] for kind in KINDS}
    for number, part in enumerate(_parts(chosen)):
        cases = [case(kind, name) for kind, name in part]
        for one, well, counts in _crawled(folder / f"{number}.db", cases):
            found[one.kind].append((well, counts))
    rows = [_row(f"network: {kind}", outcomes) for kind, outcomes in found.items()]
    for kind in _ARCHIVES:
        faults = draw.sample(names, 1) if cut else names
        rows.append(_row(f"network: {kind}", _recovered(folder / kind, kind, faults)))
    return rows


def _parts(chosen: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    """Those that are crawled at once. Rechecks stand alone: they are crawled well first, and the
    faults of others would hold that up."""
    for whole in (
        [one for one in chosen if one[0] != "recheck"],
        [one for one in chosen if one[0] == "recheck"],
    ):
        for start in range(0, len(whole), AT_ONCE):
            yield whole[start : start + AT_ONCE]


def _row(fault: str, outcomes: Sequence[tuple[bool, tuple[int, int, int]]]) -> Row:
    true, lost, wrong = (sum(counts[n] for _, counts in outcomes) for n in range(3))
    survived = sum(well for well, _ in outcomes)
    return Row(
        fault=fault, injected=len(outcomes), survived=survived, true=true, lost=lost, wrong=wrong
    )


def _crawled(db: Path, cases: list[Case]) -> list[tuple[Case, bool, tuple[int, int, int]]]:
    """Whether each fault was survived, and what is archived in the end."""
    with serve(cases):
        follow(db, cases)
        if any(one.kind == "recheck" for one in cases):
            refresh(db, cases, timeout=_TIMEOUT)
            for one in cases:
                if one.kind == "recheck":
                    one.faults[one.target] = one.fault
        first = refresh(db, cases, "--recheck", "all", timeout=_FIRST_TIMEOUT)
        sound = _is_clean(first)
        between = {one.slug: held(db, one) for one in cases}
        for one in cases:
            one.lift()
        last = refresh(db, cases, days=2, timeout=_TIMEOUT)
        if any(one.kind in ("recheck", "image", "article") for one in cases):
            last = refresh(db, cases, "--recheck", "all", days=4, timeout=_TIMEOUT)
        sound = sound and _is_clean(last)
        return [
            (one, sound and _is_survived(db, one, between[one.slug]), held(db, one))
            for one in cases
        ]


def _is_clean(done: subprocess.CompletedProcess[str]) -> bool:
    return (
        done.returncode in (0, 1)
        and "Traceback" not in done.stderr
        and "internal error" not in done.stderr
    )


def _is_survived(db: Path, one: Case, between: tuple[int, int, int]) -> bool:
    """Whether the fault cost no more than what it hit, and what it hit came in the end."""
    _, missing, wrong = between
    may_miss = 4 if one.kind in _BEFORE_ARTICLES else 1 if one.kind in ("article", "page") else 0
    if one.harmless:
        may_miss = 0
    if one.kind == "robots" and one.fault in _NOT_SURE:
        return missing == 4
    # Another page in an article's place is one that no program can tell, until it is looked at
    # again.
    may_err = one.fault == "another-page" and one.kind in ("article", "recheck")
    came = one.kind != "image" or one.fault in _PASS_FOR_PICTURES or pictured(db, one)
    return missing <= may_miss and wrong <= may_err and came


# Web archives.


class _Alone:
    """A web archive, of which one address meets the fault."""

    def __init__(self, portal: Portal) -> None:
        base = "http://congan.example.vn"
        self.captures = [
            Held(f"{base}{path}", f"2024010{n}000000", _page(portal, path))
            for n, path in enumerate(article_paths(portal), 1)
        ]
        self._archive = Wayback(self.captures)

    def respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes = b""
    ) -> Answer:
        return self._archive.respond(method, target, headers, body)


def _page(portal: Portal, path: str) -> bytes:
    return portal.respond("GET", path, {"host": "congan.example.vn"}).body


class _Everywhere(Site):
    """Meets its fault at every target that begins so; `faults` has that beginning."""

    def fault_of(self, target: str) -> str | None:
        return next((name for start, name in self.faults.items() if start in target), None)


def _recovered(
    folder: Path, kind: str, faults: Sequence[str]
) -> list[tuple[bool, tuple[int, int, int]]]:
    """One recovery a fault, several at a time, and one more without it."""
    from concurrent.futures import ThreadPoolExecutor

    folder.mkdir(parents=True, exist_ok=True)
    portals = [case("article", name).portal for name in faults]
    sites = []
    for portal, name in zip(portals, faults, strict=True):
        archive = _Alone(portal)
        where = "/cdx/" if kind == "index" else archive.captures[1].url
        sites.append(_Everywhere(portal=archive, faults={where: name}))
    if any(name.startswith("bomb") for name in faults):
        bomb("gzip")
    with serve(sites), ThreadPoolExecutor(_RECOVERIES) as pool:

        def one(number: int) -> tuple[bool, tuple[int, int, int]]:
            site, db = sites[number], folder / f"{number}.db"
            first = _recover(site, db, timeout=_FIRST_TIMEOUT)
            site.faults.clear()
            last = _recover(site, db, timeout=_TIMEOUT)
            told = Case(portal=portals[number], kind=kind, fault=faults[number])
            told.base = "http://congan.example.vn"
            well = _is_clean(first) and _is_clean(last) and last.returncode == 0
            return well, held(db, told)

        return list(pool.map(one, range(len(sites))))


def _recover(site: Site, db: Path, *, timeout: float) -> subprocess.CompletedProcess[str]:
    return quick.run(
        command(
            "recover", "--url", "http://congan.example.vn/", "--from", "wayback", "--db", db,
            "--delay", 0, "--timeout", timeout, "--patience", 2,
            "--wayback-cdx", f"{site.base}/cdx/search/cdx", "--wayback-web", f"{site.base}/web",
            "--relist",
        ),
        timeout=900, env=environment(),
    )  # fmt: skip
