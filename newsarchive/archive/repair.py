"""What can be rebuilt of a damaged archive: indexes out of the articles, articles out of what is
left of their captures."""

from __future__ import annotations

from collections.abc import Iterable

from newsarchive.archive import _indexes, reprints, salvage, tallies, volumes
from newsarchive.archive.audit import Fault
from newsarchive.archive.store import Archive


def repair(archive: Archive, faults: Iterable[Fault]) -> list[str]:
    """Mend what can be mended; return in words what was done, one line each.

    Captures whose record is lost are dropped, and what was read from them alone with them: an
    article goes back to what its other captures say, or is asked again by the next crawl.
    """
    found = list(faults)
    done = [f"{name}: closed" for name in salvage.settle(archive)]
    with archive._writing() as conn:
        for name, rebuild in (
            ("articles_fts", _indexes.rebuild_folded),
            ("articles_exact", _indexes.rebuild_exact),
            ("volumes", volumes.rebuild),
            ("tallies", tallies.rebuild),
            ("reprints", reprints.rebuild),
        ):
            if any(fault.mends == name for fault in found):
                rebuild(conn)
                done.append(f"{archive.path}: {name} made anew")
    lost = sorted({c for fault in found if fault.mends == "captures" for c in fault.captures})
    dropped = 0
    for capture in lost:
        if archive._rows("SELECT 1 FROM captures WHERE id = ?", (capture,)):
            salvage.drop_capture(archive, capture)
            dropped += 1
    if dropped:
        done.append(
            f"{archive.path}: {dropped} captures without a sound record dropped; "
            "the next crawl asks for their pages again"
        )
    archive.commit()
    return done
