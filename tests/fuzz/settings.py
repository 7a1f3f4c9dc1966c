"""newsarchive.toml: read, or refused in one line; and what it comes to."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from fuzz.holds import bounded, expect, one_line
from newsarchive.errors import CallError
from newsarchive.settings import NAME, Settings, read
from newsarchive.settings.keys import KEYS, tables

LARGEST = 8_000
_KEYS = {key.name: None for key in KEYS}
_TABLES = {table.replace("SITE", "daklak"): None for table in tables() if table}
WORDS = tuple(
    word.encode()
    for word in (
        *_KEYS, *(f"[{table}]\n" for table in _TABLES), '[sites."a.b.vn"]\n', "[[sites]]\n", "[sites]\n", "[sites.a.b]\n", '[""]\n',
        '["\\u001b[31m"]\n', "a.b = 1\n", " = true\n", " = false\n", " = 1\n", " = -1\n", " = 1.5\n", " = inf\n", " = nan\n", " = 1e400\n",
        ' = ""\n', ' = "x"\n', " = 'x'\n", ' = """\nx"""\n', " = []\n", ' = ["a", 1]\n', " = {}\n", ' = { a = "b" }\n', " = 2022-08-22\n",
        " = 2022-08-22T10:11:12Z\n", " = 10:11:12\n", ' = "50m"\n', ' = "0s"\n', ' = "999999999999999999999999d"\n', ' = "2024-01-01"\n',
        " = 0x7fffffffffffffffffff\n", " = 1_000\n", ' = "\\u0000"\n', ' = "\\uD800"\n', ' = "\\u001b]0;x"\n', ' = "https://a.vn/x"\n',
        ' = "http://[x"\n', "# x\n", "\ufeff", "\r\n", "\x00", "_", "-", "password-file", "headers", 'to = "a@b"\n', 'tls = "none"\n',
    )
)  # fmt: skip


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="fuzz-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def one(data: bytes) -> None:
    """The file as it is."""
    path = _folder() / NAME
    path.write_bytes(data)
    try:
        with bounded(len(data)):
            file = read(path)
    except CallError as error:
        _clear(error)
        return
    for line in file.warnings:
        one_line(line, "a warning")
    said = Settings(file, {})
    for table, keys in tables().items():
        if "SITE" in table:
            continue
        for name in keys:
            said.find(table, name)
        said.of_file(table)
    for site in (*file.sites, "daklak"):
        said.pace(site, "crawl")
    said.pace_of_all("refresh")
    secret = file.values.get(("notify.mail", "password-file"))
    if secret is None or Path(str(secret)).resolve().parent == _folder():
        try:
            said.notify()
        except CallError as error:
            _clear(error)


def _clear(error: CallError) -> None:
    text = str(error)
    one_line(text, "an error")
    expect(NAME in text or "[notify" in text or "password" in text, "an error without place", text)
    expect(len(text) < 1_000, "a long error", text)


def seeds() -> list[bytes]:
    """Files with a little of everything, and the sample that the command prints."""
    from newsarchive.cli.settings import _sample

    sample = "\n".join(_sample()).encode()
    lines = [line.removeprefix(b"#") for line in sample.splitlines()]
    whole = b"\n".join(line for line in lines if not line.startswith(b" "))
    return [
        sample, whole,
        b'contact = "you@example.org"\ndelay = 2\n[refresh]\nmax-time = "50m"\n[sites.daklak]\ndelay = 5.0\n',
        b'[notify.mail]\nto = ["a@b.vn"]\nuser = "x"\npassword-file = "p"\n[notify.webhook]\nurl = "https://a.vn/"\n'
        b'headers = { Authorization = "Bearer x" }\n',
        b'[crawl]\nsince = 2024-01-01\nlimit = 10\nfull = true\n[sites."a.b.vn"]\ntimeout = 3\n',
    ]  # fmt: skip
