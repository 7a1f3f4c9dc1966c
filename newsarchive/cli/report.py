"""`newsarchive report`: one page about a time, with all it needs inside."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli._options import db_option
from newsarchive.errors import CallError
from newsarchive.text import inert

if TYPE_CHECKING:
    import sqlite3

    from newsarchive.query.period import Period
    from newsarchive.query.places import Site


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive report --out report.html    # of the last full month\n"
    "  newsarchive report --since 2026-01-01 --until 2026-06-30 --lang en --out half-year.html\n"
    "  newsarchive report --province 'Lâm Đồng' --out lamdong.html\n"
    "  newsarchive report --site daklak --gone --out daklak.html"
)
@click.option(
    "--out",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    required=True,
    help="File to write, whole or not at all; '-' is standard output.",
)
@click.option("--since", metavar="DAY", help="First day (YYYY-MM-DD, Vietnam).")
@click.option(
    "--until", metavar="DAY", help="Last day.  [default: the last full month, or up to today]"
)
@click.option("--site", metavar="SLUG", help="Of this site alone.")
@click.option(
    "--province",
    metavar="NAME",
    help="Of one province: today's with all that it was made of, a former one its own.",
)
@click.option("--gone", is_flag=True, help="Name the articles that their site took down, too.")
@click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True,
    help="The language of the page.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress, nothing but problems.")
@db_option
def report(
    path: Path,
    since: str | None,
    until: str | None,
    site: str | None,
    province: str | None,
    gone: bool,
    lang: str,
    quiet: bool,
    db: Path,
) -> int:
    """Write a page about a time: volumes, provinces, edits, deletions, reprints, what is not known.

    One HTML file that needs no network: charts with their numbers, links to the original
    addresses, light and dark, fit for printing. Without --since and --until it is about the last
    full month. Withheld articles are not in it; those that were taken down are counted, and named
    only with --gone.
    """
    from contextlib import closing

    from newsarchive import clock, query
    from newsarchive.cli._bar import bar
    from newsarchive.cli._output import output
    from newsarchive.health.look import examine
    from newsarchive.report.gather import gather
    from newsarchive.report.page import page

    now = clock.now()
    period = chosen_period(since, until, today=date.fromisoformat(clock.day_in_vietnam(now)))
    with closing(query.open_readonly(db)) as conn:
        sites, scope = _chosen(conn, site, province)
        _refuse_nothing(conn, period, db)
        # Opened first: a file that cannot be written should not cost the work.
        with output(path, keep=db, option="--out") as file:
            with bar("reporting", len(sites), quiet=quiet) as advance:
                end = clock.instant(period.end) - timedelta(seconds=1)
                found = gather(
                    conn,
                    period,
                    path=db,
                    now=now,
                    sites=sites,
                    scope=scope,
                    diagnoses=examine(db, now=min(now, end)),
                    gone=gone,
                    progress=advance,
                )
            file.write(page(found, language=lang))
    if not quiet and str(path) != "-":
        line = f"{path}: {period.since} to {period.until}, {found.articles} articles"
        click.echo(inert(line), err=True)
    return 0


def chosen_period(since: str | None, until: str | None, *, today: date) -> Period:
    """The time that is meant: as given, else the last month that is over.

    Without `until` it ends today; without `since` it begins with the month of `until`. Raises
    CallError for what is no day, or a time that does not lie before now.
    """
    from newsarchive.query.period import Period

    first, last = _day("--since", since), _day("--until", until)
    if first is None and last is None:
        last = today.replace(day=1) - timedelta(days=1)
    last = last or today
    first = first or last.replace(day=1)
    if first > last:
        raise CallError(f"--since {first} is after --until {last}")
    if first > today:
        raise CallError(f"--since {first} is still to come: today is {today}")
    return Period(since=first, until=min(last, today))


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise CallError(f"{option} {text!r} is no day; write it as 2022-08-22") from None


def _chosen(
    conn: sqlite3.Connection, site: str | None, province: str | None
) -> tuple[list[Site], str | None]:
    """The sites that are meant, and the name of what they are; raises CallError."""
    from newsarchive.query import places

    every = places.sites(conn)
    if site is not None:
        found = [each for each in every if each.slug == site]
        if not found:
            known = ", ".join(each.slug for each in every) or "none"
            raise CallError(f"--site {site}: this archive has no such site; it has {known}")
        if province is not None:
            raise CallError("--site and --province do not go together; a site is of one province")
        return found, found[0].name
    if province is None:
        return every, None
    name = _province(province, {p for e in every for p in (e.province, e.province_2025) if p})
    found = [each for each in every if name in (each.province_2025, each.province)]
    if not found:
        raise CallError(f"--province {name}: this archive has no site of it")
    return found, name


def _province(name: str, held: set[str]) -> str:
    from newsarchive.sites._provinces import find_province, nearest
    from newsarchive.text import fold

    own = next((each for each in held if fold(each) == fold(name)), None)
    found = own or find_province(name)
    if found is None:
        near = " or ".join(nearest(name))
        hint = f"did you mean {near}?" if near else "`newsarchive sites` shows all"
        raise CallError(f"--province {name}: no province of Vietnam, today's or former; {hint}")
    return found


def _refuse_nothing(conn: sqlite3.Connection, period: Period, db: Path) -> None:
    """Refuse a time of which the archive has neither an article nor a crawl."""
    from newsarchive.query import period as asked

    if asked.is_known(conn, period):
        return
    span = asked.span(conn)
    if span is None:
        raise CallError(f"{db}: holds no article yet; `newsarchive crawl SITE` fetches some")
    raise CallError(
        f"from {period.since} to {period.until} {db} has neither articles nor crawls; its articles "
        f"were published from {span[0]} to {span[1]}: choose by --since and --until"
    )
