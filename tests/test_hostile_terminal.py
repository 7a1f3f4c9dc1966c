"""Nothing that strangers wrote acts on a terminal: titles, names, addresses, messages, logs."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hostile_cases import ACTS, ALL, Terminal, acting, hostile_archive, read_to_end, run_all

from newsarchive.exporting.lines import json_line
from newsarchive.notify._mail import letter
from newsarchive.notify._webhook import body
from newsarchive.notify.values import Message
from newsarchive.settings.values import Mail
from newsarchive.text import clean, inert, inert_lines

ARGUMENT = ALL.replace("\0", "")
NAME = ARGUMENT.replace("/", "_")[:60]


@pytest.mark.parametrize("text", ACTS, ids=ascii)
def test_what_acts_is_seen_by_these_tests_and_taken_out_by_the_program(text: str) -> None:
    assert acting(text) or text in ("\nOWNED:", "[blink][link=http://evil.test/]y[/link]")
    for safe in (clean(text), inert(text), inert_lines(text), json_line({"a": text, text: 1})):
        assert not acting(safe)
        assert safe.isprintable() or safe.strip() == "OWNED:"


def test_what_is_escaped_is_left_whole() -> None:
    assert inert("a\x1b[31m/b\u202ec.html") == "a\\x1b[31m/b\\u202ec.html"
    assert inert("Đắk  Lắk\n x") == "Đắk Lắk x"
    assert inert_lines("  một\thai\n\x9b3J") == "  một\thai\n\\x9b3J"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    for name in ("kho.db", "other.db"):
        hostile_archive(folder / name)
    (folder / "in").mkdir()
    for place in (folder, folder / "in"):
        (place / f"{NAME}.html").write_text(f"<h1>Tin {ALL}</h1><p>{ALL}" * 9)
    return folder


def test_no_command_lets_it_through(folder: Path) -> None:
    db, page = ("--db", folder / "kho.db"), folder / f"{NAME}.html"
    csv = folder / f"{NAME}.csv"
    commands: list[tuple[object, ...]] = [
        ("search", "đánh", "bạc", *db), ("search", "danh", "--json", *db), ("search", "--changed", *db),
        ("search", ARGUMENT, *db), ("search", "x", "--site", ARGUMENT, *db), ("search", "x", "--since", ARGUMENT, *db),
        ("show", 1, *db), ("show", 1, "--json", *db), ("show", 3, *db), ("show", ARGUMENT, *db), ("diff", 1, *db), ("diff", 2, *db),
        ("diff", 1, "--json", *db), ("health", *db), ("health", "--json", *db), ("health", "--html", "-", *db), ("verify", *db),
        ("report", "--since", "2022-08-01", "--until", "2022-08-31", "--out", folder / f"{NAME}.report", *db),
        ("export", "--format", "csv", *db), ("export", "--format", "csv", "--raw", *db), ("export", "--format", "jsonl", *db),
        ("export", "--format", "csv", "--output", csv, *db), ("settings", *db), ("show", 1, "--db", folder / ARGUMENT.replace("/", "_")),
        ("settings", "--db", folder / NAME / "x.db"), ("crawl", ARGUMENT, *db), ("crawl", "--url", f"http://{ARGUMENT}", *db),
        ("refresh", ARGUMENT, *db), ("--config", folder / NAME, "settings"), (ARGUMENT,), ("show", f"--{ARGUMENT}"),
        ("show", 1, "--db", page), ("parse", page), ("parse", "--explain", page), ("parse", f"{page}.no"),
        ("reparse", "--dry-run", *db), ("reprints", *db), ("import", folder / "in", *db), ("merge", folder / "other.db", *db),
        ("withhold", 1, "--reason", ARGUMENT, *db), ("backup", folder / f"{NAME}.db", *db),
    ]  # fmt: skip
    said: list[str] = []
    run_all(Terminal(), commands, said.extend)
    assert said == []


def test_mail_and_webhook_say_no_more_than_words() -> None:
    message = Message(
        subject=f"newsarchive: {ALL}\r\nBcc: evil@evil.test",
        text=f"one {ALL}\r\n.\r\ntwo",
        changes=({"site": ALL, "name": ALL, "why": ALL},),
    )
    mail = Mail(
        host="localhost", port=25, sender="Kho <a@example.vn>", to=("b@example.vn",), tls="none"
    )
    written = letter(mail, message)
    assert "Bcc" not in written
    shown = [str(value) for value in written.values()]
    assert acting("\n".join([*shown, written.get_content(), body(message).decode()])) == []
    assert b"\nBcc:" not in written.as_bytes()


class Portal:
    """A portal that is hostile in whatever it says: pages, links, status lines, headers."""

    def __init__(self) -> None:
        text = ALL.replace("\0", "").replace("\n", "").replace("\r", "").encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                links = "".join(
                    f'<h3><a href="/tin-{n}.html">Công an tỉnh ra quân tuần tra đêm {ALL} {n}</a></h3>'
                    for n in range(6)
                )
                page = f"<title>{ALL}</title><h1>Tin tức {ALL}</h1>{links}<p>{ALL}".encode()
                status = {"/tin-1.html": b"500 " + text, "/tin-2.html": b"404 " + text}
                head = b"HTTP/1.1 " + status.get(self.path, b"200 OK")
                if self.path == "/tin-3.html":
                    head = b"HTTP/1.1 302 Found\r\nLocation: http://" + text
                if self.path == "/tin-4.html":
                    head = b"HTTP/1.1 " + text
                if self.path == "/robots.txt":
                    page = b"User-agent: *\nDisallow: /x\nSitemap: " + text + b"\nCrawl-delay: 0\n"
                self.wfile.write(
                    head + b"\r\nContent-Type: text/html; charset=" + text + b"\r\nX-" + text
                    + b": y\r\nContent-Encoding: " + (text if self.path == "/tin-5.html" else b"identity")
                    + f"\r\nContent-Length: {len(page)}\r\nConnection: close\r\n\r\n".encode() + page
                )  # fmt: skip
                self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    one = Portal()
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_a_crawl_of_a_hostile_portal_does_not_act_on_its_terminal(
    portal: Portal, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "newsarchive", "crawl", "--url", portal.address, "--delay", "0",
               "--db", str(tmp_path / "x.db"), "--verbose", "--limit", "9"]  # fmt: skip
    master, slave = os.openpty()
    came: list[bytes] = []
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave) as process:
        os.close(slave)
        read_to_end(master, came)
        status = process.wait(timeout=120)
    os.close(master)
    shown = b"".join(came).decode("utf-8", "replace")
    assert status == 1, shown[-2000:]
    assert "tin-1.html" in shown
    assert acting(shown) == []


def test_the_verbose_log_escapes_what_a_record_holds() -> None:
    from newsarchive.crawl.runner import Inert

    try:
        raise ValueError(ALL)
    except ValueError:
        record = logging.LogRecord("x", 40, "x", 1, "%s", (ALL,), sys.exc_info())
    shown = Inert(logging.Formatter()).format(record)
    assert "Traceback" in shown
    assert acting(shown) == []
