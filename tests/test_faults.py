"""Servers that are broken or mean: each fault costs what it hits, is said, and is asked again."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
import quick
from backports import zstd
from crawl_cases import command, environment, rows
from fault_cases import Case, case, follow, held, pictured, refresh
from fault_server import serve
from faulty import bomb
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response

from newsarchive.archive import unpacking
from newsarchive.archive.bodies import decoded, decoded_digest, digest_of
from newsarchive.archive.recoveries import Span
from newsarchive.crawl.middlewares import FEW, SILENT, Retry, retry_after
from newsarchive.crawl.recovery_index import Wayback
from newsarchive.crawl.runner import project_settings
from newsarchive.crawl.trouble import Silent
from newsarchive.crawl.unpack import is_cut
from newsarchive.errors import FetchError

# A fault and a kind of request that meets it; what the line on it says, '' for none.
ENDED = "the connection ended before the page did"
CASES = [
    ("article", "reset-in-body", ENDED),
    ("article", "close-in-chunks", ENDED),
    ("article", "close-in-undelimited", ENDED),
    ("article", "length-too-short", ENDED),
    ("article", "gzip-cut", ENDED),
    ("article", "close-delimited", ""),
    ("article", "length-too-long", ""),
    ("article", "endless-headers", "its headers are larger than 262144 bytes"),
    ("article", "endless-continues", "its headers are larger than 262144 bytes"),
    ("article", "header-injection", ""),
    ("article", "big-header", ""),
    ("article", "gzip-plain", ""),
    ("article", "gzip-twice", ""),
    ("article", "bomb-zstd", "not read (--max-size, --max-ratio)"),
    ("article", "bomb-nested", "not read (--max-size, --max-ratio)"),
    ("article", "status-99", "answered 99"),
    ("article", "status-206-unasked", "answered 206"),
    ("article", "status-304-unasked", "answered 304"),
    ("article", "status-403", "answered 403"),
    ("article", "redirect-bad-host", "redirects to what is no address"),
    ("article", "redirects-10000", "redirects without end"),
    ("article", "redirect-far", "redirects to another host"),
    ("article", "503-ten-years", "answered 503"),
    ("article", "empty", ""),
    ("article", "two-answers", ""),
    ("image", "close-in-body", f"the picture is not kept: {ENDED}"),
    ("image", "status-500", "the picture is not kept: answered 500"),
    ("image", "another-page", "the picture is not kept: the answer is no picture"),
    ("image", "redirect-300", "the picture is not kept: answered 300"),
    ("image", "zstd-broken", "the picture is not kept: the answer is no picture"),
    ("image", "close-in-undelimited", f"the picture is not kept: {ENDED}"),
    ("page", "close-in-body", ENDED),
    ("page", "wrong-charset-codec", ""),
    ("sitemap", "close-in-body", ""),
    ("robots", "close-in-body", "robots.txt was cut off"),
    ("robots", "status-999", "robots.txt answered 999"),
    ("robots", "status-304-unasked", "robots.txt answered 304"),
    ("robots", "bomb-gzip", "robots.txt unpacks to over"),
]  # fmt: skip
IDS = [f"{kind}-{fault}" for kind, fault, _ in CASES]
# Refused on the spot, and silently: a page that is no article is a problem on record.
QUIET = {"empty"}
World = tuple[Path, dict[str, Case], dict[str, Any], Path, list[subprocess.CompletedProcess[str]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One refresh while the faults last, and one two days later without them."""
    folder = tmp_path_factory.mktemp("faults")
    db = folder / "a.db"
    cases = {name: case(kind, fault) for name, (kind, fault, _) in zip(IDS, CASES, strict=True)}
    with serve(list(cases.values())):
        follow(db, list(cases.values()))
        first = refresh(db, list(cases.values()), timeout=20)
        seen = {
            name: (held(db, one), list(one.told), one.asked.count(one.target))
            for name, one in cases.items()
        }
        for one in cases.values():
            one.lift()
        second = refresh(db, list(cases.values()), days=2, timeout=60)
    return db, cases, seen, folder, [first, second]


@pytest.mark.parametrize(("kind", "fault", "what"), CASES, ids=IDS)
def test_a_fault_costs_what_it_hits_and_is_asked_again(
    kind: str, fault: str, what: str, world: World
) -> None:
    db, cases, seen, _, _ = world
    one = cases[f"{kind}-{fault}"]
    (true, missing, wrong), told, asked = seen[f"{kind}-{fault}"]
    lost = {"robots": 4, "article": 0 if one.harmless else 1}.get(kind, 0)
    assert (true, missing, wrong) == (4 - lost, lost, 0), told
    assert len(told) == (what != ""), told
    assert what in "".join(told)
    if fault == "503-ten-years":
        assert asked == 1, "it is not waited for, nor asked in spite of it"
    assert held(db, one) == (4, 0, 0)
    assert kind != "image" or pictured(db, one)


def test_no_line_of_a_library_and_no_traceback(world: World) -> None:
    for done in world[4]:
        assert "Traceback" not in done.stderr
        assert "internal error" not in done.stderr
        assert not [line for line in done.stderr.splitlines() if line.startswith("warning")]
    assert world[4][0].returncode == 1


