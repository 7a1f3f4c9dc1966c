"""`newsarchive schedule`: `refresh` at set times, as a line for cron or as units for systemd."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path
from zlib import crc32

import click
from click.core import ParameterSource

from newsarchive.cli._options import db_option
from newsarchive.cli._settings import DB_VARIABLE, current
from newsarchive.cli._units import UNIT, Job, crontab, units
from newsarchive.errors import CallError, NewsArchiveError
from newsarchive.settings import Settings, known_variables, read, seconds

# What cron and systemd can both say without a gap at the end of an hour or a day.
_EVERY = {
    **{minutes: f"{minutes}m" for minutes in (5, 10, 15, 20, 30)},
    **{hours * 60: f"{hours}h" for hours in (1, 2, 3, 4, 6, 8, 12, 24)},
}


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive schedule --cron --db /srv/news/archive.db\n"
    "  newsarchive schedule --systemd --every 30m\n"
    "  newsarchive schedule --systemd --user --out ~/.config/systemd/user"
)
@click.option("--cron", is_flag=True, help="Lines for crontab -e.")
@click.option("--systemd", is_flag=True, help="A service and its timer.")
@click.option("--user", is_flag=True, help="Units for the user's own systemd.")
@click.option(
    "--every",
    default="1h",
    show_default=True,
    metavar="TIME",
    help=f"One of {', '.join(_EVERY.values())}.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the two units there.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The settings file.  [default: that of newsarchive --config, or beside the archive]",
)
@db_option
def schedule(
    cron: bool,
    systemd: bool,
    user: bool,
    every: str,
    out: Path | None,
    config: Path | None,
    db: Path,
) -> None:
    """Print what makes cron or systemd run `refresh --quiet` on the archive.

    All paths are filled in. The minute follows from the archive and the machine's name, so that
    not all archives ask at once. Nothing is installed.
    """
    if cron == systemd:
        raise CallError("name one: --cron or --systemd")
    if cron and (user or out is not None):
        raise CallError("--user and --out go with --systemd")
    job = _job(db, config, _minutes(every))
    lines = crontab(job) if cron else []
    texts = {} if cron else units(job, user=user)
    _check_python()
    _warn()
    if out is not None:
        _write(texts, out, user=user)
        return
    for line in lines:
        click.echo(line)
    click.echo("\n".join(f"# {name}\n{text}" for name, text in texts.items()), nl=False)


def _job(db: Path, config: Path | None, every: int) -> Job:
    ctx = click.get_current_context()
    said = current() if config is None else Settings(read(config), os.environ)
    config = config or ctx.find_root().params.get("config")
    if config is None and said.file is not None and read(said.file.path, named=False).left_out:
        config = said.file.path  # only where it is named may it do what it says
    source = ctx.get_parameter_source("db")
    if config is not None and source is ParameterSource.DEFAULT and said.db is not None:
        db, source = said.db, ParameterSource.DEFAULT_MAP
    db = _absolute(db)
    if not db.is_file():
        raise CallError(f"{db}: there is no archive; crawl a site first, or name another with --db")
    words = [sys.executable, "-m", "newsarchive"]
    if config is not None:
        words += ["--config", str(_absolute(config))]
    words += ["refresh", "--quiet"]
    if source is not ParameterSource.DEFAULT_MAP:  # else the file names it
        words += ["--db", str(db)]
    written = [db, db.resolve(), db.with_suffix(".warc").resolve()]
    if log := said.find("refresh", "log-json").value:
        written.append(_absolute(Path(str(log))))
    return Job(
        words=tuple(words),
        db=db,
        every=every,
        chance=crc32(f"{socket.gethostname()}\0{db}".encode(errors="surrogateescape")),
        folders=tuple(dict.fromkeys(path.parent for path in written)),
        paths=(Path(sys.executable), *([_absolute(config)] if config is not None else [])),
        owner=_owner(db),
    )


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))


def _minutes(every: str) -> int:
    try:
        minutes = seconds(every) / 60
    except ValueError:
        minutes = 0
    if minutes not in _EVERY:
        raise CallError(f"--every {every}: choose one of {', '.join(_EVERY.values())}")
    return int(minutes)


def _owner(db: Path) -> str:
    uid = db.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _check_python() -> None:
    """Refuse a newsarchive that runs in its own folder alone: it will be started in another one."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import newsarchive.cli"],
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise NewsArchiveError(
            f"{sys.executable}: newsarchive is not installed in this Python; pip install it there"
        )


def _warn() -> None:
    for name in sorted(known_variables() - {"NEWSARCHIVE_CONFIG", DB_VARIABLE}):
        if os.environ.get(name):
            click.echo(f"{name}: is set here alone; put it into the settings file", err=True)


def _write(texts: dict[str, str], out: Path, *, user: bool) -> None:
    for name, text in texts.items():
        path = out / name
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise NewsArchiveError(f"{path}: cannot be written ({error.strerror})") from None
        click.echo(path)
    ctl = "systemctl --user" if user else "systemctl"
    click.echo(f"Next: {ctl} daemon-reload && {ctl} enable --now {UNIT}.timer")
    if user:
        click.echo("To have it run while you are logged out, too: loginctl enable-linger")
