"""`export --dataset`: a release that can be cited, checked as whoever downloads it would."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_cases import HOST, LATER, SEEN
from conftest import missing
from export_cases import GONE, NOW, SUSPECT, WITHHELD, made, run, stored

from newsarchive import query
from newsarchive.errors import NewsArchiveError
from newsarchive.exporting.dictionary import TABLES, TYPES
from newsarchive.exporting.told import About, Creator

try:
    import pyarrow.parquet as parquet
    from rocrate.rocrate import ROCrate
except ImportError:
    parquet = None

TOP = (
    "CITATION.cff", "LICENSE.md", "README.md", "README.vi.md", "data", "data-dictionary.csv",
    "data-dictionary.md", "manifest-sha256.txt", "ro-crate-metadata.json",
)  # fmt: skip
NAMES = tuple(table.name for table in TABLES)


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    if parquet is None:
        missing("pyarrow or rocrate is missing: pip install -e '.[dev]'")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("dataset") / "archive.db")


@pytest.fixture(scope="module")
def released(db: Path) -> Path:
    """A release of all there is."""
    target = db.parent / "release"
    said = run("--dataset", target, "--creator", "Viện  Ví Dụ", db=db)
    assert said == f"{target}: 4 articles of 2 sites\n"
    return target


@pytest.fixture(scope="module")
def masked(db: Path) -> Path:
    """A release with masked names, of a search for one of them."""
    target = db.parent / "masked"
    run("--dataset", target, "--mask-names", f'"{SUSPECT}"', db=db)
    return target


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parquet.read_table(folder / f"data/{table}.parquet").to_pylist()
    return found


def everything(folder: Path) -> str:
    """All that a reader of the release can find in it."""
    texts = [p.read_text(encoding="utf-8") for p in files(folder) if p.suffix != ".parquet"]
    return "\n".join([*texts, *(str(rows(folder, name)) for name in NAMES)])


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# What is in it


def test_the_files_are_those_that_the_readme_names(released: Path) -> None:
    assert sorted(path.name for path in released.iterdir()) == sorted(TOP)
    data = sorted(path.name for path in (released / "data").iterdir())
    assert data == sorted([*(f"{name}.parquet" for name in NAMES), "counts.csv"])
    for name in ("README.md", "README.vi.md"):
        text = (released / name).read_text(encoding="utf-8")
        for path in (*TOP[:3], *TOP[5:]):
            assert path in text or path.startswith("README"), path


def test_articles_are_those_of_the_archive(db: Path, released: Path) -> None:
    found = rows(released, "articles")
    assert [row["id"] for row in found] == [1, 2, 3, 4]
    for row, kept in zip(found, stored(db), strict=True):
        assert row["title"] == kept["title"]
        assert row["body"] == "\n\n".join(kept["paragraphs"])
        assert row["images"] == kept["images"]
        assert row["tags"] == kept["tags"]


def test_versions_are_those_of_what_was_edited(db: Path, released: Path) -> None:
    with closing(query.open_readonly(db)) as conn:
        kept = [one for article in (1, 3) for one in query.versions(conn, article) or []]
    found = rows(released, "versions")
    assert [(row["article"], row["version"]) for row in found] == [(1, 1), (1, 2), (3, 1), (3, 2)]
    for row, version in zip(found, kept, strict=True):
        for name in ("title", "lead", "byline", "published", "body", "images"):
            assert row[name] == version[name], name
    assert found[0]["seen"].isoformat() == SEEN.replace("Z", "+00:00")


def test_the_long_tables_hold_what_the_articles_do(released: Path) -> None:
    articles = rows(released, "articles")
    assert rows(released, "tags") == [
        {"article": row["id"], "tag": tag} for row in articles for tag in row["tags"]
    ]
    assert rows(released, "images") == [
        {"article": row["id"], "position": place, **image}
        for row in articles
        for place, image in enumerate(row["images"], 1)
    ]


def test_every_version_has_the_capture_it_was_read_from(released: Path) -> None:
    found = rows(released, "captures")
    assert [(row["article"], row["version"]) for row in found] == [
        (1, 1), (1, 2), (2, 1), (3, 1), (3, 2), (4, 1)
    ]  # fmt: skip
    assert found[0]["record_id"].startswith("<urn:uuid:")
    assert found[0]["url"] == f"{HOST}/bai-1"
    assert found[0]["via"] == "live"


def test_events_tell_nothing_of_what_was_withheld(released: Path) -> None:
    assert [(row["article"], row["what"]) for row in rows(released, "events")] == [(1, "moved")]


def test_reprints_have_the_number_of_their_story(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(db, copy)
    with closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("DELETE FROM reprints")
        conn.execute("DELETE FROM stories")
        conn.executemany(
            "INSERT INTO stories(id, articles, sites) VALUES (?, ?, 1)", [(7, 2), (8, 1)]
        )
        conn.executemany(
            "INSERT INTO reprints(article, story, similarity) VALUES (?, ?, 1)",
            [(1, 7), (4, 7), (2, 8), (6, 8)],
        )
    run("--dataset", tmp_path / "release", "-q", db=copy)
    # Story 8 is told by one that is shown and one that is withheld: nothing of it is told.
    assert rows(tmp_path / "release", "reprints") == [
        {"article": 1, "story": 7}, {"article": 4, "story": 7}
    ]  # fmt: skip


def test_an_older_archive_tells_no_stories(db: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(db, copy)
    with closing(sqlite3.connect(copy)) as conn, conn:
        conn.execute("DROP TABLE stories")
    run("--dataset", tmp_path / "release", "-q", db=copy)
    assert rows(tmp_path / "release", "reprints") == []
    assert len(rows(tmp_path / "release", "articles")) == 4


def test_sites_and_counts_add_up(released: Path) -> None:
    sites = {row["slug"]: row for row in rows(released, "sites")}
    assert {slug: row["articles"] for slug, row in sites.items()} == {"example": 2, "khac": 2}
    assert {slug: row["edited"] for slug, row in sites.items()} == {"example": 1, "khac": 1}
    assert str(sites["khac"]["first_day"]) == str(sites["khac"]["last_day"]) == "2024-02-29"
    with (released / "data/counts.csv").open(encoding="utf-8", newline="") as file:
        counts = list(csv.DictReader(file))
    assert counts == [
        {"site": "example", "year": "2022", "articles": "1", "edited": "1"},
        {"site": "example", "year": "2023", "articles": "1", "edited": "0"},
        {"site": "khac", "year": "2024", "articles": "1", "edited": "1"},
        {"site": "khac", "year": "", "articles": "1", "edited": "0"},
    ]


def test_what_is_withheld_or_gone_is_nowhere(db: Path, released: Path) -> None:
    text = everything(released)
    assert SUSPECT in text
    assert WITHHELD not in text
    assert "bai-6" not in text
    assert "withheld" not in str([rows(released, name) for name in NAMES])
    assert GONE not in text
    assert "bai-5" not in text


def test_gone_articles_come_when_asked_for(db: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    run("--dataset", target, "--gone", "-q", db=db)
    found = rows(target, "articles")
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]
    assert found[4]["gone"].isoformat() == LATER.replace("Z", "+00:00")
    assert (5, "gone") in [(row["article"], row["what"]) for row in rows(target, "events")]
    assert "| `gone` |" in (target / "data-dictionary.md").read_text()
    assert "took down are among them" in (target / "README.md").read_text()
    assert WITHHELD not in everything(target)


# What it says of itself


def test_the_dictionary_tells_of_every_column(released: Path) -> None:
    told = (released / "data-dictionary.csv").read_text(encoding="utf-8").splitlines()
    listed: dict[str, dict[str, dict[str, str]]] = {}
    for row in csv.DictReader(told):
        listed.setdefault(row["file"], {})[row["column"]] = row
    text = (released / "data-dictionary.md").read_text(encoding="utf-8")
    for name in NAMES:
        schema = parquet.read_schema(released / f"data/{name}.parquet")
        columns = listed.pop(f"data/{name}.parquet")
        assert list(columns) == schema.names
        section = text.partition(f"## data/{name}.parquet\n")[2].partition("\n## ")[0]
        for field in schema:
            row = columns[field.name]
            assert row["type"] in TYPES.values()
            kind = str(field.type).replace("element: ", "").replace("[day]", "")
            assert kind.replace("tz=", "") == row["type"]
            assert row["nullable"] == str(field.nullable).lower()
            assert row["description"].encode() == field.metadata[b"description"]
            assert row["description_vi"].encode() == field.metadata[b"description:vi"]
            assert row["description_vi"] != row["description"]
            assert f"| `{field.name}` | `{row['type']}` |" in section
    assert set(listed) == {"data/counts.csv"}
    head = (released / "data/counts.csv").read_text().splitlines()[0]
    assert head.split(",") == list(listed["data/counts.csv"])


def test_the_crate_is_valid_and_lists_every_file(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket.connect", _no_network)
    crate = ROCrate(released)
    assert crate.version == "1.2"
    root = crate.root_dataset
    for name in ("name", "description", "datePublished", "license", "creator", "temporalCoverage"):
        assert root[name], name
    assert root["temporalCoverage"] == "2022-08-22/2024-02-29"
    assert root["license"].id == "LICENSE.md"
    assert [maker["name"] for maker in root["creator"]] == ["Viện Ví Dụ"]
    there = {path.relative_to(released).as_posix(): path for path in files(released)}
    listed = {entity.id: entity for entity in crate.data_entities}
    assert set(listed) == set(there) - {"ro-crate-metadata.json"}
    for name, entity in listed.items():
        assert entity.type == "File"
        if name != "manifest-sha256.txt":
            assert entity["contentSize"] == str(there[name].stat().st_size)
            assert entity["sha256"] == hashlib.sha256(there[name].read_bytes()).hexdigest()
    for name in NAMES:
        columns = [one["name"] for one in listed[f"data/{name}.parquet"]["variableMeasured"]]
        assert columns == parquet.read_schema(released / f"data/{name}.parquet").names


def _no_network(*_: object) -> None:
    raise AssertionError("something asked the network")


def test_nothing_in_the_crate_refers_to_nothing(released: Path) -> None:
    graph = json.loads((released / "ro-crate-metadata.json").read_text())["@graph"]
    there = {entity["@id"] for entity in graph}
    assert len(there) == len(graph)
    referred = set(_references(graph)) - {"https://w3id.org/ro/crate/1.2"}
    assert referred <= there
    assert {e["@id"] for e in graph} - referred <= {"ro-crate-metadata.json"}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for one in value.values():
            yield from _references(one)


def test_the_crate_tells_whence_and_with_what(released: Path) -> None:
    graph = json.loads((released / "ro-crate-metadata.json").read_text())["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    crawling = entities["#crawling"]
    assert (crawling["startTime"], crawling["endTime"]) == (SEEN, SEEN)
    assert "Crawls: 1." in crawling["description"]
    assert "live 6" in crawling["description"]
    assert crawling["object"] == [{"@id": "#host:congan.example.vn"}]
    assert entities["#newsarchive"]["softwareVersion"]
    assert entities["#export"]["endTime"] == NOW[:10]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        (
            "README.md",
            ("Articles: 4; portals: 2; published: 2022-08-22 to 2024-02-29", "How to cite",
             "Viện Ví Dụ (2026)", "| example | 2 | 1 | 2022-08-22 | 2023-01-31 |",
             "- all articles of the archive", "without articles that their portal took down",
             "congan.example.vn", f"example: crawled {SEEN} to {LATER} (1×)"),
        ),
        (
            "README.vi.md",
            ("Số bài: 4; số trang: 2", "từ 2022-08-22 đến 2024-02-29", "Cách trích dẫn",
             "không gồm bài mà trang nguồn đã gỡ", "congan.example.vn"),
        ),
        ("LICENSE.md", ("belong to their publishers", "thuộc về")),
    ],
)  # fmt: skip
def test_the_texts_say_what_was_chosen_and_whence(
    released: Path, name: str, texts: tuple[str, ...]
) -> None:
    found = (released / name).read_text(encoding="utf-8")
    for text in texts:
        assert text in found


def test_the_filters_are_told_in_both_languages(db: Path, tmp_path: Path) -> None:
    target = tmp_path / "release"
    run("--dataset", target, "đánh bạc", "--site", "example", "--since", "2022-01-01", "-q", db=db)
    for name, texts in (
        ("README.md", ("- site example\n- published on 2022-01-01 or later", "words: đánh bạc")),
        ("README.vi.md", ("- trang example\n- đăng từ ngày 2022-01-01 trở đi", "từ: đánh bạc")),
        ("CITATION.cff", ("site example; published on 2022-01-01", "words đánh bạc")),
    ):
        found = (target / name).read_text(encoding="utf-8")
        for text in texts:
            assert text in found


def test_the_citation_is_one(db: Path, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    target = tmp_path / "release"
    orcid = "https://orcid.org/0000-0002-1825-0097"
    run(
        "--dataset", target, "--title", 'Tin "công an"', "--creator", f"Trần Thị B <{orcid}>",
        "--creator", "Viện Ví Dụ", "-q", db=db,
    )  # fmt: skip
    found = yaml.safe_load((target / "CITATION.cff").read_text(encoding="utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "dataset"
    assert found["title"] == 'Tin "công an"'
    assert found["date-released"] == NOW[:10]
    assert found["authors"] == [{"name": "Trần Thị B", "orcid": orcid}, {"name": "Viện Ví Dụ"}]
    assert {"message", "abstract", "version"} <= set(found)
    graph = json.loads((target / "ro-crate-metadata.json").read_text())["@graph"]
    assert {"@id": orcid, "@type": "Person", "name": "Trần Thị B"} in graph


def test_who_is_not_named_is_anonymous_and_told_so(db: Path, tmp_path: Path) -> None:
    said = run("--dataset", tmp_path / "release", db=db)
    assert said.endswith("; nobody is named as its maker (--creator)\n")
    assert 'name: "anonymous"' in (tmp_path / "release/CITATION.cff").read_text()


@pytest.mark.parametrize("text", ["", "  ", "<https://x.example>", "A <x>"])
def test_no_name_is_no_creator(text: str) -> None:
    with pytest.raises(ValueError, match="is no name"):
        Creator.read(text)


# Checksums, and the same bytes again


def test_the_checksums_are_those_of_all_files(released: Path) -> None:
    lines = (released / "manifest-sha256.txt").read_text().splitlines()
    listed = {}
    for line in lines:
        digest, path = line.split("  ")
        listed[path] = digest
    assert list(listed) == sorted(listed)
    for path in files(released):
        name = path.relative_to(released).as_posix()
        if name != "manifest-sha256.txt":
            assert listed.pop(name) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert listed == {}


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not here")
def test_sha256sum_checks_them_and_finds_what_changed(released: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(released, copy)
    check = ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"]
    assert subprocess.run(check, cwd=copy, capture_output=True).returncode == 0
    (copy / "data/counts.csv").write_text("site,year\n")
    assert subprocess.run(check, cwd=copy, capture_output=True).returncode == 1


def test_the_same_archive_and_day_give_the_same_bytes(
    db: Path, released: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    command = ["export", "--dataset", again, "--creator", "Viện Ví Dụ", "--quiet", "--db", db]
    later = {"NEWSARCHIVE_NOW": NOW.replace("T05", "T21"), "TZ": "Asia/Tokyo", "LANG": "C"}
    subprocess.run(
        [sys.executable, "-m", "newsarchive", *map(str, command)],
        env=os.environ | later | {"PYTHONHASHSEED": "7"},
        check=True,
    )
    assert {p.relative_to(again): p.read_bytes() for p in files(again)} == {
        p.relative_to(released): p.read_bytes() for p in files(released)
    }


# Masked names


def test_masked_names_are_nowhere_even_the_words_searched(masked: Path) -> None:
    text = everything(masked)
    assert len(rows(masked, "articles")) == 1
    assert "Tèo" not in text
    assert "Ví Dụ" in text


def test_a_name_known_from_one_version_is_masked_in_all(masked: Path) -> None:
    titles = [row["title"] for row in rows(masked, "versions")]
    first, second = titles
    assert second.startswith("Bắt đối tượng ")
    assert first.startswith("Lời khai của ")
    initials = first.removeprefix("Lời khai của ")
    assert initials
    assert initials in second
    assert rows(masked, "articles")[0]["title"] == second


def test_a_masked_release_says_what_that_cannot_promise(masked: Path, released: Path) -> None:
    for name, text in (
        ("README.md", "some names were missed"),
        ("README.md", "It is no anonymisation"),
        ("README.md", "with certain words, which are not told"),
        ("README.vi.md", "một số tên bị sót"),
        ("CITATION.cff", "with initials in place of the names"),
        ("ro-crate-metadata.json", "with initials in place of the names"),
        ("README.vi.md", "có một số từ, không nêu ra"),
    ):
        assert text in (masked / name).read_text(encoding="utf-8")
        assert text not in (released / name).read_text(encoding="utf-8")


def test_every_row_is_handed_to_the_mask(db: Path, tmp_path: Path) -> None:
    from newsarchive.exporting.dataset import write_dataset

    def shout(row: dict[str, Any]) -> dict[str, Any]:
        images = [image | {"caption": (image["caption"] or "").upper()} for image in row["images"]]
        return row | {
            "paragraphs": [text.upper() for text in row["paragraphs"]],
            "tags": [tag.upper() for tag in row["tags"]],
            "images": images,
        }

    with closing(query.open_readonly(db)) as conn:
        write_dataset(conn, tmp_path / "x", About(day=NOW[:10], masked=True), mask=shout)
    for table, names in (
        ("articles", ("title", "lead", "body")),
        ("versions", ("title", "lead", "body")),
        ("images", ("caption",)),
        ("tags", ("tag",)),
    ):
        for row in rows(tmp_path / "x", table):
            for name in names:
                assert row[name] in (None, (row[name] or "").upper()), (table, name)


# The folder


def test_an_empty_folder_may_be_there(db: Path, tmp_path: Path) -> None:
    (tmp_path / "release").mkdir()
    run("--dataset", tmp_path / "release", "-q", db=db)
    assert (tmp_path / "release/manifest-sha256.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("full", "holds something already"),
        ("file", "is a file"),
        ("absent/release", "make it first"),
    ],
)
def test_another_folder_is_refused(db: Path, tmp_path: Path, target: str, message: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/kept").write_text("kept")
    (tmp_path / "file").write_text("kept")
    said = run("--dataset", tmp_path / target, db=db, status=2)
    assert message in said
    assert said.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "full"]


def test_of_nothing_no_release_is_made(db: Path, tmp_path: Path) -> None:
    said = run("--dataset", tmp_path / "release", "khong-co-gi", db=db, status=1)
    assert said == "no article matches, so no release is made\n"
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_nothing(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsarchive.exporting import dataset

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(dataset, "_write_counts", full)
    with (
        closing(query.open_readonly(db)) as conn,
        pytest.raises(NewsArchiveError, match=r"cannot be written \(No space left on device\)"),
    ):
        dataset.write_dataset(conn, tmp_path / "release", About(day=NOW[:10]))
    assert not list(tmp_path.iterdir())


def test_who_is_killed_leaves_no_release(db: Path, tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from newsarchive.exporting import dataset\n"
        "dataset._write_notes = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from newsarchive.cli import main; main(sys.argv[1:])"
    )
    arguments = ["export", "--dataset", str(tmp_path / "release"), "--db", str(db)]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert not (tmp_path / "release").exists()


def test_one_state_of_the_archive_is_released(db: Path, tmp_path: Path) -> None:
    from newsarchive.exporting.dataset import write_dataset

    live = tmp_path / "live.db"
    made(live)
    written = []

    def write() -> None:
        if not written:
            with closing(sqlite3.connect(live)) as other, other:
                other.execute("UPDATE articles SET title = 'later' WHERE id = 4")
                other.execute("UPDATE sites SET name = 'later'")
            written.append(True)

    with closing(query.open_readonly(live)) as conn:
        write_dataset(conn, tmp_path / "release", About(day=NOW[:10]), advance=write)
        assert conn.execute("SELECT title FROM articles WHERE id = 4").fetchone() == ("later",)
    assert "later" not in str([rows(tmp_path / "release", name) for name in NAMES])


def test_a_damaged_archive_is_one_line_and_no_folder(db: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    data = bytearray(db.read_bytes())
    data[len(data) // 3 :] = b"\xff" * (len(data) - len(data) // 3)
    broken.write_bytes(data)
    said = run("--dataset", tmp_path / "release", db=broken, status=1)
    assert said.count("\n") == 1
    assert re.search("damaged|cannot be", said)
    assert [path.name for path in tmp_path.iterdir()] == ["broken.db"]


def test_a_folder_that_cannot_be_written_is_one_line(db: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        target = Path("/proc/release")
    else:
        tmp_path.chmod(0o500)
        target = tmp_path / "release"
    said = run("--dataset", target, db=db, status=1)
    assert "cannot be written" in said
    assert said.count("\n") == 1
