"""`--parts DIR`: what a cluster reads, written as Parquet in place of the archive."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.cli._print import plain

if TYPE_CHECKING:
    from newsarchive.archive.rereading import Rereading
    from newsarchive.cluster.readers import Readers
    from newsarchive.intake.counts import Counts
    from newsarchive.intake.limits import Limits
    from newsarchive.intake.progress import Progress
    from newsarchive.intake.taking import Source


def read_into(
    folder: Path,
    paths: Iterable[Path | str],
    source: Source,
    readers: Readers,
    site: str | None,
    limits: Limits,
    shown: Progress,
    *,
    overwrite: bool,
) -> Counts:
    """Read what lies at paths into a folder of Parquet files; what became of it."""
    from newsarchive.cluster.parts import Reading, writer

    with writer(folder, overwrite=overwrite) as out:
        shown.start()
        try:
            reading = Reading(out, readers, shown, readers.batch, site)
            return reading.take(
                paths,
                source,
                limits,
                lambda path, counts: shown.say(f"{plain(str(path))}: {counts}"),
            )
        finally:
            shown.stop()


def reread_into(
    folder: Path,
    kept: Rereading,
    readers: Readers,
    sites: tuple[str, ...],
    shown: Progress,
    *,
    overwrite: bool,
) -> int:
    """Read an archive's pages again into a folder of Parquet files; the exit status."""
    from newsarchive.cluster.parts import reread, writer

    with writer(folder, overwrite=overwrite) as out:
        shown.start()
        try:
            counts = reread(kept, sites, out, readers, shown, readers.batch)
        finally:
            shown.stop()
    failed = f", {counts.failed} failed" if counts.failed else ""
    shown.say(f"{plain(str(folder))}: {counts.new} pages read again{failed}")
    return int(bool(counts.failed))
