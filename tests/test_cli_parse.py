"""`newsarchive parse` as a process: what it prints, where, and with which status."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = """<!DOCTYPE html><html><head><title>Trao tặng xe đạp - Công an tỉnh</title></head><body>
<div class="clock">Thứ sáu, ngày 31/3/2023</div>
<div class="detail"><h1>Trao tặng xe đạp cho học sinh nghèo</h1>
<span class="date">Thứ Hai 22/08/2022 10:11</span>
<p><strong>Sáng nay, Công an huyện trao tặng mười chiếc xe đạp cho học sinh nghèo vượt khó.</strong></p>
<p>Những chiếc xe được mua bằng tiền quyên góp của cán bộ, chiến sĩ trong suốt ba tháng qua.</p>
<p><img src="/anh/xe.jpg"><br><em>Các em nhận xe. Ảnh: Văn An</em></p>
<p>Nhà trường cho biết các em sẽ không phải đi bộ năm cây số đến lớp như năm học trước nữa.</p>
<p style="text-align:right"><b>Thu Hà</b></p></div></body></html>"""


def run(*args: str, stdin: bytes | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", "parse", *args],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "trang.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_every_field_of_the_contract(page: Path) -> None:
    status, out, err = run("--url", "https://congan.example.vn/tin/1.html", str(page))
    assert (status, err) == (0, "")
    article = json.loads(out)
    assert article.pop("origins")["published"] == "near-title"
    assert article == {
        "file": str(page),
        "url": "https://congan.example.vn/tin/1.html",
        "site": None,
        "title": "Trao tặng xe đạp cho học sinh nghèo",
        "published": "2022-08-22T10:11:00+07:00",
        "published_text": "Thứ Hai 22/08/2022 10:11",
        "modified": None,
        "section": None,
        "lead": "Sáng nay, Công an huyện trao tặng mười chiếc xe đạp cho học sinh nghèo vượt khó.",
        "byline": "Thu Hà",
        "source": None,
        "paragraphs": [
            "Những chiếc xe được mua bằng tiền quyên góp của cán bộ, chiến sĩ trong suốt ba tháng qua.",
            "Nhà trường cho biết các em sẽ không phải đi bộ năm cây số đến lớp như năm học trước nữa.",
        ],
        "images": [
            {
                "url": "https://congan.example.vn/anh/xe.jpg",
                "caption": "Các em nhận xe.",
                "credit": "Văn An",
            }
        ],
        "tags": [],
    }


def test_stdin_and_gzip(page: Path, tmp_path: Path) -> None:
    packed = tmp_path / "trang.html.gz"
    packed.write_bytes(gzip.compress(page.read_bytes()))
    _, plain, _ = run(str(page))
    status, zipped, _ = run(str(packed))
    assert status == 0
    status, piped, _ = run("-", stdin=page.read_bytes())
    assert status == 0
    files = [json.loads(text).pop("file") for text in (plain, zipped, piped)]
    assert files == [str(page), str(packed), "-"]
    bodies = [{**json.loads(text), "file": None} for text in (plain, zipped, piped)]
    assert bodies[0] == bodies[1] == bodies[2]


def test_failures_are_one_line_each_and_the_rest_is_done(page: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "van-ban.pdf"
    pdf.write_bytes(b"%PDF-1.4\n%\xe2\xe3")
    empty = tmp_path / "trong.html"
    empty.write_bytes(b"")
    status, out, err = run(
        str(pdf), str(tmp_path / "thieu.html"), str(page), str(empty), str(tmp_path)
    )
    assert status == 1
    assert [json.loads(line)["file"] for line in out.splitlines()] == [str(page)]
    lines = err.splitlines()
    assert len(lines) == 4
    assert lines[0] == f"{pdf}: not an article: a PDF file"
    assert lines[1].startswith(f"{tmp_path / 'thieu.html'}: cannot be read: ")
    assert lines[2] == f"{empty}: not an article: the page is empty"
    assert lines[3].startswith(f"{tmp_path}: cannot be read: ")
    assert "Traceback" not in err


def test_manifest_in_order_with_and_without_addresses(page: Path, tmp_path: Path) -> None:
    bad = tmp_path / "rong.html"
    bad.write_text("<p>x</p>")
    manifest = tmp_path / "pages.tsv"
    manifest.write_text(
        f"https://congan.example.vn/b.html\t{page}\n\t{bad}\n\n\t{page}\n", encoding="utf-8"
    )
    status, out, err = run("--manifest", str(manifest))
    assert status == 1
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["url"] for row in rows] == ["https://congan.example.vn/b.html", None]
    assert err.startswith(f"{bad}: not an article: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [(), ("--manifest", "/nonexistent.tsv"), ("--url", "http://a.vn/", "a", "b"), ("--nope", "x")],
)
def test_wrong_calls_exit_with_2(args: tuple[str, ...]) -> None:
    status, out, err = run(*args)
    assert (status, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_manifest_line_without_tab_is_a_wrong_call(tmp_path: Path) -> None:
    manifest = tmp_path / "pages.tsv"
    manifest.write_text("page.html\n")
    status, _, err = run("--manifest", str(manifest))
    assert status == 2
    assert "line 1" in err


def test_output_is_utf8_under_the_c_locale(page: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", "parse", str(page)],
        capture_output=True,
        timeout=60,
        check=True,
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": ""},
    )
    assert json.loads(done.stdout.decode("utf-8"))["byline"] == "Thu Hà"


def test_explain_shows_each_fields_candidates_what_won_and_what_was_left_out(page: Path) -> None:
    status, out, err = run("--explain", str(page))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    fields = {line.split()[0]: line for line in lines if line and line[0].isalpha()}
    assert fields["published"].endswith("2022-08-22T10:11:00+07:00  [near-title]")
    assert fields["byline"].endswith("Thu Hà  [story-end]")
    assert fields["tags"].endswith("none")
    won = [line for line in lines if line.startswith(">")]
    assert any("Thứ Hai 22/08/2022 10:11" in line and "below the headline" in line for line in won)
    clock = next(line for line in lines if "ngày 31/3/2023" in line)
    assert not clock.startswith(">")
    assert "above the headline" in clock
    title = next(line for line in lines if line.startswith(">") and "xe đạp cho học sinh" in line)
    assert "h1 +1.6" in title
    assert "\x1b" not in out


def test_explain_says_why_a_page_is_no_article(tmp_path: Path) -> None:
    path = tmp_path / "gone.html"
    path.write_text("<title>404</title><h1>Không tìm thấy trang</h1><p>Trang không tồn tại.</p>")
    status, out, _ = run("--explain", str(path))
    assert status == 1
    assert out.startswith("no article: the page says that it does not exist")


@pytest.mark.parametrize("files", [[], ["a.html", "b.html"]])
def test_explain_takes_one_file(files: list[str]) -> None:
    status, out, err = run("--explain", *files)
    assert (status, out) == (2, "")
    assert "FILE" in err


def test_explain_of_a_missing_file_is_one_line(tmp_path: Path) -> None:
    status, out, err = run("--explain", str(tmp_path / "none.html"))
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert "cannot be read" in err
