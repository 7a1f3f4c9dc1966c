"""The command line: a thin group whose commands are imported only when they are called."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from newsarchive import __version__
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.text import inert, inert_lines

# command -> (module, one line for the list in --help); the module's function bears its name, but
# with '_' for '-', and behind a word of Python's own.
COMMANDS: dict[str, tuple[str, str]] = {
    "backup": ("newsarchive.cli.backup", "Copy the archive, also while a crawl writes to it."),
    "crawl": ("newsarchive.cli.crawl", "Crawl registered sites, or any portal by its address."),
    "demo": ("newsarchive.cli.demo", "Crawl a small local portal into data/demo.db."),
    "diff": ("newsarchive.cli.diff", "Show what the edits of an article changed."),
    "export": ("newsarchive.cli.export", "Write articles as files, or as a release."),
    "health": ("newsarchive.cli.health", "Tell which sites are well, by their own history."),
    "import": ("newsarchive.cli.import_", "Take in WARC and WACZ files, folders, text dumps."),
    "merge": ("newsarchive.cli.merge", "Take in another archive."),
    "new-site": ("newsarchive.cli.new_site", "Draft the site file of a portal from its pages."),
    "notify": ("newsarchive.cli.notify", "Show or try how you are told of sites that change."),
    "parse": ("newsarchive.cli.parse", "Read pages or text dumps to JSON lines."),
    "recover": ("newsarchive.cli.recover", "Fetch a vanished site out of a web archive."),
    "refresh": ("newsarchive.cli.refresh", "Crawl all sites that the archive follows."),
    "reparse": ("newsarchive.cli.reparse", "Read the kept pages again with today's reader."),
    "report": ("newsarchive.cli.report", "Write a page about a month, or any other time."),
    "reprints": ("newsarchive.cli.reprints", "Find articles that tell the same story."),
    "schedule": ("newsarchive.cli.schedule", "Print a cron line or systemd units for refresh."),
    "search": ("newsarchive.cli.search", "Search the archive, with or without accents."),
    "serve": ("newsarchive.cli.serve", "Look at the archive in the browser, on this machine."),
    "settings": ("newsarchive.cli.settings", "Show the settings in force and where they stand."),
    "show": ("newsarchive.cli.show", "Show one article."),
    "sites": ("newsarchive.cli.sites", "List the registered sites."),
    "verify": ("newsarchive.cli.verify", "Check the database, its WARC files and their digests."),
    "withhold": ("newsarchive.cli.withhold", "Take an article out of all that is shown."),
}


class _ReaderLeft(Exception):
    """Whoever read our output has gone: `newsarchive search x | head`."""


@contextmanager
def _reader() -> Iterator[None]:
    # Click would make of it exit status 1; to us it is no error.
    try:
        yield
    except BrokenPipeError:
        raise _ReaderLeft from None


_SENSELESS = (
    TypeError, ValueError, LookupError, ArithmeticError, RecursionError, AttributeError,
)  # fmt: skip


def _explain(error: Exception, ctx: click.Context) -> None:
    """Raise ArchiveError for an error that a damaged or foreign archive leads to, wherever it was
    met: of SQLite, or of a row that makes no sense. What the archive is not to blame for passes.
    """
    if isinstance(error, (NewsArchiveError, OSError)):
        return
    from newsarchive.cli._settings import ARCHIVE

    sqlite3 = sys.modules.get("sqlite3")
    db: Path | None = ctx.meta.get(ARCHIVE)
    if sqlite3 is None or db is None or isinstance(error, sqlite3.ProgrammingError):
        return
    from newsarchive.archive import _connect

    if isinstance(error, sqlite3.DatabaseError):
        raise _connect.explain(error, db) from error
    if isinstance(error, _SENSELESS):
        if not _connect.look(db):
            return
        with closing(_connect.open_readonly(db)) as conn:
            _connect.check_values(conn, db)


class _Group(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        with _reader():  # --help writes here
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader():
            try:
                return super().invoke(ctx)
            except click.BadParameter as error:
                from newsarchive.cli._settings import name_source

                name_source(error)
                raise
            except Exception as error:
                _explain(error, ctx)
                raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        function = name.replace("-", "_") + "_" * iskeyword(name)
        command = getattr(import_module(COMMANDS[name][0]), function)
        assert isinstance(command, click.Command)
        from newsarchive.cli._settings import bind

        bind(name, command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=2)
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"no such command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  newsarchive demo\n  newsarchive crawl daklak --limit 50\n"
    "  newsarchive search 'duong day danh bac'\n  newsarchive parse page.html",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="NEWSARCHIVE_CONFIG",
    show_envvar=True,
    metavar="FILE",
    help="The settings file.  [default: newsarchive.toml beside the archive]",
)
@click.version_option(__version__, prog_name="newsarchive")
@click.pass_context
def group(ctx: click.Context, config: Path | None) -> None:
    """Scraper and archiver of Vietnamese provincial police news."""
    from newsarchive.cli._settings import prepare

    prepare(ctx, config)


def fail(line: str) -> None:
    """Print one line of trouble on stderr, whatever names, addresses and messages are in it."""
    click.echo(inert(line), err=True)


def main(args: list[str] | None = None) -> None:
    """Run the command line; exits 0 (all well), 1 (some work failed) or 2 (a wrong call)."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out right under LANG=C, and an odd surrogate must not end the run.
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = group.main(args=args, prog_name="newsarchive", standalone_mode=False)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)
        click.echo(inert_lines(told.getvalue()), nl=False, err=True)  # it repeats what was given
        status = 2
    except CallError as error:
        fail(str(error))
        status = 2
    except NewsArchiveError as error:
        fail(str(error))
        status = 1
    except (click.Abort, KeyboardInterrupt):
        fail("stopped by the user")
        status = 130
    except _ReaderLeft:
        # What is left in the buffer must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status if isinstance(status, int) else 0)
