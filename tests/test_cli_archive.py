"""`search`, `show` and `export` as processes: what they print, where, and how they exit."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import quick
from archive_cases import HOST, LATER, SEEN, opened, put

from newsarchive.cli.export import COLUMNS
from newsarchive.model import Image, Problem

ESCAPES = "\x1b[31mđỏ\x1b[0m \x9b2J \x07 \u202edấu"


def command(*arguments: str, db: Path | None = None) -> list[str]:
    where = ["--db", str(db)] if db else []
    return [sys.executable, "-m", "newsarchive", *arguments, *where]


def run(*arguments: str, db: Path | None = None, status: int = 0, **more: str) -> tuple[str, str]:
    """Standard output and standard error of a run that must exit with `status`."""
    environment = {**os.environ, "LANG": "C", "COLUMNS": "80", **more}
    done = quick.run(command(*arguments, db=db), env=environment)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def on_terminal(*arguments: str, db: Path) -> bytes:
    """What a user sees on a terminal."""
    main, side = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        command(*arguments, db=db), stdout=side, stderr=side, stdin=side, env=environment
    ) as process:
        os.close(side)
        seen = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:  # how Linux reports the end of a terminal
                break
            seen += part
            if not part:
                break
    os.close(main)
    assert process.returncode == 0, seen
    return seen


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "archive.db"
    with opened(path) as archive:
        put(archive, 1)
        put(
            archive,
            2,
            title=f"Tiêu đề {ESCAPES}",
            published="2023-01-01",
            published_text=ESCAPES,
            lead=f"Lời dẫn {ESCAPES}",
            byline=ESCAPES,
            source=ESCAPES,
            section=ESCAPES,
            paragraphs=(f"- Đoạn {ESCAPES}",),
            images=(Image(url=f"{HOST}/{ESCAPES}", caption=ESCAPES, credit=ESCAPES),),
            tags=(ESCAPES,),
            origins={"title": ESCAPES},
            problems=(Problem(field="title", what=ESCAPES),),
        )
        put(archive, 3, title="=HYPERLINK(1)", lead="+84 gọi", byline="@ai", published=None)
        put(archive, 4, title="Bài đã gỡ")
        put(archive, 5, title="Bài không cho xem")
    conn = sqlite3.connect(path)
    conn.execute("UPDATE articles SET gone = ? WHERE id = 4", (LATER,))
    conn.execute("UPDATE articles SET withheld = 'asked for' WHERE id = 5")
    conn.commit()
    conn.close()
    return path


# search


def test_search_prints_lines_without_colour_in_a_pipe(db: Path) -> None:
    out, err = run("search", "duong", "day", "danh", "bac", db=db)
    assert err == ""
    assert out.splitlines() == [
        "     1  Triệt phá đường dây đánh bạc ở Đắk Lắk",
        f"        2022-08-22 10:11  example  {HOST}/bai-1",
        "        Lực lượng chức năng vừa hoà giải một vụ việc.",
    ]


def test_search_marks_what_was_looked_for_on_a_terminal(db: Path) -> None:
    seen = on_terminal("search", "hoa giai", db=db).decode()
    assert re.search("vừa \x1b\\[33m\x1b\\[1mhoà\x1b\\[0m \x1b", seen)


def test_search_as_json_has_the_fields_of_the_contract(db: Path) -> None:
    out, _ = run("search", "dak lak", "--json", db=db)
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "id": 1,
            "site": "example",
            "url": f"{HOST}/bai-1",
            "title": "Triệt phá đường dây đánh bạc ở Đắk Lắk",
            "published": "2022-08-22T10:11:00+07:00",
            "snippet": "Lực lượng chức năng vừa hoà giải một vụ việc.",
        }
    ]
    assert "đường" in out, "readable, not escaped"


def test_search_without_a_hit_is_no_failure(db: Path) -> None:
    assert run("search", "khong-co-gi", db=db) == ("", "no article matches\n")
    assert run("search", "khong-co-gi", "--quiet", db=db) == ("", "")
    assert run("search", "khong-co-gi", "--json", db=db) == ("", "")


def test_filters_and_order_reach_the_query(db: Path) -> None:
    out, _ = run(
        "search", "doan", "--since", "2022-08-22", "--until", "2022-12-31", "--site", "example",
        "--order", "rank", "--limit", "1", "--json", db=db,
    )  # fmt: skip
    assert [json.loads(line)["id"] for line in out.splitlines()] in ([1], [4])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("search",), "WORDS"),
        (("search", "a", "--since", "soon"), "'soon' is no day"),
        (("search", "a", "--site", "exampel"), "did you mean example"),
        (("search", "a", "--limit", "0"), "--limit"),
        (("search", "a", "--order", "oldest"), "--order"),
        (("export", "--format", "csv", "--until", "2022-13-01"), "is no day"),
        (("export",), "--format"),
        (("export", "--format", "jsonl", "--excel"), "--format csv"),
    ],
)
def test_a_wrong_call_exits_with_2(db: Path, arguments: tuple[str, ...], message: str) -> None:
    out, err = run(*arguments, db=db, status=2)
    assert out == ""
    assert message in err


@pytest.mark.parametrize(
    "arguments", [("search", "a"), ("show", "1"), ("export", "--format", "csv")]
)
def test_a_bad_archive_is_one_line_and_no_new_file(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    out, err = run(*arguments, db=tmp_path / "absent.db", status=1)
    assert (out, err.count("\n")) == ("", 1)
    assert "there is no archive" in err
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "noise.db").write_bytes(b"noise" * 99)
    out, err = run(*arguments, db=tmp_path / "noise.db", status=1)
    assert (out, err.count("\n")) == ("", 1)
    assert "not a database" in err


def test_the_archive_may_come_from_the_environment(db: Path) -> None:
    out, _ = run("search", "dak lak", NEWSARCHIVE_DB=str(db))
    assert "Đắk Lắk" in out


def test_search_starts_without_what_it_does_not_need(db: Path) -> None:
    code = (
        "import sys; from newsarchive.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "search", "dak lak", "--db", str(db)],
        capture_output=True,
        text=True,
    )
    loaded = set(done.stderr.split())
    assert "newsarchive.query" in loaded
    heavy = {"scrapy", "twisted", "sqlite_utils", "warcio", "lxml", "bs4", "dateparser", "rich"}
    assert loaded & heavy == set()


def test_search_into_a_closed_pipe_is_quiet(db: Path) -> None:
    line = " ".join(command("search", "doan", "--json", db=db)) + " | true"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# Nothing that pages hold acts on a terminal


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "doan"),
        ("search", "doan", "--json"),
        ("show", "2"),
        ("show", "2", "--json"),
        ("export", "--format", "jsonl"),
    ],
)
def test_escape_sequences_of_a_page_never_come_out(db: Path, arguments: tuple[str, ...]) -> None:
    out, err = run(*arguments, db=db)
    assert "đỏ" in out
    assert not set("\x1b\x9b\x07\u202e") & set(out + err)
    seen = on_terminal(*arguments, db=db).decode()
    assert "\x1b[31m" not in seen
    assert not set("\x9b\x07\u202e") & set(seen)


# show


def test_show_tells_all_that_is_known(db: Path) -> None:
    out, err = run("show", "1", db=db)
    assert err == ""
    assert out.splitlines() == [
        "Triệt phá đường dây đánh bạc ở Đắk Lắk",
        "",
        "published  2022-08-22 10:11 (printed: Thứ Hai, 22/08/2022 10:11)",
        "modified   2022-08-22T11:00:00+07:00",
        "byline     Hoàng Anh - Thu Hà",
        "source     Báo Ví Dụ",
        "section    An ninh trật tự",
        "tags       đánh bạc, ma tuý",
        "site       example",
        f"address    {HOST}/bai-1",
        "",
        "Lực lượng chức năng vừa hoà giải một vụ việc.",
        "",
        "Đoạn thứ nhất kể chuyện.",
        "",
        "Đoạn thứ hai nói thêm.",
        "",
        "[image 1] Tang vật thu giữ (photo: Minh Đức)",
        f"    {HOST}/1.jpg",
        "",
        "[image 2]",
        f"    {HOST}/2.jpg",
        "",
        f"seen       version 1, first {SEEN}, last {SEEN}",
        *_capture_lines(db),
        f"fetched    {SEEN}, status 200, live",
        "problem    published: weekday does not fit",
        "",
        "field      came from",
        "published  near-title",
        "title      h1",
    ]


def _capture_lines(db: Path) -> list[str]:
    import textwrap

    text = f"{db.with_suffix('.warc') / 'example-1.warc.gz'} at 100 (90 bytes)"
    lines = textwrap.wrap(text, 69, break_long_words=False, break_on_hyphens=False)
    return [f"{'' if n else 'capture':11}{line}" for n, line in enumerate(lines)]


def test_show_takes_an_address(db: Path) -> None:
    out, _ = run("show", "https://www.congan.example.vn/bai-1?fbclid=1", "--json", db=db)
    found = json.loads(out)
    assert found["id"] == 1
    assert found["capture"]["offset"] == 100
    assert found["problems"][0]["field"] == "published"


def test_show_says_that_an_article_is_gone_or_withheld(db: Path) -> None:
    assert f"gone       {LATER}" in run("show", "4", db=db)[0]
    assert "withheld   asked for" in run("show", "5", db=db)[0]


@pytest.mark.parametrize("which", ["99", "0", "9" * 40, "-", "http://[", f"{HOST}/khong-co"])
def test_show_of_nothing_is_one_line(db: Path, which: str) -> None:
    out, err = run("show", which, db=db, status=1)
    assert (out, err.count("\n")) == ("", 1)
    assert "no such article" in err


# export


def test_jsonl_has_the_fields_of_parse_and_of_the_archive(db: Path) -> None:
    out, err = run("export", "--format", "jsonl", "duong day", db=db)
    assert err == ""
    (found,) = [json.loads(line) for line in out.splitlines()]
    assert found == {
        "id": 1,
        "key": "congan.example.vn/bai-1",
        "site": "example",
        "url": f"{HOST}/bai-1",
        "title": "Triệt phá đường dây đánh bạc ở Đắk Lắk",
        "published": "2022-08-22T10:11:00+07:00",
        "published_text": "Thứ Hai, 22/08/2022 10:11",
        "modified": "2022-08-22T11:00:00+07:00",
        "section": "An ninh trật tự",
        "lead": "Lực lượng chức năng vừa hoà giải một vụ việc.",
        "byline": "Hoàng Anh - Thu Hà",
        "source": "Báo Ví Dụ",
        "paragraphs": ["Đoạn thứ nhất kể chuyện.", "Đoạn thứ hai nói thêm."],
        "images": [
            {"url": f"{HOST}/1.jpg", "caption": "Tang vật thu giữ", "credit": "Minh Đức"},
            {"url": f"{HOST}/2.jpg", "caption": None, "credit": None},
        ],
        "tags": ["đánh bạc", "ma tuý"],
        "origins": {"title": "h1", "published": "near-title"},
        "first_seen": SEEN,
        "last_seen": SEEN,
        "version": 1,
    }


def test_csv_has_the_columns_that_help_names(db: Path) -> None:
    out, _ = run("export", "--format", "csv", db=db)
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert tuple(rows[0]) == COLUMNS
    help_text = " ".join(run("export", "--help")[0].split())
    assert ", ".join(COLUMNS) in help_text
    assert rows[0]["body"] == "Đoạn thứ nhất kể chuyện.\n\nĐoạn thứ hai nói thêm."
    assert rows[0]["captions"] == "Tang vật thu giữ"
    assert rows[0]["image_urls"] == f"{HOST}/1.jpg\n{HOST}/2.jpg"
    assert rows[0]["tags"] == "đánh bạc; ma tuý"
    assert [row["id"] for row in rows] == ["1", "2", "3"]


def test_gone_articles_are_exported_when_asked_for_withheld_ones_never(db: Path) -> None:
    for form, ids in (("jsonl", [1, 2, 3, 4]), ("csv", [1, 2, 3, 4])):
        out, _ = run("export", "--format", form, "--gone", db=db)
        if form == "csv":
            found = [(int(r["id"]), r["gone"] or None) for r in csv.DictReader(io.StringIO(out))]
        else:
            found = [(r["id"], r["gone"]) for r in map(json.loads, out.splitlines())]
        assert [number for number, _ in found] == ids
        assert dict(found)[4] == LATER


def test_no_cell_is_a_formula_unless_asked_for(db: Path) -> None:
    out, _ = run("export", "--format", "csv", db=db)
    cells = [cell for row in csv.reader(io.StringIO(out, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1)" in cells
    assert "'+84 gọi" in cells
    raw, _ = run("export", "--format", "csv", "--raw", db=db)
    assert "=HYPERLINK(1)" in [c for row in csv.reader(io.StringIO(raw, newline="")) for c in row]


def test_excel_gets_its_byte_order_mark(db: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    run("export", "--format", "csv", "--excel", "-o", str(target), db=db)
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,key")
    run("export", "--format", "csv", "-o", str(target), db=db)
    assert target.read_bytes().startswith(b"id,key")


def test_a_file_is_written_whole_and_counted(db: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    out, err = run("export", "--format", "jsonl", "-o", str(link), db=db)
    assert (out, err) == ("", f"{link}: 3 articles\n")
    assert link.is_symlink()
    assert target.read_text().count("\n") == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.jsonl", "out.jsonl"]
    assert run("export", "--format", "jsonl", "-q", "-o", str(target), db=db) == ("", "")


def test_a_bar_is_drawn_on_a_terminal(db: Path, tmp_path: Path) -> None:
    arguments = ("export", "--format", "jsonl", "-o", str(tmp_path / "out"))
    assert b"exporting" in on_terminal(*arguments, db=db)
    assert b"exporting" not in on_terminal(*arguments, "--quiet", db=db)


def test_a_failure_leaves_the_old_file(db: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    with opened(broken) as archive:
        for number in range(200):
            put(archive, number, paragraphs=("Nội dung. " * 100,))
    data = bytearray(broken.read_bytes())
    data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    broken.write_bytes(data)
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    out, err = run("export", "--format", "jsonl", "-o", str(target), db=broken, status=1)
    assert (out, err.count("\n")) == ("", 1)
    assert "damaged" in err
    assert target.read_text() == "old"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    ("target", "status", "message"),
    [
        ("{folder}", 2, "is a folder"),
        ("{folder}/absent/out.csv", 2, "make it first"),
        ("{db}", 2, "is the archive itself"),
        ("/dev/full", 1, "No space left"),
        ("{folder}/" + "x" * 300, 1, "too long"),
    ],
)
def test_an_output_that_cannot_be_written_is_one_line(
    db: Path, tmp_path: Path, target: str, status: int, message: str
) -> None:
    before = db.read_bytes()
    target = target.format(folder=tmp_path, db=db)
    out, err = run("export", "--format", "csv", "-o", target, db=db, status=status)
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert db.read_bytes() == before
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


def test_standard_output_without_room_is_one_line(db: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command("export", "--format", "csv", db=db),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 1
    assert "standard output: cannot be written (No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_export_of_nothing_is_an_empty_file(db: Path) -> None:
    assert run("export", "--format", "jsonl", "khong-co-gi", db=db) == ("", "")
    assert run("export", "--format", "csv", "...", db=db)[0].splitlines() == [",".join(COLUMNS)]


@pytest.mark.parametrize("name", ["search", "show", "export"])
def test_help_has_examples(name: str) -> None:
    out, _ = run(name, "--help")
    assert f"  newsarchive {name} " in out.partition("Examples:")[2]
    assert "NEWSARCHIVE_DB" in out
