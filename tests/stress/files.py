"""Good files changed by chance: what is archived of them is true, or refused with a line."""

from __future__ import annotations

import gzip
import io
import random
import re
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zlib import crc32

from crawl_cases import rows
from intake_cases import HOST, Heard, Kept, pages, warc

from newsarchive.archive.records import OPEN, read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.cli import main
from newsarchive.errors import CallError, SiteError
from newsarchive.intake.pool import Pool
from newsarchive.intake.taking import Intake
from newsarchive.settings import read
from newsarchive.sites import Site
from stress.row import Row

Parts = list[bytes]
FAULTS = "faults.txt"
PATIENCE = 10  # seconds of work for one expression
_KINDS = (
    "bit flips",
    "bytes cut out",
    "bytes put in",
    "record twice",
    "record cut off",
    "field lies",
)
_FORMS = ("members", "plain", "wacz stored", "wacz deflated")
_LIES = (
    (b"Content-Length: ", b"Content-Length: 9"),
    (b"Content-Length: ", b"Content-Length: -"),
    (b"Content-Length: ", b"X-Length: "),
    (b"WARC-Date: 2", b"WARC-Date: 9"),
    (b"WARC-Date: 2022", b"WARC-Date: 0000"),
    (b"sha1:", b"sha1:A"),
    (b"WARC-Type: response", b"WARC-Type: revisit"),
    (b"WARC-Type: response", b"WARC-Type: \x00"),
    (b"HTTP/1.1 200", b"HTTP/1.1 " + b"2" * 5000),
    (b"Content-Type: text/html", b"Content-Encoding: gzip"),
    (b"\r\n\r\n", b"\r\n"),
    (b"WARC/1.0", b"WARC/1.0\r\n\r\nWARC/1.0"),
)


@dataclass
class _Tally:
    """Of one kind of fault. note: the file that says what went wrong."""

    note: Path

    injected: int = 0
    survived: int = 0
    true: int = 0
    lost: int = 0
    wrong: int = 0

    def say(self, line: str) -> None:
        with self.note.open("a", encoding="utf-8") as file:
            print(line, file=file)

    def row(self, fault: str) -> Row:
        return Row(
            fault=fault, injected=self.injected, survived=self.survived, true=self.true,
            lost=self.lost, wrong=self.wrong,
        )  # fmt: skip


def run(folder: Path, *, cut: bool, seed: int) -> list[Row]:
    """Files, databases, settings and expressions, changed by this seed."""
    chance = random.Random(seed)
    found: list[Row] = []
    with Pool(workers=1) as pool:
        pool.warm()
        found += _files(folder, pool, chance, rounds=1 if cut else 20)
        found += _databases(folder, pool, chance, rounds=6 if cut else 80)
    found += [
        _settings(folder, chance, rounds=300 if cut else 10_000),
        _expressions(folder, chance, rounds=300 if cut else 10_000),
    ]
    return found


# Files


def _files(folder: Path, pool: Pool, chance: random.Random, *, rounds: int) -> list[Row]:
    true = dict(pages(5))
    warc(folder / "source.warc", [Kept(url=u, body=b) for u, b in true.items()], "plain")
    parts = _records((folder / "source.warc").read_bytes())
    tallies = {kind: _Tally(folder / FAULTS) for kind in _KINDS}
    # One archive for all: each file has addresses and record ids of its own.
    db = folder / "files.db"
    for number in range(rounds):
        for kind in _KINDS:
            for form in _FORMS:
                mark = f"{number}-{kind[:5].strip()}-{form}".replace(" ", "-")
                _one_file(folder, db, pool, chance, (kind, form, mark), parts, true, tallies[kind])
    return [tally.row(f"archive file: {kind}") for kind, tally in tallies.items()]


def _records(content: bytes) -> Parts:
    return [b"WARC/1." + part for part in content.split(b"WARC/1.")[1:]]


def _one_file(
    folder: Path,
    db: Path,
    pool: Pool,
    chance: random.Random,
    how: tuple[str, str, str],
    parts: Parts,
    true: dict[str, bytes],
    tally: _Tally,
) -> None:
    kind, form, mark = how
    # A name of the host's length for each file, so that no length has to be made anew.
    host = f"{crc32(mark.encode()) % 10**8:08}{HOST[8:]}".encode()
    mine = [part.replace(HOST.encode(), host, 1) for part in parts]
    mine = [_renamed(part, chance) for part in mine]
    hit = chance.choice([n for n, part in enumerate(mine) if b"WARC-Type: response" in part])
    mine[hit] = _changed(kind, mine[hit], chance)
    path = folder / (f"{mark}.wacz" if form.startswith("wacz") else f"{mark}.warc.gz")
    packed = b"".join(map(gzip.compress, mine))
    if form == "plain":
        path.write_bytes(b"".join(mine))
    elif form == "members":
        path.write_bytes(packed)
    else:
        method = zipfile.ZIP_STORED if form == "wacz stored" else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(path, "w", method) as package:
            package.writestr("archive/x.warc.gz", packed)
    heard = Heard()
    tally.injected += 1
    try:
        with closing(open_archive(db)) as archive:
            intake = Intake(archive, pool, heard)
            total = intake.take([path], lambda _path, _counts: None)
            intake.close()
    except Exception as error:  # what it must never do, whatever it is
        tally.say(f"{mark}: {error!r}")
        return
    odd = [line for line in heard.lines if "the reader" in line or "\n" in line]
    tally.survived += not odd and total.failed == len(heard.lines)
    _compare(db, host.decode(), true, hit, mine, tally)
    path.unlink()


