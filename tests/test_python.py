"""`newsarchive.open`: an archive read from Python, as objects and as DataFrames."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_cases import HOST, LATER, SEEN
from conftest import ROOT, missing
from export_cases import GONE, WITHHELD, made, stored

import newsarchive
from newsarchive.errors import ArchiveError, CallError, NewsArchiveError

try:
    import pandas
except ImportError:
    pandas = None


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("python") / "archive.db")


@pytest.fixture
def room(db: Path) -> Iterator[newsarchive.ReadingRoom]:
    with newsarchive.open(db) as room:
        yield room


@pytest.fixture
def frames() -> Any:
    if pandas is None:
        missing("pandas is missing: pip install -e '.[dev]'")
    return pandas


# Opening


def test_a_path_of_any_kind_opens(db: Path) -> None:
    for path in (db, str(db)):
        with newsarchive.open(path) as room:
            assert isinstance(room, newsarchive.ReadingRoom)
            assert room.articles().count() == 4


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.db", "there is no archive"),
        ("noise.db", "not a database"),
        (".", "is a folder"),
        ("other.db", "not one of newsarchive"),
    ],
)
def test_what_is_no_archive_is_said_in_one_line(tmp_path: Path, name: str, message: str) -> None:
    import sqlite3
    from contextlib import closing

    (tmp_path / "noise.db").write_text("no database at all")
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("CREATE TABLE other(a)")
    with pytest.raises(ArchiveError, match=message) as error:
        newsarchive.open(tmp_path / name)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, newsarchive.NewsArchiveError)
    assert not (tmp_path / "absent.db").exists()


def test_nothing_is_written(db: Path) -> None:
    before = db.read_bytes()
    with newsarchive.open(db) as room:
        list(room.articles())
        room.sites()
        room.search("danh bac")
        with pytest.raises(Exception, match=r"readonly|attempt to write"):
            room._asked.execute("DELETE FROM problems")
        with pytest.raises(Exception, match="unsafe use of virtual table"):  # by a trigger
            room._asked.execute("DELETE FROM articles")
    assert db.read_bytes() == before
    assert [path.name for path in db.parent.iterdir()] == ["archive.db"]


def test_it_says_what_it_is(db: Path) -> None:
    room = newsarchive.open(db)
    assert repr(room) == f"<newsarchive.ReadingRoom {str(db)!r}>"
    articles = room.articles("đánh bạc", since=date(2022, 1, 1))
    assert repr(articles) == f"{room!r}.articles('đánh bạc', since='2022-01-01')"
    room.close()
    room.close()
    assert repr(room) == f"<newsarchive.ReadingRoom {str(db)!r}, closed>"
    for ask in (room.sites, lambda: list(articles), lambda: room.article(1)):
        with pytest.raises(CallError, match=r"is closed; open it again"):
            ask()


def test_the_package_stays_light() -> None:
    code = "import newsarchive, sys; newsarchive.open; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"sqlite3", "pandas", "lxml", "newsarchive.query"} & set(done.stdout.split())


# Articles


def test_articles_are_those_of_the_archive_again_and_again(
    db: Path, room: newsarchive.ReadingRoom
) -> None:
    articles = room.articles()
    assert list(articles) == list(articles) == stored(db)
    assert [row["id"] for row in room.articles(gone=True)] == [1, 2, 3, 4, 5]
    assert WITHHELD not in str(list(room.articles(gone=True)))


def test_two_may_be_read_at_a_time(room: newsarchive.ReadingRoom) -> None:
    pairs = [(one["id"], other["id"]) for one in room.articles() for other in room.articles()]
    assert len(pairs) == 16


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"site": "khac"}, [3, 4]),
        ({"since": "2023-01-01"}, [2, 3]),
        ({"since": date(2023, 1, 1), "until": date(2023, 12, 31)}, [2]),
        ({"words": "xa vi du"}, [3]),
        ({"changed": True}, [1, 3]),
        ({"province": "Ví Dụ", "site": "khac"}, [3, 4]),
        ({"section": "An ninh trật tự"}, [1, 3, 4]),
        ({"byline": "Thu Hà", "site": "khac"}, [3, 4]),
    ],
)
def test_the_filters_are_those_of_search(
    room: newsarchive.ReadingRoom, filters: dict[str, Any], ids: list[int]
) -> None:
    found = room.articles(**filters)
    assert [row["id"] for row in found] == ids
    assert found.count() == len(ids)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"since": "22/08/2022"}, "is no day"),
        ({"since": datetime(2022, 1, 1, 10)}, "is no day"),
        ({"site": "exampel"}, "did you mean example"),
        ({"since": "2023-01-01", "until": "2022-01-01"}, "is after"),
    ],
)
def test_a_wrong_filter_is_an_error_at_once(
    room: newsarchive.ReadingRoom, filters: dict[str, Any], message: str
) -> None:
    for ask in (room.articles, room.search):
        with pytest.raises(CallError, match=message):
            ask("", **filters)


def test_an_unknown_filter_is_a_mistake_of_the_caller(room: newsarchive.ReadingRoom) -> None:
    with pytest.raises(TypeError, match="provinces"):
        room.articles(provinces="Ví Dụ")  # type: ignore[call-arg]


def test_one_article_by_id_key_and_address(room: newsarchive.ReadingRoom) -> None:
    found = room.article(1)
    assert found is not None
    assert found["title"] == "Triệt phá đường dây đánh bạc lớn ở Đắk Lắk"
    assert found["urls"] == [f"{HOST}/bai-1"]
    assert room.article(f"{HOST}/bai-1?utm_source=x") == found
    assert room.article("congan.example.vn/bai-1") == found
    assert "withheld" not in found
    taken = room.article(5)
    assert taken is not None
    assert (taken["title"], taken["gone"]) == (GONE, LATER)


@pytest.mark.parametrize("which", [6, f"{HOST}/bai-6", 7, "no such thing", -1, ""])
def test_what_is_withheld_or_not_there_is_none(
    room: newsarchive.ReadingRoom, which: int | str
) -> None:
    assert room.article(which) is None
    assert room.versions(which) == []
    assert room.reprints(which) == []


def test_versions_the_first_one_first(room: newsarchive.ReadingRoom) -> None:
    assert [version["version"] for version in room.versions(1)] == [1, 2]
    assert [version["seen"] for version in room.versions(f"{HOST}/bai-1")] == [SEEN, LATER]


def test_search_gives_hits(room: newsarchive.ReadingRoom) -> None:
    (hit,) = room.search("xa vi du")
    assert hit.id == 3
    assert "Ví Dụ" in hit.snippet
    assert len(room.search("", limit=2)) == 2
    pages = [hit.id for at in range(0, 6, 2) for hit in room.search("", limit=2, offset=at)]
    assert pages == [hit.id for hit in room.search("")]
    assert 6 not in pages
    assert {hit.id for hit in room.search("", changed=True)} == {1, 3}


def test_volumes_and_sites_count_what_there_is(room: newsarchive.ReadingRoom) -> None:
    months = {(one.site, one.month): one.articles for one in room.volumes()}
    assert months[("khac", "2024-02")] == 1
    assert months[("khac", None)] == 1
    assert sum(months.values()) == 5  # one of them gone, none withheld
    assert [one.month for one in room.volumes(since=date(2024, 1, 1))] == ["2024-02"]
    for province in ("Ví Dụ", "vi du", "Ví Dụ Mới"):
        assert len(room.volumes(province=province, site="khac")) == 2
    with pytest.raises(CallError, match="no province of Vietnam"):
        room.volumes(province="Nơi Không Có")
    sites = {one.slug: one for one in room.sites()}
    assert {slug: one.articles for slug, one in sites.items()} == {"example": 3, "khac": 2}


# DataFrames


def test_a_frame_has_typed_columns(room: newsarchive.ReadingRoom, frames: Any) -> None:
    frame = room.articles(gone=True).to_pandas()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["published"] == types["modified"] == "datetime64[us, Asia/Ho_Chi_Minh]"
    assert types["first_seen"] == types["gone"] == "datetime64[us, UTC]"
    assert types["day"] == "datetime64[us]"
    assert types["site"] == "category"
    assert types["title"] == types["source"] == "str"
    assert types["version"] == "int64"
    assert frame.index.name == "id"
    assert list(frame.index) == [1, 2, 3, 4, 5]


def test_a_frame_holds_what_the_articles_do(room: newsarchive.ReadingRoom, frames: Any) -> None:
    frame = room.articles().to_pandas()
    for row in room.articles():
        found = frame.loc[row["id"]]
        for name in ("key", "title", "lead", "byline", "images", "tags", "origins", "version"):
            kept = found[name]
            assert (None if not isinstance(kept, list | dict) and frames.isna(kept) else kept) == (
                row[name]
            ), name
        assert found["body"] == "\n\n".join(row["paragraphs"])


def test_a_day_alone_is_no_time(room: newsarchive.ReadingRoom, frames: Any) -> None:
    frame = room.articles().to_pandas()
    assert frame.loc[1, "published"].isoformat() == "2022-08-22T10:11:00+07:00"
    assert frames.isna(frame.loc[2, "published"])
    assert frame.loc[2, "day"] == frames.Timestamp("2023-01-31")
    assert frame.loc[3, "day"] == frames.Timestamp("2024-02-29")  # in Vietnam, an hour to midnight
    assert frames.isna(frame.loc[4, "day"])


def test_only_some_columns_if_told(room: newsarchive.ReadingRoom, frames: Any) -> None:
    assert list(room.articles().to_pandas(["day", "site"]).columns) == ["day", "site"]
    assert list(room.articles().to_pandas(iter(["id", "title"])).columns) == ["title"]
    with pytest.raises(CallError, match=r"no column 'bodi'; there are id, key"):
        room.articles().to_pandas(["bodi"])
    with pytest.raises(CallError, match="no column 'gone'"):
        room.articles().to_pandas(["gone"])


def test_a_frame_of_nothing_has_the_same_columns(
    room: newsarchive.ReadingRoom, frames: Any
) -> None:
    whole, none = (room.articles(words).to_pandas() for words in (None, "khongcogi"))
    assert len(none) == 0
    assert list(none.columns) == list(whole.columns)
    assert list(none.dtypes.astype(str)) == list(whole.dtypes.astype(str))
    for some, nothing in (
        (room.search(""), room.search("khongcogi")),
        (room.volumes(), room.volumes(since="2099-01-01")),
        (room.versions(1), room.versions(7)),
    ):
        assert some
        assert not nothing
        assert some.to_pandas().dtypes.astype(str).to_dict() == (
            nothing.to_pandas().dtypes.astype(str).to_dict()
        )


def test_other_tables_become_frames_too(room: newsarchive.ReadingRoom, frames: Any) -> None:
    versions = room.versions(1).to_pandas()
    assert list(versions["version"]) == [1, 2]
    assert str(versions["seen"].dtype) == "datetime64[us, UTC]"
    volumes = room.volumes().to_pandas()
    assert str(volumes["month"].dtype) == "period[M]"
    assert volumes.groupby("site", observed=True)["articles"].sum().to_dict() == {
        "example": 3, "khac": 2
    }  # fmt: skip
    assert str(room.sites().to_pandas()["first_day"].dtype) == "datetime64[us]"
    assert "snippet" in room.search("danh bac").to_pandas()


def test_a_table_has_the_names_of_its_rows(room: newsarchive.ReadingRoom, frames: Any) -> None:
    assert set(room.versions(1).to_pandas().columns) == {*room.versions(1)[0], "day"}


def test_without_pandas_it_says_how_to_get_it(db: Path) -> None:
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import newsarchive\n"
        "with newsarchive.open(sys.argv[1]) as room:\n"
        "    for ask in (room.articles().to_pandas, room.sites().to_pandas):\n"
        "        try:\n"
        "            ask()\n"
        "        except newsarchive.NewsArchiveError as error:\n"
        "            print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(db)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    said = "a DataFrame needs pandas: pip install 'newsarchive[analysis]'\n"
    assert done.stdout == said * 2
    assert issubclass(NewsArchiveError, Exception)
