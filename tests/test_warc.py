"""WARC files: valid, whole after a kill, never overwritten, and read back as they were written."""

from __future__ import annotations

import gzip
import os
import random
import re
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from newsarchive.archive import bodies, warc
from newsarchive.archive.records import read_record
from newsarchive.archive.warc import Exchange, WarcWriter
from newsarchive.errors import ArchiveError

INFO = {"software": "newsarchive 0.1", "robots": "obey", "http-header-user-agent": "newsarchive"}


def exchange(number: int = 1, **fields: Any) -> Exchange:
    return Exchange(
        **{
            "url": f"http://congan.example.vn/bai-{number}?trang=2",
            "method": "GET",
            "request_headers": [("User-Agent", "newsarchive"), ("Accept", "text/html")],
            "request_body": b"",
            "status": 200,
            "reason": "OK",
            "response_headers": [("Content-Type", "text/html; charset=utf-8")],
            "body": f"<p>Bài {number}</p>".encode(),
            "fetched": "2026-01-02T03:04:05Z",
            "ip": "192.0.2.1",
            **fields,
        }
    )


def records(path: Path) -> Iterator[tuple[Any, bytes]]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            yield record, record.raw_stream.read()


def check(path: Path) -> None:
    """What `warcio check` does; it fails on a wrong digest, length or gzip member."""

    class Arguments:
        inputs = (str(path),)
        verbose = False

    checker = Checker(Arguments())
    checker.process_all()
    assert not checker.exit_value


def written(folder: Path, *exchanges: Exchange) -> tuple[Path, list[warc.Kept]]:
    with WarcWriter(folder, prefix="example", info=INFO) as writer:
        kept = [writer.write(one) for one in exchanges]
    return folder / kept[0].warc, kept


def test_an_exchange_is_a_response_and_its_request(tmp_path: Path) -> None:
    path, (kept,) = written(tmp_path, exchange())
    check(path)
    (info, _), (response, body), (request, asked) = records(path)
    assert info.rec_type == "warcinfo"
    head = response.rec_headers
    assert response.rec_type == "response"
    assert head.protocol == "WARC/1.1"
    assert head.get_header("WARC-Record-ID") == kept.record_id
    assert head.get_header("WARC-Target-URI") == "http://congan.example.vn/bai-1?trang=2"
    assert head.get_header("WARC-Date") == "2026-01-02T03:04:05Z"
    assert head.get_header("WARC-IP-Address") == "192.0.2.1"
    assert head.get_header("WARC-Warcinfo-ID") == info.rec_headers.get_header("WARC-Record-ID")
    assert head.get_header("WARC-Payload-Digest").startswith("sha1:")
    assert response.http_headers.statusline == "200 OK"
    assert body == "<p>Bài 1</p>".encode()
    assert request.rec_type == "request"
    assert request.rec_headers.get_header("WARC-Concurrent-To") == kept.record_id
    assert request.http_headers.protocol == "GET"
    assert request.http_headers.statusline == "/bai-1?trang=2 HTTP/1.1"
    assert request.http_headers.headers == [
        ("Host", "congan.example.vn"),
        ("User-Agent", "newsarchive"),
        ("Accept", "text/html"),
    ]
    assert asked == b""


def test_the_file_begins_with_who_wrote_it_and_how(tmp_path: Path) -> None:
    path, _ = written(tmp_path, exchange())
    record, text = next(records(path))
    assert record.rec_headers.get_header("WARC-Filename") == path.name
    # Fractions of a second make packagers of WACZ files fail.
    date = record.rec_headers.get_header("WARC-Date")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)
    lines = text.decode().splitlines()
    assert "software: newsarchive 0.1" in lines
    assert "http-header-user-agent: newsarchive" in lines


def test_every_record_is_one_gzip_member_at_its_offset(tmp_path: Path) -> None:
    path, kept = written(tmp_path, *(exchange(number) for number in range(5)))
    data = path.read_bytes()
    for number, place in enumerate(kept):
        member = gzip.decompress(data[place.offset : place.offset + place.length])
        assert member.startswith(b"WARC/1.1\r\n")
        assert member.endswith(f"<p>Bài {number}</p>\r\n\r\n".encode())
        assert read_record(tmp_path, place.warc, place.offset)[2] == f"<p>Bài {number}</p>".encode()


def test_headers_of_the_connection_go_and_the_length_is_true(tmp_path: Path) -> None:
    headers = [
        ("Transfer-Encoding", "chunked"),
        ("connection", "keep-alive"),
        ("Set-Cookie", "a=1"),
        ("Content-Length", "99999"),
        ("Set-Cookie", "b=2"),
        ("content-length", "1"),
    ]
    path, (kept,) = written(tmp_path, exchange(response_headers=headers))
    check(path)
    status, read, _body = read_record(tmp_path, kept.warc, kept.offset)
    assert status == 200
    assert read == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Content-Length", str(len("<p>Bài 1</p>".encode()))),
    ]


