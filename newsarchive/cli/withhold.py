"""`newsarchive withhold`: an article out of all that is shown, and its bytes out of the files."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive import clock, query
from newsarchive.cli._options import db_option
from newsarchive.cli._print import plain
from newsarchive.errors import Busy, CallError, NewsArchiveError

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.withhold import Named

_REMAINS = "other articles' pages and lists that were kept may still mention it"


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive withhold 12 --reason 'asked by the person named, 2026-03-01'\n"
    "  newsarchive withhold https://congan.example.vn/bai-12.html --reason 'a minor' --erase\n"
    "  newsarchive withhold 12 --restore"
)
@click.argument("which", metavar="ID|URL")
@click.option("--reason", metavar="TEXT", help="Why; kept with it, so name nobody in it.")
@click.option("--erase", is_flag=True, help="Also erase its text, captures and pictures for good.")
@click.option("--restore", is_flag=True, help="Show it again, if it was not erased.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but problems.")
@db_option
def withhold(
    which: str, reason: str | None, erase: bool, restore: bool, quiet: bool, db: Path
) -> int:
    """Take the article with this ID, or of this address, out of search, export and serve.

    It stays out when a crawl, import, merge or recover meets it again; so does an address that is
    not in the archive yet. --erase replaces its records in the WARC files, and those of pictures
    that no other article shows, by notes with the reason; that cannot be undone. Copies of the
    archive elsewhere are not touched: withhold it there too, or make them anew with `newsarchive
    backup`.
    """
    from newsarchive.archive.locks import Locks
    from newsarchive.archive.salvage import open_archive
    from newsarchive.archive.withhold import named

    if restore and (erase or reason is not None):
        raise CallError("--restore goes without --reason and --erase")
    if not restore and not (reason or "").split():
        raise CallError("say why with --reason TEXT")
    with closing(query.open_readonly(db)) as conn:
        article = query.find(conn, which)
    if article is None and which.isascii() and which.isdigit():
        raise NewsArchiveError(f"{which}: no such article in {db}; `newsarchive search` shows ids")
    with closing(Locks(db)) as locks, open_archive(db, create=False) as archive:
        found = named(archive, article, which)
        if restore:
            said, failed = _restore(archive, found), False
        elif erase:
            said, failed = _erase(archive, found, reason or "", locks, quiet)
        else:
            said, failed = _withhold(archive, found, reason or ""), False
    if not quiet:
        click.echo(f"{plain(found.url)}: {said}")
    return int(failed)


def _now() -> str:
    return clock.stamp(clock.now())


def _restore(archive: Archive, found: Named) -> str:
    from newsarchive.archive.withhold import restore

    return "shown again" if restore(archive, found) else "is not withheld"


def _withhold(archive: Archive, found: Named, reason: str) -> str:
    from newsarchive.archive.withhold import held, withhold

    withhold(archive, found, reason=reason, since=_now())
    since, _ = held(archive, found)
    if found.article is None:
        return f"withheld since {since}; it is in no article here, and stays out when it is met"
    return f"withheld since {since}: in no search, export or serve; {_REMAINS}"


def _erase(
    archive: Archive, found: Named, reason: str, locks: Locks, quiet: bool
) -> tuple[str, bool]:
    from newsarchive.archive.withhold import FILES, compact, erase, plan
    from newsarchive.cli import fail
    from newsarchive.cli._bar import bar

    if not locks.take(FILES):
        raise Busy(f"{archive.path}: another newsarchive uses its WARC files; wait for its end")
    plan_ = plan(archive, found, reason)
    with bar("erasing", plan_.size(archive.warc_dir), quiet=quiet) as advance:
        erase(archive, found, plan_, reason=reason, when=_now(), advance=advance)
    for name in plan_.missing:
        fail(f"{archive.warc_dir / name}: is missing; what it holds of {found.url} is not erased")
    clean = compact(archive, locks)
    if not clean:
        fail(
            f"{archive.path}: in use by another program; traces of the text may stay in it until "
            f"this is run again: newsarchive withhold {found.url} --erase"
        )
    captures = len(plan_.captures) - plan_.pictures
    what = f"{captures} captures and {plan_.pictures} of pictures in {len(plan_.files)} WARC files"
    return f"withheld and erased: {what}; {_REMAINS}", not clean or bool(plan_.missing)
