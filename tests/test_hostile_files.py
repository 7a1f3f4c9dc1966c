"""Files made to break an import: what is good in them comes in true, the rest is one line each."""

from __future__ import annotations

import gzip
import os
import random
import socket
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from crawl_cases import rows
from intake_cases import FETCHED, HOST, Heard, Kept, pages, pool, wacz, warc

from newsarchive.archive.records import read_record
from newsarchive.archive.salvage import open_archive
from newsarchive.intake import packages, packed, records, sources
from newsarchive.intake.counts import Counts
from newsarchive.intake.limits import Limits
from newsarchive.intake.packed import unpacked
from newsarchive.intake.pages import utc
from newsarchive.intake.sources import Fault, Reach, found_at
from newsarchive.intake.streams import RECORD
from newsarchive.intake.taking import Intake

PAGES = pages(6)
TRUE = dict(PAGES)


def taken(db: Path, *paths: Path, limits: Limits | None = None) -> tuple[Counts, list[str]]:
    """What became of it, and the lines of trouble; the reader never failed."""
    heard = Heard()
    with closing(open_archive(db)) as archive:
        intake = Intake(archive, pool(), heard, limits=limits)
        total = intake.take(paths, lambda _path, _counts: None)
        intake.close()
    assert not [line for line in heard.lines if "the reader" in line]
    assert all("\n" not in line for line in heard.lines)
    return total, heard.lines


def true_urls(db: Path) -> set[str]:
    """Addresses of the articles; each has the very page of its address."""
    places = rows(
        db,
        "SELECT a.url, f.warc, f.offset FROM articles AS a JOIN captures AS c ON c.id = a.capture "
        "LEFT JOIN revisits AS r ON r.capture = c.id "
        "JOIN captures AS f ON f.record_id = coalesce(r.refers_to, c.record_id)",
    )
    for url, name, offset in places:
        body = read_record(db.with_suffix(".warc"), name, offset)[2]
        assert body == TRUE[url.partition("?")[0]], url
    return {url for url, _, _ in places}


def block(
    body: bytes, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
) -> bytes:
    return head + body


def record(
    url: str,
    content: bytes,
    *,
    length: object = None,
    more: bytes = b"",
    date: str = FETCHED,
    name: str = "1",
    kind: str = "response",
) -> bytes:
    """A record as it is written, whatever is said in it."""
    size = len(content) if length is None else length
    return (
        (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
            f"WARC-Record-ID: <urn:uuid:{name}>\r\nContent-Type: application/http; msgtype=response\r\n"
        ).encode()
        + more
        + f"Content-Length: {size}\r\n\r\n".encode()
        + content
        + b"\r\n\r\n"
    )


GOOD = [record(url, block(body), name=f"good-{n}") for n, (url, body) in enumerate(PAGES)]