def test_a_response_without_a_body_claims_no_length_it_has_not(tmp_path: Path) -> None:
    bodiless = exchange(
        status=304, reason="Not Modified", body=b"", response_headers=[("ETag", "x")]
    )
    path, (kept,) = written(tmp_path, bodiless)
    check(path)
    assert read_record(tmp_path, kept.warc, kept.offset) == (304, [("ETag", "x")], b"")


def test_a_posted_form_is_kept_with_its_body(tmp_path: Path) -> None:
    posted = exchange(
        method="POST",
        request_headers=[("Host", "congan.example.vn"), ("Content-Length", "3")],
        request_body=b"__EVENTTARGET=trang2",
    )
    path, _ = written(tmp_path, posted)
    check(path)
    *_, (request, body) = records(path)
    assert body == b"__EVENTTARGET=trang2"
    assert request.http_headers.protocol == "POST"
    assert request.http_headers.headers == [("Host", "congan.example.vn"), ("Content-Length", "20")]


def _zstd(data: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return bytes(zstd.compress(data))


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", _zstd),
        ("", bytes),
    ],
)
def test_bodies_are_kept_encoded_and_read_decoded(
    tmp_path: Path, encoding: str, encode: Any
) -> None:
    text = "<p>Đường dây đánh bạc</p>".encode() * 500
    encoded = encode(text)
    headers = [("Content-Encoding", encoding)] if encoding else []
    path, (kept,) = written(tmp_path, exchange(response_headers=headers, body=encoded))
    assert [body for record, body in records(path) if record.rec_type == "response"] == [encoded]
    assert read_record(tmp_path, kept.warc, kept.offset)[2] == text


def test_a_body_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MAX_BODY", 100_000)
    for encoding, encode in (("gzip", gzip.compress), ("zstd", _zstd), ("br", brotli.compress)):
        bomb = exchange(
            response_headers=[("Content-Encoding", encoding)], body=encode(b"0" * 1_000_000)
        )
        _path, (kept,) = written(tmp_path, bomb)
        with pytest.raises(ArchiveError, match="unpacks to over"):
            read_record(tmp_path, kept.warc, kept.offset)


def test_a_file_is_open_until_it_is_closed_and_readable_all_the_while(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "archive.warc", prefix="example", info=INFO)
    assert not (tmp_path / "archive.warc").exists(), "no file before the first exchange"
    kept = writer.write(exchange())
    assert [path.name for path in (tmp_path / "archive.warc").iterdir()] == [kept.warc + ".open"]
    assert read_record(tmp_path / "archive.warc", kept.warc, kept.offset)[0] == 200
    writer.close()
    writer.close()
    assert [path.name for path in (tmp_path / "archive.warc").iterdir()] == [kept.warc]
    assert read_record(tmp_path / "archive.warc", kept.warc, kept.offset)[0] == 200


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    with WarcWriter(tmp_path, prefix="example", info=INFO, max_bytes=20_000) as writer:
        kept = [writer.write(exchange(n, body=os.urandom(6_000))) for n in range(9)]
    names = list(dict.fromkeys(place.warc for place in kept))
    assert len(names) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names) == names
    for name in names:
        check(tmp_path / name)
        assert next(records(tmp_path / name))[0].rec_type == "warcinfo"
        assert (tmp_path / name).stat().st_size < 30_000


def test_two_writers_of_one_second_never_share_a_file(tmp_path: Path) -> None:
    writers = [WarcWriter(tmp_path, prefix="example", info=INFO) for _ in range(5)]
    names = {writer.write(exchange()).warc for writer in writers}
    assert len(names) == 5
    for writer in writers:
        writer.close()


def test_an_existing_file_is_never_written_to(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, prefix="example", info=INFO)
    (tmp_path / f"{writer._stem}-00000.warc.gz.open").write_bytes(b"kept")
    with pytest.raises(ArchiveError, match="File exists"):
        writer.write(exchange())
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"kept"]


def test_a_killed_writer_leaves_whole_records(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; sys.path.insert(0, sys.argv[2]); import test_warc as t\n"
        "writer = t.WarcWriter(pathlib.Path(sys.argv[1]), prefix='example', info=t.INFO)\n"
        "for n in range(10**9):\n"
        "    kept = writer.write(t.exchange(n)); print(n, kept.warc, kept.offset, flush=True)"
    )
    here = str(Path(__file__).parent)
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), here], stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    lines = [run.stdout.readline() for _ in range(50)]
    run.send_signal(signal.SIGKILL)
    rest, _ = run.communicate()
    lines += rest.splitlines()[:-1]  # the last line may be torn
    for line in lines:
        number, name, offset = line.split()
        assert name + ".open" in os.listdir(tmp_path)
        assert read_record(tmp_path, name, int(offset))[2] == f"<p>Bài {number}</p>".encode()


