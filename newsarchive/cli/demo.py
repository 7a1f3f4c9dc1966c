"""`newsarchive demo`: portals on this machine, crawled for real over HTTP, and what came of it."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from newsarchive.errors import ArchiveError, CallError

if TYPE_CHECKING:
    from newsarchive.demo.portal import Portal

WORDS = "duong day danh bac"
# Beside the demo's WARC files: what a later demo may throw away without asking.
MARK = "made-by-newsarchive-demo"
_COUNTS = """
    SELECT (SELECT count(*) FROM articles WHERE site = ?),
        (SELECT count(*) FROM images JOIN articles ON id = article WHERE site = ?),
        (SELECT count(*) FROM problems JOIN captures ON captures.id = capture WHERE site = ?)
"""


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("data/demo.db"),
    show_default=True,
    help="Where the demo's archive goes; an older demo there is replaced.",
)
def demo(db: Path) -> int:
    """Crawl a few small portals, served from this machine, into an archive to play with.

    The portals are invented; the requests, the archive and the WARC files are real.
    """
    from newsarchive.cli.crawl import run_crawl
    from newsarchive.crawl import progress, targets
    from newsarchive.crawl.values import Options
    from newsarchive.demo.portal import demo_portals, serve

    _clear(db)
    started = monotonic()
    with ExitStack() as stack:
        portals = {stack.enter_context(serve(p)): p for p in demo_portals()}
        click.echo(f"Crawling {len(portals)} invented portals on 127.0.0.1 ...")
        status = run_crawl(
            [targets.of_url(f"{base}/") for base in portals],
            Options(),
            {
                "NEWSARCHIVE_DB": str(db),
                "DOWNLOAD_DELAY": 0,
                "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
                "CONCURRENT_REQUESTS": 8,
            },
            progress.fitting(quiet=False),
        )
    if status == 0:
        status = _show(db, portals, monotonic() - started)
    return status


def _clear(db: Path) -> None:
    """Throw an older demo away, and nothing else; leave the mark of a new one."""
    folder = db.with_suffix(".warc")
    mark = folder / MARK
    try:
        if db.exists() and not mark.is_file():
            raise CallError(f"{db}: is there, and no demo made it; name another file with --db")
        for path in (db, *(db.with_name(db.name + suffix) for suffix in ("-wal", "-shm", "-lock"))):
            path.unlink(missing_ok=True)
        for warc in folder.glob("*.warc.gz*"):
            warc.unlink()
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise ArchiveError(
            f"{error.filename}: cannot be written ({error.strerror}); name another file with --db"
        ) from None


def _show(db: Path, portals: dict[str, Portal], seconds: float) -> int:
    from newsarchive.query import open_readonly, search

    with closing(open_readonly(db)) as conn:
        click.echo(f"\nArchived in {seconds:.1f} s:")
        _table(conn, portals)
        for warc in sorted(db.with_suffix(".warc").glob("*.warc.gz")):
            click.echo(f"  {warc}  {warc.stat().st_size / 1000:.0f} kB")
        hits = search(conn, WORDS, limit=3)
    where = f"--db {shlex.quote(str(db))}"
    click.echo(f"\n$ newsarchive search '{WORDS}' --limit 3 {where}")
    for hit in hits:
        click.echo(f"  {(hit.published or '')[:10]:10}  {hit.title}\n              {hit.snippet}")
    if not hits:
        click.echo(f"{db}: the demo's own story is not found; please report it", err=True)
        return 1
    click.echo(
        "\nNext:\n"
        f"  newsarchive search 'Đắk Mơ' {where}\n"
        f"  newsarchive show {hits[0].id} {where}\n"
        f"  newsarchive export --format csv {where} > demo.csv\n"
        f"  newsarchive serve {where}\n"
        "  newsarchive sites                 # real portals; newsarchive crawl SITE crawls one"
    )
    return 0


def _table(conn: sqlite3.Connection, portals: dict[str, Portal]) -> None:
    rows: list[tuple[str, ...]] = [("portal", "family", "articles", "images", "problems")]
    for base, portal in portals.items():
        counts = conn.execute(_COUNTS, (base.removeprefix("http://"),) * 3).fetchone()
        rows.append((portal.name, portal.family.name, *map(str, counts)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        texts = [cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True)]
        numbers = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        click.echo("  " + "  ".join(texts + numbers))
