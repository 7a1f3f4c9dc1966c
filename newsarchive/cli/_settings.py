"""Hands the settings to the commands: the file to be read, and what it says to their options."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from newsarchive.errors import CallError
from newsarchive.settings import Pace, Settings, beside, nearest, read, unknown_variables
from newsarchive.settings.keys import of_command
from newsarchive.text import inert

DEFAULT_DB = Path("data/archive.db")
DB_VARIABLE = "NEWSARCHIVE_DB"
CONFIG_VARIABLE = "NEWSARCHIVE_CONFIG"
ARCHIVE = "newsarchive.archive"  # where a command's context keeps the path of its archive
# Commands that want the settings and have no keys of their own.
_TELLERS = ("refresh", "notify")
_READERS = ("health", "notify", "schedule", "settings")
_PACE = ("delay", "concurrency", "timeout")


def bind(name: str, command: click.Command) -> None:
    """Give the options of a command the variables that set them: the command's own goes first."""
    for key_name, key in of_command(name).items():
        for option in command.params:
            if f"--{key_name}" in option.opts:
                option.envvar = list(dict.fromkeys((key.env(name), key.env())))


def prepare(ctx: click.Context, given: Path | None) -> None:
    """Settle the settings of a command that is about to be called; ctx is the group's.

    given: the file that the caller named. Without one the file beside the archive is found as soon
    as the command knows its archive (`found_beside`). Raises CallError for a wrong file.
    """
    ctx.obj = Settings(None, os.environ)
    name = ctx.invoked_subcommand
    assert name is not None
    assert isinstance(ctx.command, click.Group)
    command = ctx.command.get_command(ctx, name)
    assert command is not None
    has_db = any(option.envvar == DB_VARIABLE for option in command.params)
    if given is not None and (has_db or _uses(name)):
        settings = _load(given)
        ctx.obj = settings
        said: dict[str, Any] = _of_options(settings, name, command)
        if has_db and settings.db is not None:
            said["db"] = str(settings.db)
        ctx.default_map = {name: said}
    elif _uses(name) and not has_db:
        path = beside(Path(os.environ.get(DB_VARIABLE) or DEFAULT_DB))
        if path is not None:
            ctx.obj = _load_found(path, name)
            ctx.default_map = {name: _of_options(ctx.obj, name, command)}
    if _uses(name):
        for wrong, near in unknown_variables(os.environ).items():
            if near is not None:
                click.echo(inert(f"{wrong}: no such setting; did you mean {near}?"), err=True)


def found_beside(ctx: click.Context, _option: click.Parameter, db: Path) -> Path:
    """Callback of an eager --db: read the settings file beside the archive, if there is one."""
    root, name = ctx.find_root(), ctx.info_name or ""
    root.meta[ARCHIVE] = db
    if not isinstance(root.obj, Settings) or root.obj.file is not None or not _uses(name):
        return db
    path = beside(db)
    if path is None:
        return db
    settings = _load_found(path, name)
    is_default = ctx.get_parameter_source("db") is ParameterSource.DEFAULT
    if is_default and settings.db is not None and settings.db.absolute() != db.absolute():
        raise CallError(
            f"{path}: db = {str(settings.db)!r}: a file found beside an archive cannot lead to "
            "another one; name the file with --config or NEWSARCHIVE_CONFIG"
        )
    root.obj = settings
    ctx.default_map = _of_options(settings, name, ctx.command)
    return db


def current() -> Settings:
    """The settings of the command that runs; without a file where it was called on its own."""
    found = click.get_current_context().find_root().obj
    return found if isinstance(found, Settings) else Settings(None, os.environ)


def pace_of(site: str) -> Pace:
    """What is set for one site alone, for the command that runs; its flags go before it."""
    ctx = click.get_current_context()
    given = [n for n in _PACE if ctx.get_parameter_source(n) is ParameterSource.COMMANDLINE]
    return current().pace(site, ctx.info_name or "", given)


def name_source(error: click.BadParameter) -> None:
    """Let a wrong value that no flag gave be named by the variable or the file it came from."""
    if error.ctx is None or error.param is None or error.param.name is None:
        return
    source = error.ctx.get_parameter_source(error.param.name)
    if source is ParameterSource.ENVIRONMENT:
        names: Collection[str] = error.param.envvar or ()
        names = [names] if isinstance(names, str) else names
        error.param_hint = next((f"'{name}'" for name in names if os.environ.get(name)), None)
    elif source is ParameterSource.DEFAULT_MAP:
        file = error.ctx.find_root().obj.file
        error.param_hint = f"'{error.param.opts[-1].lstrip('-')}' in {file.path}"


def _uses(name: str) -> bool:
    return name in _READERS or bool(of_command(name))


def _load_found(path: Path, name: str) -> Settings:
    """The settings of a file that nobody named, for a command; what it may not say is told."""
    # Whoever asks for a schedule gets the file named in it.
    settings = _load(path, named=name == "schedule")
    assert settings.file is not None
    known = of_command(name)
    left_out = [
        f"[{table}] {key}" if table else key
        for table, key in settings.file.left_out
        if name == "settings" or (name in _TELLERS if table.startswith("notify") else key in known)
    ]
    if left_out:
        line = (
            f"{path}: {', '.join(left_out)}: left out, for the file was found beside the archive; "
            f"if it is yours, name it: --config {path}, or {CONFIG_VARIABLE}"
        )
        click.echo(inert(line), err=True)
    return settings


def _load(path: Path, *, named: bool = True) -> Settings:
    file = read(path, named=named)
    for line in file.warnings:
        click.echo(inert(line), err=True)
    for slug in file.sites:
        _check_site(path, slug)
    return Settings(file, os.environ)


def _check_site(path: Path, slug: str) -> None:
    """Refuse a site that is nearly a registered one; a portal known by its address has a host."""
    from newsarchive.sites import all_sites

    if slug in all_sites() or "." in slug:
        return
    near = nearest(slug, all_sites())
    if near is not None:
        raise CallError(f"{path}: unknown site [sites.{slug}]; did you mean [sites.{near}]?")


def _of_options(settings: Settings, name: str, command: click.Command) -> dict[str, Any]:
    """What the file sets, by the names of the command's options."""
    said = settings.of_file(name)
    return {
        option.name: said[key]
        for option in command.params
        for key in said
        if option.name is not None and f"--{key}" in option.opts
    }