def test_a_disk_without_room_is_one_line_and_tears_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = WarcWriter(tmp_path, prefix="example", info=INFO)
    first = writer.write(exchange(1))
    flush = warc.Members.flush

    def full(self: Any) -> None:
        self._file.write(b"torn" * 5_000)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(warc.Members, "flush", full)
    with pytest.raises(ArchiveError, match="No space left") as caught:
        writer.write(exchange(2))
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(warc.Members, "flush", flush)
    third = writer.write(exchange(3))
    writer.close()
    check(tmp_path / first.warc)
    assert b"torn" not in (tmp_path / first.warc).read_bytes()
    assert read_record(tmp_path, third.warc, third.offset)[2] == "<p>Bài 3</p>".encode()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    writer = WarcWriter(tmp_path / "file", prefix="example", info=INFO)
    with pytest.raises(ArchiveError, match="cannot make a WARC file"):
        writer.write(exchange())


def packed(encoding: str, body: bytes) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body))
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return bytes(zstd.compress(body))


@pytest.mark.parametrize("encoding", ["br", "zstd"])
def test_a_body_that_is_not_what_it_says_is_one_line(tmp_path: Path, encoding: str) -> None:
    rng, words = random.Random(1), ("Công an", "tỉnh", "xã", "bắt giữ", "trộm cắp")
    text = " ".join(rng.choice((*words, str(rng.random()))) for _ in range(120_000))
    body = packed(encoding, text.encode())
    half = len(body) // 2
    torn = body[:half] + b"\xff" * 2_000 + body[half + 2_000 :]
    wrong = exchange(response_headers=[("Content-Encoding", encoding)], body=torn)
    plain = exchange(response_headers=[("Content-Encoding", encoding)], body=b"plain text" * 9)
    _path, (kept, never) = written(tmp_path, wrong, plain)
    with pytest.raises(ArchiveError, match="nothing readable"):
        read_record(tmp_path, kept.warc, kept.offset)
    # One that was never packed is what a crawl takes it for, under whatever name.
    assert read_record(tmp_path, never.warc, never.offset)[2] == b"plain text" * 9


@pytest.mark.parametrize(
    ("name", "offset", "message"),
    [
        ("absent.warc.gz", 0, "missing"),
        ("../secret.warc.gz", 0, "not the name"),
        ("noise.warc.gz", 0, "nothing readable"),
        (None, 1, "nothing readable|no response record"),
        (None, 0, "no response record"),
        (None, 10**9, "nothing readable|no response record"),
    ],
)
def test_reading_what_is_not_there_is_one_line(
    tmp_path: Path, name: str | None, offset: int, message: str
) -> None:
    _path, (kept,) = written(tmp_path, exchange())
    (tmp_path / "noise.warc.gz").write_bytes(b"\x1f\x8bnoise" * 50)
    with pytest.raises(ArchiveError, match=message) as caught:
        read_record(tmp_path, name or kept.warc, offset)
    assert "\n" not in str(caught.value)


def test_a_header_that_is_not_ascii_is_percent_encoded(tmp_path: Path) -> None:
    named = exchange(response_headers=[("Content-Disposition", 'attachment; filename="tệp 1.htm"')])
    path, (kept,) = written(tmp_path, named)
    check(path)
    read = read_record(tmp_path, kept.warc, kept.offset)[1]
    assert read[0] == ("Content-Disposition", 'attachment; filename="t%E1%BB%87p 1.htm"')


ODD = st.text(max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    reason=ODD,
    headers=st.lists(st.tuples(ODD.filter(str.strip), ODD), max_size=4),
    query=ODD,
    body=st.binary(max_size=50),
    status=st.integers(200, 599),
)
@example(reason="", headers=[("0", "=x;\x80\ud800")], query="", body=b"", status=200)
def test_whatever_a_server_answers_makes_a_valid_record(
    tmp_path_factory: pytest.TempPathFactory,
    reason: str,
    headers: list[tuple[str, str]],
    query: str,
    body: bytes,
    status: int,
) -> None:
    folder = tmp_path_factory.mktemp("warc")
    headers = [(name, value) for name, value in headers if "encoding" not in name.lower()]
    odd = exchange(
        url=f"http://congan.example.vn/?{query}",
        reason=reason,
        response_headers=headers,
        request_headers=headers,
        body=body,
        status=status,
    )
    path, (kept,) = written(folder, odd)
    check(path)
    read, _headers, kept_body = read_record(folder, kept.warc, kept.offset)
    assert (read, kept_body) == (status, body)