def test_records_that_lie_cost_themselves_alone(tmp_path: Path) -> None:
    """Between two good records one lie each, plain and packed; all good ones come in, true."""
    url, body = PAGES[0]
    wide = b"".join(b"X-%d: y\r\n" % n for n in range(40_000))
    lies = [
        record(url, block(body), length="9" * 5000, name="digits"),
        record(url, block(body), length=10**17, name="long"),
        record(url, block(body), length=len(body) // 2, name="short"),
        record(url, block(body), length="-5", name="negative"),
        record(url, block(body), more=b"X: " + b"y" * 1_000_000 + b"\r\n", name="header"),
        record(url, block(body), more=wide, name="headers"),
        record(
            url, block(body), more=b"WARC-Block-Digest: sha1:" + b"A" * 32 + b"\r\n", name="sum"
        ),
        record(url, block(body, b"HTTP/1.1 2" + b"0" * 5000 + b" OK\r\n\r\n"), name="status"),
        record(url, block(body, b"HTTP/1.1 99999999999999999999 OK\r\n\r\n"), name="status-2"),
        record(url, b"HTTP/1.1 200 OK\r\n" + b"".join(b"%x\n" % n for n in range(99_999))),
        record(url, block(body), date="99999-01-01T00:00:00Z", name="far"),
        record(url, block(body), date="9999-12-31T23:59:59Z", name="future"),
        record(url, block(body), date="0000-01-01T00:00:00Z", name="zero"),
        record(url, block(body), date="0001-01-01T00:00:00+14:00", name="one"),
        record("http://\0" + HOST + "/x.html", block(body), name="nul"),
        record(f"http://{'a' * 300}.vn/x-1.html", block(body), name="host"),
        record("file:///etc/passwd", block(body), name="file"),
        record(f"http://{HOST}/" + "a" * 9000, block(body), name="address"),
        record(url, block(body), more=b"WARC-Segment-Number: 1\r\n", name="segment"),
        record(url, b"", kind="revisit", more=b"WARC-Refers-To: <urn:uuid:loop>\r\n", name="loop"),
        b"WARC/1.0\r\n\r\n",
        b"WARC/1.0\r\nContent-Length\r\n\r\n",
        b"http://a b 20220822031100 " + b"1" * 5000 + b"\n",
        b"\0" * 5000 + b"\n",
    ]
    parts = [GOOD[0]]
    for number, lie in enumerate(lies):
        parts += [lie, record(f"{PAGES[1][0]}?n={number}", block(PAGES[1][1]), name=f"n{number}")]
    for form, content in (
        ("plain.warc", b"".join(parts)),
        ("packed.warc.gz", b"".join(map(gzip.compress, parts))),
        ("one.warc.gz", gzip.compress(b"".join(parts))),
    ):
        db = tmp_path / f"{form}.db"
        (tmp_path / form).write_bytes(content)
        total, lines = taken(db, tmp_path / form)
        found = true_urls(db)
        wanted = {f"{PAGES[1][0]}?n={number}" for number in range(len(lies))}
        assert wanted <= found, (form, sorted(wanted - found))
        assert found - wanted <= {url}
        assert all(line.startswith(f"{tmp_path / form}: ") for line in lines)
        assert total.failed == len(lines) > 10
        times = rows(db, "SELECT min(fetched), max(fetched) FROM captures")
        assert times == [(FETCHED, FETCHED)]


@pytest.mark.parametrize(
    "date",
    ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1989-12-31T23:59:59Z", "2022-W34-1T10:11:00Z",
     "2022-08-22T101100.1Z", "٢٠٢٢-08-22T10:11:00Z", "2022-08-22T10:11:00" + " " * 500 + "Z"],
)  # fmt: skip
def test_a_time_that_cannot_be_is_none(date: str) -> None:
    assert utc(date) in (None, "2022-08-22T10:11:00Z")
    assert utc(date) is None or not date.startswith(("9999", "0001", "1989", "2022-W"))


def test_names_of_headers_are_written_only_where_they_are_names(tmp_path: Path) -> None:
    url, body = PAGES[0]
    more = b"X-Good: 1\r\nX\rWARC-Type: 2\r\nX\0Y: 3\r\nX Y: 4\r\nWARC-Filename: ../../x\r\n"
    name = "../../../etc/x\r"
    (tmp_path / "x.warc").write_bytes(record(url, block(body), more=more, name=name))
    assert taken(tmp_path / "a.db", tmp_path / "x.warc")[0].new == 1
    (path,) = (tmp_path / "a.warc").glob("*.warc.gz")
    content = gzip.decompress(path.read_bytes())
    assert b"X-Good: 1\r\n" in content
    assert content.count(b"WARC-Type: ") == 2
    assert b"../../x" not in content
    assert {p.name.split(".")[0] for p in tmp_path.iterdir()} == {"x", "a"}


def test_a_revisit_of_another_body_is_refused(tmp_path: Path) -> None:
    (url, body), (other, _) = PAGES[:2]
    more = b"WARC-Payload-Digest: sha1:%s\r\nWARC-Refers-To: <urn:uuid:first>\r\n"
    right = records.base32_sha1(body).encode()
    sum_of = b"WARC-Payload-Digest: sha1:%s\r\n" % right
    (tmp_path / "x.warc").write_bytes(
        record(url, block(body), more=sum_of, name="first")
        + record(f"{url}?same", block(b""), kind="revisit", more=more % right, name="same")
        + record(other, block(b""), kind="revisit", more=more % (b"B" * 32), name="lie")
    )
    total, lines = taken(tmp_path / "a.db", tmp_path / "x.warc")
    assert (total.new, total.failed) == (2, 1)
    assert lines[0].endswith("says that it repeats a record that has another body")
    assert true_urls(tmp_path / "a.db") == {url, f"{url}?same"}


