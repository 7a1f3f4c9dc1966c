"""Reads the settings file; whatever is wrong in it is one line with its table and key."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.errors import CallError
from newsarchive.settings.keys import SITES, Key, tables
from newsarchive.settings.kinds import PATH, Value

NAME = "newsarchive.toml"
_LONGEST = 60  # characters of a wrong value or name
_MOST = 2**18  # bytes of a file; the sample, with every setting explained, has some thousands
# Bytes of a line. tomllib's work grows with the square of the dots in a key.
_LINE = 2**12
# What holds only where somebody named the file: one that was found may have come with the archive
# beside which it lies, from whoever sent that.
_NAMED = ("notify", "command")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A settings file as it was read.

    values: by table and name, '' for the top; a site's stand under its own 'sites.<slug>'. Paths
    in it are counted from its folder. warnings: lines on what is right and unwise. left_out: what
    it says and may not, for it was found and not named, by table and name.
    """

    path: Path
    values: Mapping[tuple[str, str], Value]
    warnings: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def sites(self) -> list[str]:
        """The slugs that have tables of their own."""
        start = f"{SITES}."
        return sorted({t.removeprefix(start) for t, _ in self.values if t.startswith(start)})


def beside(db: Path) -> Path | None:
    """The settings file in the folder of an archive; None if there is none."""
    path = db.parent / NAME
    return path if path.is_file() else None


def read(path: Path, *, named: bool = True) -> File:
    """Read a file. Raises CallError, naming the place, for what is no TOML or no setting.

    named: by the user. One that was only found beside an archive runs no command, and neither
    reads nor writes files but those of its folder.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
            mode = path.stat().st_mode
    except OSError as error:
        raise CallError(f"{path}: cannot be read ({error.strerror})") from None
    found = _toml(path, content)
    values = dict(_Reader(path).values(found))
    left_out = [] if named else [place for place in values if _is_for_named(path, place, values)]
    for place in left_out:
        del values[place]
    return File(
        path=path,
        values=values,
        warnings=tuple(_warnings(path, mode, values)),
        left_out=tuple(left_out),
    )


def _is_for_named(
    path: Path, place: tuple[str, str], values: Mapping[tuple[str, str], Value]
) -> bool:
    """Whether a setting runs something, or names a file of another folder."""
    key = _key(*place)
    if place == _NAMED or key is None:
        return True
    if key.kind is PATH and place[1] != "db":  # that one has a rule of its own
        there = Path(str(values[place])).resolve()
        return not there.is_relative_to(path.parent.resolve())
    return False


def _toml(path: Path, content: bytes) -> dict[str, Any]:
    if len(content) > _MOST:
        raise CallError(f"{path}: is too large for a settings file (over {_MOST} bytes)")
    for number, line in enumerate(content.split(b"\n"), 1):
        if len(line) > _LINE:
            raise CallError(f"{path}: line {number} is too long (over {_LINE} bytes)")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line_number = content[: error.start].count(b"\n") + 1
        raise CallError(
            f"{path}: is no UTF-8 text (line {line_number}); save it as UTF-8"
        ) from None
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        raise CallError(f"{path}: is no TOML: {text[:1].lower()}{text[1:]}") from None
    except RecursionError:
        raise CallError(f"{path}: its lists or tables lie too deep within each other") from None
    except ValueError:  # of int(), which takes no thousands of digits
        raise CallError(f"{path}: is no TOML: a number is too long") from None


def _warnings(path: Path, mode: int, values: Mapping[tuple[str, str], Value]) -> Iterable[str]:
    for table, name in values:
        key = _key(table, name)
        if key is not None and key.secret and mode & stat.S_IROTH:
            yield f"{path}: holds [{table}] {name}, and everybody may read it; chmod 600 it"
            break
    file = values.get(("notify.mail", "password-file"))
    with suppress(OSError):  # whoever wants the password says that it is not there
        if file is not None and Path(str(file)).stat().st_mode & stat.S_IROTH:
            yield f"{file}: holds a password, and everybody may read it; chmod 600 it"


def _key(table: str, name: str) -> Key | None:
    known = f"{SITES}.SITE" if table.startswith(f"{SITES}.") else table
    return tables()[known].get(name)


def nearest(word: str, words: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The one of `words` that was probably meant; cutoff: how alike it must be, up to 1."""
    import difflib

    return next(iter(difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)), None)


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: dict[tuple[str, str], Value] = {}

    def values(self, content: dict[str, Any]) -> Mapping[tuple[str, str], Value]:
        self._table("", content)
        return self._found

    def _table(self, table: str, content: dict[str, Any]) -> None:
        """Take a table in, and those in it."""
        inner = _inner(table)
        for given, value in content.items():
            place = f"{table}.{given}" if table else given
            name = given.replace("_", "-")
            if table == SITES:
                if not isinstance(value, dict):
                    raise self._wrong(
                        f"[{table}] {_cut(given)}: belongs in a site's table, [sites.<site>]"
                    )
                self._table(place, value)
            elif name in inner:
                within = f"{table}.{name}" if table else name
                self._expect_table(within, value)
                self._table(within, value)
            else:
                self._value(table, given, name, value)

    def _expect_table(self, table: str, value: object) -> None:
        if not isinstance(value, dict):
            raise self._wrong(
                f"{_cut(table)} = {_shown(value)}: is a table; write [{_cut(table)}] above keys"
            )

    def _value(self, table: str, given: str, name: str, value: object) -> None:
        key = _key(table, name)
        if key is None and isinstance(value, dict) and table.startswith(f"{SITES}."):
            raise self._wrong(
                f'[{_cut(f"{table}.{given}")}]: quote a name with dots: [{SITES}."a.b.vn"]'
            )
        if key is None:
            raise self._unknown(table, given)
        if (table, name) in self._found:
            raise self._wrong(
                f"{_where(table)}{_cut(given)}: is there twice, with '-' and with '_'"
            )
        try:
            checked = key.kind.check(value)
        except ValueError:
            text = "..." if key.secret else _shown(value)
            raise self._wrong(f"{_where(table)}{given} = {text}: is no {key.kind.what}") from None
        if key.kind is PATH:
            checked = str(self._path.parent / Path(str(checked)).expanduser())
        self._found[table, name] = checked

    def _unknown(self, table: str, given: str) -> CallError:
        of_site = table.startswith(f"{SITES}.")
        here = tables().get(f"{SITES}.SITE" if of_site else table, {})
        there = f" in [{_cut(table)}]" if table else ""
        name = given.replace("_", "-")
        near = nearest(name, [*here, *_inner(table)])
        hint = ""
        if near is not None:
            hint = f"; did you mean {near!r}?" if near in here else f"; did you mean [{near}]?"
        elif not of_site and (
            homes := [t for t, keys in tables().items() if name in keys and t != table]
        ):
            home = homes[0].replace("SITE", "<site>")
            hint = f"; it belongs {f'in [{home}]' if home else 'above all tables'}"
        elif here:
            hint = f"; there are {', '.join(sorted(here))}"
        return self._wrong(f"unknown key {_shown(given)}{there}{hint}")

    def _wrong(self, text: str) -> CallError:
        return CallError(f"{self._path}: {text}")


def _inner(table: str) -> set[str]:
    """The tables that may stand in this one."""
    start = f"{table}." if table else ""
    names = {t.removeprefix(start).partition(".")[0] for t in tables() if t.startswith(start)}
    return names - {"", "SITE"}


def _where(table: str) -> str:
    return f"[{_cut(table)}] " if table else ""


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        text = type(value).__name__
    return _cut(text)


def _cut(text: str) -> str:
    """A value or name, which may be as long as the file."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