def _renamed(part: bytes, chance: random.Random) -> bytes:
    """The record under another id of the same length."""
    at = part.find(b"<urn:uuid:")
    return part[: at + 10] + b"%08x" % chance.getrandbits(32) + part[at + 18 :]


def _compare(
    db: Path, host: str, true: dict[str, bytes], hit: int, mine: Parts, tally: _Tally
) -> None:
    """Each record that was not touched has its article, and each article its page."""
    wanted = {
        url.replace(HOST, host, 1)
        for n, part in enumerate(mine)
        for url in true
        if n != hit and b"WARC-Type: response" in part
        and f"WARC-Target-URI: {url.replace(HOST, host, 1)}\r\n".encode() in part
    }  # fmt: skip
    sql = (
        "SELECT a.url, c.warc, c.offset FROM articles AS a JOIN captures AS c ON c.id = a.capture "
        f"WHERE a.url LIKE 'http://{host}/%'"
    )
    for url, name, offset in rows(db, sql):
        folder = db.with_suffix(".warc")
        assert (folder / name).exists() or (folder / (name + OPEN)).exists()
        body = read_record(folder, name, offset)[2]
        if body == true.get(url.replace(host, HOST, 1)) or body in true.values():
            tally.true += 1
        else:
            tally.wrong += 1
        wanted.discard(url)
    tally.lost += len(wanted)


def _changed(kind: str, part: bytes, chance: random.Random) -> bytes:
    content = bytearray(part)
    if kind == "bit flips":
        for _ in range(chance.choice((1, 1, 20))):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif kind == "bytes cut out":
        at = chance.randrange(len(content))
        del content[at : at + chance.randrange(1, 3000)]
    elif kind == "bytes put in":
        at = chance.randrange(len(content))
        content[at:at] = chance.randbytes(chance.randrange(1, 3000))
    elif kind == "record twice":
        content = content * 2
    elif kind == "record cut off":
        del content[chance.randrange(len(content)) :]
        content += b"\r\n\r\n"  # the next one begins a line
    else:
        old, new = chance.choice([lie for lie in _LIES if lie[0] in part])
        return part.replace(old, new, 1)
    return bytes(content)


# Databases

_TOLD = "SELECT key, title, published, body FROM articles"


def _databases(folder: Path, pool: Pool, chance: random.Random, *, rounds: int) -> list[Row]:
    good = folder / "good.db"
    kept = [Kept(url=url, body=body) for url, body in pages(3)]
    warc(folder / "three.warc.gz", kept)
    with closing(open_archive(good)) as archive:
        intake = Intake(archive, pool, Heard())
        intake.take([folder / "three.warc.gz"], lambda _path, _counts: None)
        intake.close()
    own = folder / "own.db"
    shutil.copy(good, own)
    shutil.copytree(good.with_suffix(".warc"), own.with_suffix(".warc"))
    places = _places(good)
    found = []
    harms: tuple[tuple[str, Callable[[Path], None]], ...] = (
        ("database: pages changed", partial(_harmed_pages, chance=chance)),
        ("database: values changed", partial(_harmed_values, places=places, chance=chance)),
    )
    before = rows(own, _TOLD)
    for name, harm in harms:
        tally = _Tally(folder / FAULTS)
        for _ in range(rounds):
            path = folder / "harmed" / "a.db"
            path.parent.mkdir()
            shutil.copy(good, path)
            shutil.copytree(good.with_suffix(".warc"), path.with_suffix(".warc"))
            harm(path)
            _ask_all(path, own, tally)
            shutil.rmtree(path.parent)
        after = rows(own, _TOLD)
        tally.true = len(set(before) & set(after))
        tally.lost = len(set(before) - set(after))
        found.append(tally.row(name))
    return found


def _places(db: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(db)) as conn:
        tables = conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "
            "AND name NOT LIKE '%sqlite%' AND name NOT GLOB 'articles_*'"
        ).fetchall()
        return [
            (table, row[1])
            for (table,) in tables
            for row in conn.execute(f"PRAGMA table_info({table})")
        ]


