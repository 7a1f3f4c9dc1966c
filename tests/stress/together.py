"""All at once on one archive: crawls, refresh, readers, backup, export, reparse, merge, verify,
withhold, and a kill -9 of a writer now and then. Nothing is lost, nothing wrong, nothing locked.

Two portals publish and edit all the while and know all that they ever showed, so that it can be
told of every version in the archive whether it is true, and of every page that went out whether it
is there.
"""

from __future__ import annotations

import random
import threading
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from stress.actors import Actors
from stress.commands import Commands, latencies
from stress.living import living
from stress.readers import Asker, Searcher
from stress.row import Row
from stress.truth import Truth

MINUTES = 10.0
CUT_SECONDS = 6.0
LATENCIES = "latencies.txt"
_PORTALS = (
    ("mojoportal", "Công an tỉnh Ví Dụ"),
    ("wordpress", "Công an tỉnh Thí Điểm"),
    ("nukeviet", "Công an tỉnh Làm Mẫu"),
)


def run(folder: Path, *, cut: bool, seed: int, minutes: float = MINUTES) -> list[Row]:
    """Everybody at work for so many minutes (CUT_SECONDS in the cut), then the judgement.

    Latencies are in the folder's LATENCIES afterwards, what went wrong in faults.txt.
    """
    folder.mkdir(parents=True, exist_ok=True)
    commands = Commands(folder / "archive.db", folder / "faults.txt")
    with ExitStack() as standing:
        portals = [
            standing.enter_context(living(family, name, first=12 if cut else 80, seed=seed + at))
            for at, (family, name) in enumerate(_PORTALS)
        ]
        actors = Actors(commands, Truth(portals), *portals)
        actors.begin()
        with ExitStack() as moving:
            for portal in portals[:2]:
                moving.enter_context(portal.at_work(0.7))
            _work(actors, CUT_SECONDS if cut else 60 * minutes, seed)
        rows = _judged(actors)
    (folder / LATENCIES).write_text(latencies(commands.tallies) + "\n", encoding="utf-8")
    return rows


def _work(actors: Actors, seconds: float, seed: int) -> None:
    """Everybody at work for so long."""
    over, commands = actors.over, actors.commands
    threads: list[threading.Thread] = []

    def begin(work: Callable[..., object], *args: Any) -> None:
        rng = random.Random(f"{seed} {len(threads)}")
        guarded = (commands, work, *args, rng)
        threads.append(threading.Thread(target=_guarded, args=guarded))
        threads[-1].start()

    for once in actors.rounds():
        begin(actors.run, once)
    for kind in (Searcher, Asker):
        begin(kind(commands, actors.truth, actors.withheld).run, over)
    over.wait(seconds)
    over.set()
    for thread in threads:
        thread.join()


def _guarded(commands: Commands, work: Callable[..., object], *args: object) -> None:
    """An actor that dies is a fault of the run, and no quiet end of it."""
    try:
        work(*args)
    except BaseException:
        commands.note("actor", None, traceback.format_exc())


def _judged(actors: Actors) -> list[Row]:
    """Bring the archive up to date with nobody else at work, and judge all of it."""
    commands = actors.commands
    actors.end()
    verdict = actors.truth.verdict(commands.db, actors.withheld, actors.whole)
    for line in verdict.lines:
        commands.fault(line)
    rows = [
        Row(fault=f"together: {name}", injected=tally.injected, survived=tally.survived)
        for name, tally in sorted(commands.tallies.items())
    ]
    killed = sum(tally.killed for tally in commands.tallies.values())
    whole = killed if not commands.faults else 0
    rows.append(Row(fault="together: kill -9 of a writer", injected=killed, survived=whole))
    rows.append(
        Row(
            fault="together: the archive afterwards",
            injected=1,
            survived=int(not commands.faults),
            true=verdict.true,
            lost=verdict.lost,
            wrong=verdict.wrong,
        )
    )
    return rows