@pytest.mark.parametrize("kind", ["sha\u00b1", "sha3", "xxh64"])
def test_where_the_digest_of_the_block_cannot_be_read_that_of_the_payload_counts(
    tmp_path: Path, kind: str
) -> None:
    """A flipped bit in the name of its kind must not let through the bits flipped in the page."""
    (url, body), (other, _) = PAGES[:2]
    sums = f"WARC-Block-Digest: {kind}:{'A' * 32}\r\nWARC-Payload-Digest: sha1:"
    more = sums.encode() + records.base32_sha1(body).encode() + b"\r\n"
    (tmp_path / "x.warc").write_bytes(
        record(url, block(body), more=more, name="true")
        + record(other, block(body.replace(b"a", b"b", 1)), more=more, name="changed")
    )
    total, lines = taken(tmp_path / "a.db", tmp_path / "x.warc")
    assert (total.new, total.failed) == (1, 1)
    assert "a record whose digest is wrong at offset" in lines[0]
    assert true_urls(tmp_path / "a.db") == {url}


# Work that does not grow with lies


class Counted:
    """A file that counts the bytes that are read of it."""

    def __init__(self, content: bytes) -> None:
        self._file = BytesIO(content)
        self.read_bytes = 0

    def seek(self, offset: int, /) -> int:
        return self._file.seek(offset)

    def read(self, size: int, /) -> bytes:
        found = self._file.read(size)
        self.read_bytes += len(found)
        return found


def test_lengths_that_lead_past_all_others_are_read_over_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(records, "VAIN", 2**20)
    lie = record("http://a.vn/", b"x", kind="request", length=300_000)
    content = lie * 4000
    file = Counted(content)
    found = list(records.records(unpacked(file, content[:10])))
    assert file.read_bytes < 12 * len(content)
    assert any(d.what.endswith("is left out") for d in found if isinstance(d, records.Damage))
    one = gzip.compress(content)
    stream = unpacked(Counted(one), one[:10])
    assert [type(d) for d in records.records(stream)]
    assert stream._given < 12 * len(content)


def test_beginnings_of_members_are_looked_for_once() -> None:
    noise = b"\x1f\x8b\x08" * 60_000
    good = gzip.compress(GOOD[0])
    content = gzip.compress(GOOD[1])[:40] + noise + good
    file = Counted(content)
    found = list(records.records(unpacked(file, content[:10])))
    assert [type(one) for one in found] == [records.Damage, records.Record]
    assert file.read_bytes < 4 * len(content)


def test_a_line_of_digits_is_no_work() -> None:
    """The time of a match grows with the line, not with its square: counted in steps of SRE, that
    would be hours."""
    line = b"http://a.vn/ b 20220822031100 " + b"1" * 2_000_000
    assert RECORD.search(line) is None
    assert RECORD.search(line + b"\n") is not None


def test_members_of_a_byte_are_gathered() -> None:
    content = b"".join(gzip.compress(bytes([c])) for c in b"WARC/1.0\r\n" + b"x" * 3000)
    stream = unpacked(BytesIO(content), content)
    stream.begin()
    grown = 0
    grow = stream._grow

    def counted() -> bool:
        nonlocal grown
        grown += 1
        return grow()

    stream._grow = counted  # type: ignore[method-assign]
    assert stream.line() == b"WARC/1.0\r\n"
    assert stream.header() is None
    assert grown < 5


def test_bombs_are_given_up_and_what_follows_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "_SMALL", 2**20)
    monkeypatch.setattr(packages, "_SMALL", 2**20)
    url, body = PAGES[0]
    zeros = gzip.compress(record(url, bytes(20 * 2**20), name="bomb", kind="metadata"))
    coded = zlib.compress(body + b" " * (40 * 2**20))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: %s\r\n\r\n"
    members = [
        zeros,
        gzip.compress(record(url, block(coded, head % b"deflate"), name="coded")),
        gzip.compress(record(url, block(gzip.compress(gzip.compress(body)), head % b"gzip, gzip"))),
        *map(gzip.compress, GOOD[1:3]),
    ]
    path = tmp_path / "x.warc.gz"
    path.write_bytes(b"".join(members))
    total, lines = taken(tmp_path / "a.db", path)
    assert {PAGES[1][0], PAGES[2][0]} <= true_urls(tmp_path / "a.db") <= set(TRUE)
    assert lines == [f"{path}: a record that unpacks to over 250 times its size at offset 0"]
    assert total.failed == 1
    wacz(tmp_path / "x.wacz", {"a.warc": bytes(20 * 2**20), "b.warc": GOOD[3]}, packed=True)
    total, lines = taken(tmp_path / "a.db", tmp_path / "x.wacz")
    assert (total.new, total.failed) == (1, 1)
    assert "unpacks to over 250 times its size" in lines[0]
    small = taken(tmp_path / "b.db", path, limits=Limits(page=1000, ratio=100_000))[0]
    assert small.new == 0