def test_what_was_kept_is_sound(world: World) -> None:
    done = quick.run(command("verify", "--db", world[0]), env=environment())
    assert (done.returncode, done.stderr) == (0, "")


def test_what_came_of_a_page_is_kept_with_its_problem(world: World) -> None:
    db, cases, _, _, _ = world
    one = cases["article-reset-in-body"]
    found = rows(
        db,
        "SELECT what FROM problems JOIN captures ON captures.id = capture WHERE url = ?",
        one.base + one.target,
    )
    assert (ENDED,) in found


# What unpacks.

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress,
    "deflate raw": lambda body: (lambda p: p.compress(body) + p.flush())(zlib.compressobj(wbits=-15)),
}  # fmt: skip
TEXT = "".join(f"<p>Tin số {n}: Công an xã</p>\n" for n in range(9000)).encode()


@pytest.mark.parametrize("name", PACKERS)
def test_what_was_packed_unpacks_whole_or_says_that_it_does_not(name: str) -> None:
    coding = name.split(" ")[0]
    for text in (b"", b"x", TEXT):
        packed = PACKERS[name](text)
        headers = [("Content-Encoding", coding)]
        assert decoded(packed, headers) == text
        assert decoded_digest(packed, headers) == digest_of(text)
    packed = PACKERS[name](TEXT)
    pieces: list[bytes] = []
    with pytest.raises(unpacking.Cut):
        pieces.extend(unpacking.unpack(packed[:-20], coding, most=10**9))
    assert TEXT.startswith(b"".join(pieces))
    assert decoded_digest(packed[:-20], headers) == digest_of(decoded(packed[:-20], headers))
    noise = b"<!DOCTYPE html><p>plain"
    assert decoded(noise, headers) == noise


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_bomb_is_met_in_little_memory(coding: str) -> None:
    packed = bomb(coding, 40 << 20)
    over = gzip.compress(packed)
    tracemalloc.start()
    try:
        headers = [("Content-Encoding", f"{coding}, gzip")]
        assert decoded_digest(over, headers) == digest_of(over)
        with pytest.raises(unpacking.Bomb):
            for _ in unpacking.unpack(over, f"{coding}, gzip", most=10**9):
                pass
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_codings_are_counted() -> None:
    assert unpacking.is_known("gzip, gzip, identity")
    assert not unpacking.is_known(", ".join(["gzip"] * 6))
    assert not unpacking.is_known("gzip, rot13")


@pytest.mark.parametrize(
    ("flags", "body", "cut"),
    [
        (["dataloss"], b"<html><p>a", True),
        (["dataloss"], b"<html><p>a</html>\n", False),
        (["partial"], b"<html><p>a", True),
        (["partial"], b'{"an": "answer"}', False),
        (["cut"], b"\x89PNG", True),
        ([], b"<html><p>a", False),
    ],
)
def test_a_page_that_ends_early(flags: list[str], body: bytes, cut: bool) -> None:
    assert is_cut(Response("http://a.vn/", body=body, flags=flags)) is cut


# How long a portal is waited for.


@pytest.mark.parametrize("value", [b"9" * 400, b"Fri, 31 Dec 99999 23:59:59 GMT", b"-5", b"\0"])
def test_a_retry_after_that_is_none(value: bytes) -> None:
    assert retry_after(value, datetime.now(UTC)) in (0.0, float("inf"))


def test_a_host_that_stopped_answering_is_left_alone() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    settings = project_settings()
    crawler = SimpleNamespace(settings=settings, stats=None)
    job = SimpleNamespace(budget=SimpleNamespace(pause=pause))
    crawler.spider = SimpleNamespace(job=job, crawler=crawler)
    crawler.stats = SimpleNamespace(inc_value=lambda *a, **k: None)
    retry = Retry(crawler)  # type: ignore[arg-type]

    async def ask() -> None:
        """One request, which comes to nothing as often as it is sent."""
        request = Request("http://a.vn/", meta={"download_slot": "a.vn"})
        while request is not None:
            retry.process_request(request)
            sent.append(request)
            request = await retry.process_exception(request, DownloadTimeoutError())  # type: ignore[assignment]

    async def run() -> None:
        for _ in range(SILENT):
            await ask()
        with pytest.raises(Silent, match="stopped answering"):
            await ask()
        answer = Response("http://a.vn/", body=b"<html></html>")
        request = Request("http://a.vn/", meta={"download_slot": "a.vn"})
        assert await retry.process_response(request, answer) is answer
        await ask()

    sent: list[Request] = []
    asyncio.run(run())
    assert len(sent) == FEW * 3 + (SILENT - FEW) + 3
    assert len(pauses) == (FEW + 1) * 2


# Web archives.


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"[" + b"[]," * 1_000_000 + b"[]]", b'{"a":' * 50_000, b"[1,2]"]
)
def test_an_index_that_is_an_attack_is_no_list(body: bytes) -> None:
    index = Wayback(cdx="http://a.example/cdx", hosts=["a.vn"], span=Span(), rows=5)
    (listing,) = index.begin(b"")
    with pytest.raises(FetchError, match="no list of captures"):
        index.read(listing, None, 200, body)
