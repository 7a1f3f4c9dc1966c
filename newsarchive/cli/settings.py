"""`newsarchive settings`: what is set, and where; and all that can be set."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from newsarchive.cli._options import db_option
from newsarchive.cli._print import json_line, plain
from newsarchive.cli._settings import DB_VARIABLE, current
from newsarchive.errors import CallError
from newsarchive.settings import NAME, Found, Settings, Value
from newsarchive.settings.keys import KEYS, OF_A_SITE, SITES, Key, tables, variable

_HIDDEN = "***"
_COLUMN = 42  # where the comments of the listing begin
_EXAMPLE_SITE = "hanoi"


@click.command(
    epilog=f"\b\nExamples:\n  newsarchive settings\n  newsarchive settings --sample > data/{NAME}"
)
@db_option
@click.option("--sample", is_flag=True, help="Print a file with all settings, commented out.")
@click.option("--markdown", is_flag=True, help="All settings as docs/settings.md has them.")
def settings(db: Path, sample: bool, markdown: bool) -> None:
    """Show the settings in force, and whether the environment, a file or nobody set them.

    What is printed is a settings file itself; passwords and the like are masked.
    """
    if sample and markdown:
        raise CallError("--sample and --markdown are two things; name one")
    lines = _sample() if sample else _table() if markdown else _in_force(current(), db)
    for line in lines:
        click.echo(line)


def _in_force(said: Settings, db: Path) -> Iterator[str]:
    said.notify()  # what does not go together is said before anything is shown
    if said.file is not None:
        yield f"# {plain(str(said.file.path))}"
    else:
        yield f"# no settings file: neither --config nor {plain(str(db.parent / NAME))}"
    yield _line("db", str(db), _source_of_db())
    for table, keys in tables().items():
        if table == f"{SITES}.SITE":
            yield from _sites(said)
            continue
        found = {name: said.find(table, name) for name in keys if name != "db"}
        lines = [_shown(keys[n], f) for n, f in found.items() if _is_own(keys[n], table, f)]
        yield from ["", f"[{table}]"] * bool(table and lines)
        yield from lines


def _is_own(key: Key, table: str, found: Found) -> bool:
    """Whether a value is this table's; what is said at the top is not said again below."""
    return key.table == table or found.where in (table, key.env(table))


def _source_of_db() -> str:
    source = click.get_current_context().get_parameter_source("db")
    return {
        ParameterSource.COMMANDLINE: "--db",
        ParameterSource.ENVIRONMENT: DB_VARIABLE,
        ParameterSource.DEFAULT_MAP: "file",
    }.get(source or ParameterSource.DEFAULT, "default")


def _sites(said: Settings) -> Iterator[str]:
    from newsarchive.sites import all_sites

    named = {
        slug
        for slug in all_sites()
        if any(os.environ.get(variable(f"{SITES}.{slug}", key.name)) for key in OF_A_SITE)
    }
    for slug in sorted({*named, *(said.file.sites if said.file else ())}):
        pace = said.pace(slug, "refresh")
        yield ""
        yield f"[{SITES}.{slug if slug.replace('_', '').isalnum() else _toml(slug)}]"
        for key in OF_A_SITE:
            value = getattr(pace, key.name)
            name = variable(f"{SITES}.{slug}", key.name)
            if value is not None:
                yield _line(key.name, value, name if os.environ.get(name) else "file")


def _shown(key: Key, found: Found) -> str:
    if found.value is None:
        return f"# {key.name} is not set"
    source = found.where if found.source == "environment" else found.source
    return _line(key.name, _masked(found.value) if key.secret else found.value, source)


def _line(name: str, value: Value, source: str) -> str:
    return f"{f'{name} = {_toml(value)}':{_COLUMN}}  # {source}"


def _masked(value: Value) -> Value:
    """A secret as it may be shown: of an address its host, of headers their names."""
    if isinstance(value, Mapping):
        return dict.fromkeys(value, _HIDDEN)
    parts = urlsplit(str(value))
    return f"{parts.scheme}://{parts.hostname}/{_HIDDEN}" if parts.hostname else _HIDDEN


def _toml(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json_line(value)


def _sample() -> Iterator[str]:
    yield f"# Settings of newsarchive: {NAME} beside the archive, or any file named by --config."
    yield "# Each line shows the default, or an example where there is none. To set a value, take"
    yield "# the # away. A table of a command may hold the settings at the top too, and then they"
    yield "# are for that command alone."
    table = ""
    for key in KEYS:
        if key.table != table:
            table = key.table
            yield ""
            yield f"[{table.replace('SITE', _EXAMPLE_SITE)}]"
        value = key.example if key.default is None else key.default
        assert value is not None, f"{key.name} has neither default nor example"
        yield f"# {key.help}"
        yield f"#{key.name} = {_toml(value)}"


def _table() -> Iterator[str]:
    yield "| key | value | default | environment | what it is |"
    yield "| --- | --- | --- | --- | --- |"
    for key in KEYS:
        name = f"`[{key.table}]` `{key.name}`" if key.table else f"`{key.name}`"
        default = f"`{_toml(key.default)}`" if key.default is not None else ""
        flag = ", ".join(key.commands)
        what = f"{key.help} ({flag})" if len(key.commands) > 1 else key.help
        yield f"| {name} | {key.kind.what} | {default} | `{key.env()}` | {what} |"