def test_memory_stays_flat_whatever_is_unpacked(tmp_path: Path) -> None:
    """A head without an end, a directory of very many entries: neither becomes objects."""
    lines = b"".join(b"%06x\n" % n for n in range(1_000_000))
    (tmp_path / "x.warc").write_bytes(record(PAGES[0][0], b"HTTP/1.1 200 OK\r\n" + lines))
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", *([0] * 9), 9, *([0] * 6)) + b"archive/x"
    many = entry * 200_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(many), 30, 0)
    # It begins as a ZIP file does.
    (tmp_path / "x.wacz").write_bytes(b"PK\3\4" + bytes(26) + many + end)
    del lines, many
    said = []
    for name in ("x.warc", "x.wacz"):
        tracemalloc.start()
        try:
            (found,) = found_at(tmp_path / name, Reach())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 4 * (tmp_path / name).stat().st_size
        said.append(found.line if isinstance(found, Fault) else found.why_not)
    assert said[0] == "its head has no end"
    assert "is no WACZ: its directory has 11000000 bytes" in str(said[1])


# ZIP files


def test_entries_that_lie_cost_themselves_alone(tmp_path: Path) -> None:
    """Names that lead out, links, other ways of packing, passwords, sizes that lie, one twice."""
    path = tmp_path / "x.wacz"
    good = [gzip.compress(one) for one in GOOD]
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/../../../slip/archive/a.warc.gz", good[0])
        package.writestr("/archive/b.warc.gz", good[1])
        package.writestr("C:\\archive\\c.warc.gz", good[2])
        link = zipfile.ZipInfo("archive/link.warc.gz")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
        package.writestr("archive/inner.wacz", b"PK\3\4")
        package.writestr("archive/l.warc.gz", good[3], compress_type=zipfile.ZIP_LZMA)
        package.writestr("archive/m.warc.gz", good[3], compress_type=zipfile.ZIP_BZIP2)
        package.writestr("archive/locked.warc.gz", good[3], compress_type=zipfile.ZIP_DEFLATED)
        package.writestr("archive/same.warc.gz", good[4])
        with pytest.warns(UserWarning, match="Duplicate name"):
            package.writestr("archive/same.warc.gz", good[5])
        package.writestr("datapackage.json", '{"resources": [{"path": "../../../etc/passwd"}]}')
        package.writestr("indexes/index.cdx", "lies\n")
        at = {info.filename: info.header_offset for info in package.infolist()}
    content = bytearray(path.read_bytes())
    # The flag of encryption, in the directory and in the entry.
    struct.pack_into("<H", content, at["archive/locked.warc.gz"] + 6, 1)
    central = content.index(b"archive/locked.warc.gz", content.index(b"PK\1\2")) - 46
    struct.pack_into("<H", content, central + 8, 1)
    # A second name for the bytes of the first entry.
    central = content.index(b"archive/link.warc.gz", content.index(b"PK\1\2")) - 46
    struct.pack_into("<L", content, central + 42, at["archive/../../../slip/archive/a.warc.gz"])
    path.write_bytes(content)
    total, lines = taken(tmp_path / "a.db", path)
    assert true_urls(tmp_path / "a.db") == {PAGES[n][0] for n in (0, 1, 4, 5)}
    said = "\n".join(lines)
    for what in ("link.warc.gz lies within another entry", "l.warc.gz is packed in another way",
                 "m.warc.gz is packed in another way", "locked.warc.gz cannot be opened"):  # fmt: skip
        assert what in said
    assert total.failed == len(lines) == 4
    names = {p.name for p in tmp_path.iterdir() if not p.name.startswith("a.db")}
    assert names == {"a.warc", "x.wacz"}
    assert not (tmp_path.parent / "slip").exists()