def _harmed_pages(path: Path, *, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    how = chance.randrange(3)
    if how == 0:
        del content[chance.randrange(len(content)) :]
    elif how == 1:
        page = chance.randrange(len(content) // 4096)
        content[page * 4096 : (page + 1) * 4096] = chance.randbytes(4096)
    else:
        for _ in range(chance.choice((1, 30, 1000))):
            content[chance.randrange(100, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


_VALUES = (
    "x'ff00'", "-1", "9223372036854775807", "1e308", "'x'", "''", "'../../x'", "'[1]'", "'{'",
    "cast(x'c328' AS TEXT)", "'2022-13-45'", "'9999-12-31T23:59:59Z'", "'0001-01-01'", "char(0)",
    "printf('%.*c', 100000, '[')", "'http://[::1'",
)  # fmt: skip


def _harmed_values(path: Path, *, places: Sequence[tuple[str, str]], chance: random.Random) -> None:
    while True:
        table, column = chance.choice(places)
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as conn:
                conn.execute("PRAGMA ignore_check_constraints = ON")
                value = chance.choice(_VALUES)
                conn.execute(f"UPDATE {table} SET {column} = {value}")
            return
        except sqlite3.Error:
            continue  # a value that no row may have twice, or too large for its column


def _ask_all(db: Path, own: Path, tally: _Tally) -> None:
    folder = db.parent
    for args in (
        ("search", "--db", db, "cong an"),
        ("show", "--db", db, "1"),
        ("diff", "--db", db, "1"),
        ("verify", "--db", db, "--quiet"),
        ("export", "--db", db, "--format", "jsonl", "--quiet"),
        ("export", "--db", db, "--format", "wacz", "--output", folder / "o.wacz", "--quiet"),
        ("health", "--db", db),
        ("backup", "--db", db, folder / "copy.db"),
        ("merge", "--db", own, db),
    ):
        tally.injected += 1
        try:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
                main([str(arg) for arg in args])
        except SystemExit as end:
            tally.survived += end.code in (0, 1, None) and "Traceback" not in said.getvalue()
        except Exception as error:  # what it must never do, whatever it is
            tally.say(f"{args[0]}: {error!r}")


# What is said in files


_WORDS = (
    "[", "{", "[" * 3000, "[\n" * 3000, "9" * 4000, ".a" * 2000, "'", '"""', "\0", "\x1b", "= inf",
    "-", "\n", "[sites.x]\n", "1e999", "0x" + "f" * 4000,
)  # fmt: skip


def _settings(folder: Path, chance: random.Random, *, rounds: int) -> Row:
    tally = _Tally(folder / FAULTS)
    with redirect_stdout(io.StringIO()) as told, suppress(SystemExit):
        main(["settings", "--sample"])
    lines = [line.removeprefix("#") for line in told.getvalue().splitlines() if "=" in line]
    path = folder / "newsarchive.toml"
    for _ in range(rounds):
        text = "\n".join(chance.sample(lines, chance.randrange(1, 8)))
        for _ in range(chance.randrange(4)):
            at = chance.randrange(len(text))
            word = chance.choice(_WORDS)
            text = text[:at] + word + text[at + chance.randrange(5) :]
        path.write_text(text, encoding="utf-8")
        tally.injected += 1
        try:
            read(path, named=False)
            tally.survived += 1
        except CallError as error:
            tally.survived += str(error).startswith(f"{path}: ")
    return tally.row("settings changed")


def _expressions(folder: Path, chance: random.Random, *, rounds: int) -> Row:
    """Expressions of site files: refused, or matched by no address in too many steps."""
    tally = _Tally(folder / FAULTS)
    for _ in range(rounds):
        pattern = _expression(chance)
        tally.injected += 1
        try:
            Site(slug="x", name="X", province=None, province_2025=None, hosts=("x.vn",),
                 evidence="seen", article=pattern)  # fmt: skip
        except SiteError:
            tally.survived += 1
            continue
        tally.survived += _is_quick(pattern)
    return tally.row("expressions of site files")


_ATOMS = ("a", "[a-z]", r"\d", r"\w", "[^/]", "/", "-", ".", r"\.html", "(?:a|b)", "(?:tin|t)")
_SIGNS = ("", "", "+", "*", "?", "{1,3}", "{2,}", "+?")


def _expression(chance: random.Random) -> str:
    """Some groups, repeated or not, of some atoms, repeated or not."""
    groups = []
    for _ in range(chance.randrange(1, 4)):
        parts = [
            chance.choice(_ATOMS) + chance.choice(_SIGNS) for _ in range(chance.randrange(1, 4))
        ]
        groups.append(f"(?:{''.join(parts)}){chance.choice(_SIGNS)}")
    return "".join(groups)


def _is_quick(pattern: str) -> bool:
    """Whether it comes back from addresses made for it; one that doubles with each character
    would not before the sun is out."""
    texts = [unit * 60 + "!" for unit in ("a", "1", "-", "/", "/a", "a-", "aa/", "tin", "ab")]

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, late)  # of this process's time, not the clock's
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        for text in texts:
            re.fullmatch(pattern, text)
    except TimeoutError:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return True
