"""The settings in force: what the environment, the file and the defaults say, in that order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from newsarchive.errors import CallError
from newsarchive.settings.keys import APART, KEYS, OF_A_SITE, PREFIX, SITES, Key, tables, variable
from newsarchive.settings.kinds import HEADERS, PATH, Value
from newsarchive.settings.reading import File, nearest
from newsarchive.settings.values import Mail, Notify, Pace, Tls, Webhook

Source = Literal["environment", "file", "default"]
# Other programs may have variables of our prefix; only what is nearly ours is a slip of the pen.
_ALIKE = 0.75
_HERE = ("localhost", "127.0.0.1", "::1")
_PORTS: dict[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value and where it stands: source, and there the variable or the table of the file."""

    value: Value | None
    source: Source
    where: str = ""


class Settings:
    """What is set, file: None where there is none. environ: the environment."""

    def __init__(self, file: File | None, environ: Mapping[str, str]) -> None:
        self.file = file
        self._environ = environ

    def find(self, table: str, name: str) -> Found:
        """What holds for a key in a table, where the table may be a command's.

        In the environment as in the file what is said for the command goes before what is said
        for all. Raises CallError for a variable whose value is wrong.
        """
        key = tables()[table][name]
        homes = list(dict.fromkeys((table, key.table)))
        for home in homes:
            found = self._from_environment(key, key.env(home))
            if found is not None:
                return found
        for home in homes:
            if (home, name) in self._values:
                return Found(value=self._values[home, name], source="file", where=home)
        return Found(value=key.default, source="default")

    def of_file(self, command: str) -> dict[str, Value]:
        """What the file alone sets for a command, by key; the archive is left out."""
        found = {}
        for name, key in tables().get(command, {}).items():
            for home in (key.table, command):  # the more special one last
                if key.commands and (home, name) in self._values:
                    found[name] = self._values[home, name]
        return found

    @property
    def db(self) -> Path | None:
        """The archive that the file names."""
        found = self._values.get(("", "db"))
        return Path(str(found)) if found is not None else None

    def pace(self, site: str, command: str, given: Collection[str] = ()) -> Pace:
        """What is set for one site alone, and stands before what holds for all sites.

        given: names of 'delay', 'concurrency', 'timeout' that the command line says, which goes
        before everything. A site's table does not outdo a variable that holds for all.
        """
        found: dict[str, Any] = {}
        table = f"{SITES}.{site}"
        for key in OF_A_SITE:
            if key.name in given:
                continue
            own = self._from_environment(key, variable(table, key.name))
            if own is not None:
                found[key.name] = own.value
            elif self.find(command, key.name).source != "environment":
                found[key.name] = self._values.get((table, key.name))
        return Pace(**found)

    def pace_of_all(self, command: str) -> Pace:
        """What is set for every site that has no table of its own."""
        found: dict[str, Any] = {key.name: self.find(command, key.name).value for key in OF_A_SITE}
        return Pace(**found)

    def notify(self) -> Notify:
        """Who is to be told, and how. Raises CallError for what does not go together."""
        command = self.find("notify", "command").value
        return Notify(
            command=str(command) if command is not None else None,
            mail=self._mail(),
            webhook=self._webhook(),
        )

    def _mail(self) -> Mail | None:
        said = {name: self.find("notify.mail", name) for name in tables()["notify.mail"]}
        to = said["to"].value
        if to is None:
            for name, found in said.items():
                if found.source != "default":
                    raise CallError(
                        f"{self._place('notify.mail', name, found)}: but no 'to' is set"
                    )
            return None
        assert isinstance(to, tuple)
        host = str(said["host"].value)
        user, password = _text(said["user"].value), self._password(said)
        tls = cast("Tls", said["tls"].value or ("none" if host in _HERE else "starttls"))
        if password is not None and tls == "none" and host not in _HERE:
            raise CallError(
                f"{self._place('notify.mail', 'tls', said['tls'])}: the password would be sent "
                "readable to all; use starttls or tls"
            )
        if (user is None) != (password is None):
            raise CallError("[notify.mail]: 'user' and 'password' go together; one is missing")
        port = said["port"].value
        sender = _text(said["from"].value) or (user if user and "@" in user else to[0])
        return Mail(
            to=to,
            sender=sender,
            host=host,
            port=port if isinstance(port, int) else _PORTS[tls],
            user=user,
            password=password,
            tls=tls,
        )

    def _password(self, said: Mapping[str, Found]) -> str | None:
        direct, file = said["password"], said["password-file"]
        if direct.value is None and file.value is None:
            return None
        if direct.value is not None and file.value is not None and direct.source == file.source:
            raise CallError("[notify.mail]: 'password' and 'password-file' are both set; keep one")
        if file.value is None or direct.source == "environment":
            return str(direct.value)
        path = Path(str(file.value))
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
            raise CallError(f"{path}: the password cannot be read ({why})") from None
        if not lines or not lines[0]:
            raise CallError(f"{path}: its first line should be the password, and is empty")
        return lines[0]

    def _webhook(self) -> Webhook | None:
        url, headers = (self.find("notify.webhook", name) for name in ("url", "headers"))
        if url.value is None:
            if headers.value is not None:
                place = self._place("notify.webhook", "headers", headers)
                raise CallError(f"{place}: but no 'url' is set")
            return None
        if not isinstance(headers.value, Mapping):
            return Webhook(url=str(url.value))
        return Webhook(url=str(url.value), headers=headers.value)

    @property
    def _values(self) -> Mapping[tuple[str, str], Value]:
        return self.file.values if self.file is not None else {}

    def _place(self, table: str, name: str, found: Found) -> str:
        if found.source == "environment":
            return found.where
        where = f"[{table}] {name}"
        return f"{self.file.path}: {where}" if found.source == "file" and self.file else where

    def _from_environment(self, key: Key, name: str) -> Found | None:
        text = self._environ.get(name)
        if not text:
            return None
        try:
            value = key.kind.check(key.kind.read(text))
        except ValueError:
            shown = "..." if key.secret else repr(text)
            hint = " (one 'Name: value' a line)" if key.kind is HEADERS else ""
            raise CallError(f"{name}={shown}: is no {key.kind.what}{hint}") from None
        if key.kind is PATH:
            value = str(Path(str(value)).expanduser())
        return Found(value=value, source="environment", where=name)


def _text(value: Value | None) -> str | None:
    return str(value) if value is not None else None


def known_variables() -> set[str]:
    """All variables of the environment that mean something, but for those of single sites."""
    own = {
        key.env(home)
        for key in KEYS
        if not key.table.startswith(f"{SITES}.")
        for home in (key.table, *key.commands)
    }
    return own | set(APART)


def unknown_variables(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Variables that bear our prefix and mean nothing, each with the one that was likely meant."""
    known = known_variables()
    ends = tuple(f"_{key.name.upper()}" for key in OF_A_SITE)
    found: dict[str, str | None] = {}
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in known:
            continue
        if name.startswith(variable(SITES, "")) and name.endswith(ends):
            continue
        word = name.removeprefix(PREFIX)
        near = nearest(word, [k.removeprefix(PREFIX) for k in known], cutoff=_ALIKE)
        found[name] = f"{PREFIX}{near}" if near else None
    return found