def test_heads_of_entries_are_looked_for_without_reading_all_again(tmp_path: Path) -> None:
    """A file of nothing but beginnings of entries: not a name of 64 KiB for each."""
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 0, 0, 0, 0, 0, 0, 0, 0, 0xFFFF, 0)
    content = head * 10_000

    class File(BytesIO):
        total = 0

        def read(self, size: int | None = -1, /) -> bytes:
            found = super().read(size)
            self.total += len(found)
            return found

    file = File(content)
    assert list(packages._scanned(file)) == []
    assert file.total < 60 * len(content)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_changed_in_a_file_what_comes_in_is_true(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kept = [Kept(url=url, body=body) for url, body in PAGES]
    path = tmp_path / ("x.wacz" if seed % 3 == 0 else "x.warc.gz")
    warc(tmp_path / "good", kept, ("members", "one", "plain")[seed % 3])
    if seed % 3 == 0:
        wacz(path, {"a.warc.gz": (tmp_path / "good").read_bytes()}, packed=seed % 2 == 0)
    else:
        path.write_bytes((tmp_path / "good").read_bytes())
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 3, 30))):
        at = chance.randrange(len(content))
        content[at] ^= 1 << chance.randrange(8)
    if seed % 4 == 1:
        cut = sorted(chance.randrange(len(content)) for _ in range(2))
        content[cut[0] : cut[1]] = b""
    path.write_bytes(content)
    total, lines = taken(tmp_path / "a.db", path)
    assert total.failed == len(lines)
    with closing(open_archive(tmp_path / "a.db")):
        pass
    places = rows(tmp_path / "a.db", "SELECT c.warc, c.offset FROM articles a JOIN captures c "
                  "ON c.id = a.capture")  # fmt: skip
    for name, offset in places:
        # A flipped bit in an address leaves the page true; in a page its sum tells.
        assert read_record(tmp_path / "a.warc", name, offset)[2] in TRUE.values()


# Folders


def test_a_folder_of_traps_is_walked_to_its_end(tmp_path: Path) -> None:
    root = tmp_path / "mirror" / HOST
    root.mkdir(parents=True)
    for number, (_, body) in enumerate(PAGES[:2]):
        (root / f"bai-{number}.html").write_bytes(body)
    (tmp_path / "secret.html").write_bytes(PAGES[2][1])
    (root / "out.html").symlink_to(tmp_path / "secret.html")
    (root / "self").symlink_to(root)
    (root / "a").symlink_to(root / "b")
    (root / "b").symlink_to(root / "a")
    (root / "nothing").symlink_to(root / "nowhere")
    (root / "zero.html").symlink_to("/dev/zero")
    os.mkfifo(root / "queue.html")
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(root)  # its path may be too long for a socket
    try:
        listener.bind("socket.html")
    finally:
        os.chdir(here)
    (root / "torn.html.gz").write_bytes(gzip.compress(PAGES[3][1])[:-900])
    (root / "two.html.gz").write_bytes(
        gzip.compress(PAGES[4][1][:2000]) + gzip.compress(PAGES[4][1][2000:]) + b"\0" * 512
    )
    (root / "large.html").write_bytes(b"<html>" + b" " * 40_000_000)
    (root / ("đ" * 60 + "\x1b[31m\n.html")).write_bytes(b"<html></html>")
    with closing(listener):
        total, lines = taken(tmp_path / "a.db", tmp_path / "mirror")
    assert total.new == 3
    texts = [text for (text,) in rows(tmp_path / "a.db", "SELECT body FROM articles")]
    assert len(texts) == 3
    assert len(lines) == 2
    assert "torn.html.gz: ends in the middle" in "\n".join(lines)
    assert "large.html: is too large" in "\n".join(lines)


@pytest.mark.parametrize("kind", ["queue", "device", "loop"])
def test_what_is_no_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.warc.gz"
    if kind == "queue":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else path)
    (fault,) = found_at(path, Reach())
    assert isinstance(fault, Fault)
    assert str(path) in fault.line


def test_a_file_that_vanishes_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for number, (_, body) in enumerate(PAGES[:3]):
        (folder / f"bai-{number}.html").write_bytes(body)
    walk = sources._walk

    def walked(root: Path) -> object:
        for path, names in walk(root):
            if isinstance(path, Path) and path.name == "bai-1.html":
                path.unlink()
            yield path, names

    monkeypatch.setattr(sources, "_walk", walked)
    total, lines = taken(tmp_path / "a.db", folder)
    assert total.new == 2
    assert lines == [f"{folder / 'bai-1.html'}: cannot be read (No such file or directory)"]


def test_a_link_among_the_files_of_dead_writers_is_not_cut(tmp_path: Path) -> None:
    """The next writer cuts what a dead one left torn; a link would lead it to any other file."""
    victim = tmp_path / "thesis.txt"
    victim.write_text("precious")
    folder = tmp_path / "a.warc"
    folder.mkdir()
    (folder / "x.warc.gz.open").symlink_to(victim)
    os.mkfifo(folder / "y.warc.gz.open")
    (folder / "z.warc.gz.part").mkdir()
    open_archive(tmp_path / "a.db").close()
    assert victim.read_text() == "precious"
    assert (folder / "x.warc.gz.open").is_symlink()
