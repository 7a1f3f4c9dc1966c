"""`newsarchive serve`: Datasette over a real archive, asked over HTTP."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from archive_cases import opened, put, rows
from click.testing import CliRunner
from conftest import missing

from newsarchive.cli.serve import serve
from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.web import metadata


@pytest.fixture(scope="module")
def datasette() -> None:
    if importlib.util.find_spec("datasette") is None:
        missing("datasette is not installed: pip install -e '.[web]'")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A name that a URI would end at.
    path = tmp_path_factory.mktemp("a #1 ?x") / "archive.db"
    with opened(path) as archive:
        for number in range(1, 4):
            put(archive, number)
    return path


@pytest.fixture(scope="module")
def server(datasette: None, archive: Path) -> Iterator[str]:
    """The address of a server on any free port, as a process of its own."""
    command = [sys.executable, "-m", "newsarchive", "serve", "--db", str(archive), "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line
        yield match[0]
        # Ctrl-C is how a server ends: no fault, no traceback.
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    finally:
        process.kill()
        process.communicate()


def get(url: str) -> str:
    with urlopen(url, timeout=20) as response:
        return str(response.read().decode("utf-8"))


def refusal(url: str) -> int:
    """The status with which the server refuses."""
    with pytest.raises(HTTPError) as refused:
        get(url)
    with refused.value as answer:
        return int(answer.code)


def test_the_home_page_names_the_archive(server: str) -> None:
    page = get(server)
    assert "newsarchive" in page
    assert "victims and minors" in page
    assert "_memory" not in page


def test_a_table_page(server: str) -> None:
    answer = json.loads(get(f"{server}archive/articles.json?_shape=objects"))
    assert [row["site"] for row in answer["rows"]] == ["example"] * 3
    assert answer["rows"][0]["title"] == "Triệt phá đường dây đánh bạc ở Đắk Lắk"
    page = get(f"{server}archive/articles")
    assert "Summary that opens the story" in page
    assert "/-/static/" in page


def test_the_search_box_finds_without_accents(server: str) -> None:
    found = json.loads(get(f"{server}archive/articles.json?_search=duong+day+danh+bac"))
    assert found["filtered_table_rows_count"] == 3
    none = json.loads(get(f"{server}archive/articles.json?_search=buon+lau"))
    assert none["filtered_table_rows_count"] == 0


def test_sql_reads_and_does_not_write(server: str, archive: Path) -> None:
    sql = "select+count(*)+as+n+from+articles_exact+where+articles_exact+match+'đường'"
    sql = sql.replace("đường", "%C4%91%C6%B0%E1%BB%9Dng")
    answer = json.loads(get(f"{server}archive.json?sql={sql}&_shape=array"))
    assert answer == [{"n": 3}]
    assert refusal(f"{server}archive.json?sql=delete+from+articles") == 400
    assert rows(archive, "SELECT count(*) FROM articles") == [(3,)]


def test_the_file_is_not_handed_out(server: str) -> None:
    assert refusal(f"{server}archive.db") in (403, 404)


def test_machinery_is_hidden(server: str) -> None:
    tables = {t["name"]: t["hidden"] for t in json.loads(get(f"{server}archive.json"))["tables"]}
    shown = {name for name, hidden in tables.items() if not hidden}
    assert shown == set(metadata.TABLES)


def test_every_table_and_column_is_described(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    opened(path).close()
    names = {
        name
        for (name,) in rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith(("sqlite_", "_sqlite", "articles_"))
    }
    assert set(metadata.TABLES) == names
    for name, (description, columns) in metadata.TABLES.items():
        assert description
        found = [row[1] for row in rows(path, f"PRAGMA table_info({name})")]
        assert list(columns) == found, name
    hidden = {name for (name,) in rows(path, "SELECT name FROM sqlite_master")}
    assert set(metadata.HIDDEN) <= hidden


@pytest.mark.parametrize(
    ("content", "said"), [(b"not a database at all, only text", "not a database"), (None, "")]
)
def test_a_bad_archive_is_one_line(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    result = CliRunner().invoke(serve, ["--db", str(path)])
    assert isinstance(result.exception, ArchiveError)
    assert said in str(result.exception)
    assert str(path) in str(result.exception)
    assert not path.with_name("x.db-wal").exists()


def test_without_the_extra_it_says_what_to_install(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "newsarchive.web.server", raising=False)
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(serve, ["--db", str(archive), "--port", "0"])
    assert isinstance(result.exception, NewsArchiveError)
    assert "pip install 'newsarchive[web]'" in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_port_in_use_is_one_line(datasette: None, archive: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "newsarchive", "serve", "--port", str(port)]
        done = subprocess.run(
            [*command, "--db", str(archive)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (f"port {port}: address already in use; name another with --port, or 0\n")
