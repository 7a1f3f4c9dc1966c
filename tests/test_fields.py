"""How rightly newsarchive reads, on average over many pages; and the measures that say so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from conftest import missing
from gold import load
from measures import (
    BOUNDS,
    EMPTY,
    FIELDS,
    means,
    missed,
    names,
    ours,
    pages,
    same_moment,
    scores,
    shared_text,
    shingles,
)

OWN = Path(__file__).parent / "pages" / "articles"


def fallen(found: Iterable[Path]) -> list[str]:
    """What newsarchive's own scores over the pages miss of BOUNDS."""
    read = [load(page) for page in found]
    return missed(means(scores(ours(content, gold["url"]), gold) for content, gold in read))


def test_neighbouring_pages_keep_their_scores(shared: Path) -> None:
    found = [page for name in ("news", "cms") for page in pages(shared / "pages" / name)]
    if not found:
        missing("the folder 'shared' has no pages: put the project's shared/pages there")
    assert not fallen(found)


def test_own_pages_keep_their_scores() -> None:
    found = pages(OWN)
    assert len(found) > 200
    assert not fallen(found)


# The measures themselves: one that could not fall would prove nothing.

GOLD: dict[str, Any] = {
    "title": "Bắt hai đối tượng trộm xe",
    "published": "2023-05-04T08:30:00+07:00",
    "byline": "Văn Khải - Thu Hà",
    "source": "Báo Bạn Đường",
    "lead": "Công an huyện vừa bắt hai đối tượng",
    "paragraphs": [
        "Khuya ngày 3/5, tổ tuần tra phát hiện hai thanh niên dắt bộ chiếc xe máy không chìa khóa.",
        "Tại trụ sở, cả hai khai nhận đã lấy trộm chiếc xe ở bãi giữ xe của chợ.",
    ],
    "images": [
        {"url": "https://a.example/1.jpg", "caption": "Tang vật", "credit": "V.K"},
        {"url": "https://a.example/2.jpg", "caption": None, "credit": None},
    ],
}
IMAGE = GOLD["images"][0]


def changed(**fields: Any) -> dict[str, float]:
    """The scores of a reading that is right but for some fields."""
    return scores({**GOLD, **fields}, GOLD)


def test_a_right_reading_scores_one_in_every_field() -> None:
    assert scores(GOLD, GOLD) == dict.fromkeys(FIELDS, 1.0)
    assert means([scores(GOLD, GOLD)]) == dict.fromkeys((*FIELDS, "mean"), 1.0)


def test_an_empty_reading_scores_nothing_but_where_nothing_is_right() -> None:
    assert scores(EMPTY, GOLD) == dict.fromkeys(FIELDS, 0.0)
    assert scores(EMPTY, {**EMPTY, "title": "Tin"}) == {**dict.fromkeys(FIELDS, 1.0), "title": 0.0}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": "Bắt hai đối tượng trộm xe - Công an huyện"}),
        ("title", {"title": None}),
        ("published", {"published": "2023-05-04T08:31:00+07:00"}),
        ("published", {"published": "2023-05-04"}),
        ("published", {"published": "2023-05-04T00:00:00"}),
        ("published", {"published": "ngày 4/5, lúc T"}),
        ("published", {"published": None}),
        ("byline", {"byline": "Văn Khải"}),
        ("byline", {"byline": "Văn Khải - Thu Hà - Admin"}),
        ("byline", {"byline": "Văn Khải Thu Hà"}),
        ("byline", {"byline": None}),
        ("source", {"source": "Báo Bạn"}),
        ("source", {"source": None}),
        ("lead", {"lead": "Công an huyện vừa bắt một đối tượng"}),
        ("lead", {"lead": None}),
        ("body", {"paragraphs": GOLD["paragraphs"][:1]}),
        ("body", {"paragraphs": GOLD["paragraphs"][::-1]}),
        ("body", {"paragraphs": [*GOLD["paragraphs"], GOLD["paragraphs"][0]]}),
        ("body", {"paragraphs": [*GOLD["paragraphs"], "Tin liên quan"]}),
        ("captions", {"images": []}),
        ("captions", {"images": [{**IMAGE, "caption": "Tang vật vụ án"}]}),
        ("captions", {"images": [IMAGE, {**IMAGE, "url": None}]}),
        ("images", {"images": [IMAGE]}),
        ("images", {"images": [*GOLD["images"], IMAGE]}),
        ("images", {"images": [{**IMAGE, "url": "https://a.example/3.jpg"}, GOLD["images"][1]]}),
    ],
)
def test_a_measure_falls_for_a_wrong_value(field: str, wrong: dict[str, Any]) -> None:
    found = changed(**wrong)
    assert found[field] < 1
    assert means([found])["mean"] < 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Bắt  hai đối tượng\ntrộm xe"),
        ("published", "2023-05-04T08:30:59"),  # no zone: Vietnam's
        ("published", "2023-05-04T01:30:00Z"),
        ("published", "2023-05-04T08:30:00+0700"),
        ("byline", "Thu Hà, Văn Khải"),
        ("byline", "VĂN KHẢI và Thu Hà"),
        ("byline", "Thu Hà / Văn Khải"),
        ("lead", "CÔNG AN HUYỆN vừa bắt hai đối tượng."),
        ("paragraphs", [" ".join(GOLD["paragraphs"])]),
        ("images", [{**IMAGE, "caption": "Tang vật. Ảnh: V.K"}, GOLD["images"][1]]),
    ],
)
def test_a_measure_does_not_fall_for_what_is_no_difference(field: str, value: Any) -> None:
    assert changed(**{field: value}) == dict.fromkeys(FIELDS, 1.0)


def test_what_the_gold_takes_as_right_besides_is_right() -> None:
    image = {**IMAGE, "alts": ["https://a.example/big.jpg"], "caption_alts": ["Xe bị trộm"]}
    alts = {
        "title": ["Bắt hai người"],
        "published": ["2023-05-05"],
        "byline": ["V.K"],
        "source": [None],
        "lead": [None],
        "paragraphs": [["Một đoạn khác hẳn ở đây."]],
    }
    other = {field: values[0] for field, values in alts.items()}
    other["images"] = [{"url": image["alts"][0], "caption": "Xe bị trộm", "credit": None}]
    gold = {**GOLD, "images": [image], "_alts": alts}
    assert scores(other, gold) == dict.fromkeys(FIELDS, 1.0)
    assert scores(other, GOLD)["images"] == scores(other, GOLD)["captions"] == 0


def test_scores_between_are_harmonic_means() -> None:
    # Of 4 shingles 2 are read, and nothing else; of 3 captions 2 are, and one that is none.
    assert shared_text("a b c d e", "a b c d e f g") == pytest.approx(2 * 2 / (2 + 4))
    captions = [{**IMAGE, "caption": c, "credit": None} for c in ("Một", "Hai", "Ba")]
    got = [*captions[:2], {**IMAGE, "caption": "Bốn", "credit": None}]
    assert scores({**EMPTY, "images": got}, {**EMPTY, "images": captions})[
        "captions"
    ] == pytest.approx(2 / 3)


def test_shingles_are_four_words_in_one_case_and_form() -> None:
    assert list(shingles("Công AN, tỉnh: Đắk Lắk!")) == [
        ("công", "an", "tỉnh", "đắk"),
        ("an", "tỉnh", "đắk", "lắk"),
    ]
    assert shingles("Co\u0302ng an") == shingles("công an") != shingles("")
    assert shingles("a b c d a b c d")[("a", "b", "c", "d")] == 2
    assert shared_text("", "") == 1
    assert shared_text("a", "") == shared_text("", "a") == 0


@pytest.mark.parametrize(
    "stamp", ["2023-05-04", "2023-05-04T00:00:00", "2023-05-04T00:00:00+07:00"]
)
def test_a_day_is_a_day_or_its_midnight(stamp: str) -> None:
    assert same_moment(stamp, "2023-05-04")
    assert not same_moment(stamp, "2023-05-05")
    assert not same_moment("2023-05-04T08:30:00", "2023-05-04")
    assert not same_moment(stamp, None)
    assert not same_moment(None, stamp)


def test_names_are_told_apart_by_all_that_separates_them() -> None:
    assert names("Đức Lộc - Bảo Ngọc; PV|CTV & Lê Na") == {
        *("đức lộc", "bảo ngọc", "pv", "ctv", "lê na")
    }
    assert names("Quốc-Bảo") == {"quốc-bảo"}
    assert names(None) == names(" ") == frozenset()


def test_each_missed_bound_is_a_line() -> None:
    assert missed(dict.fromkeys((*FIELDS, "mean"), 1.0)) == []
    assert [line.split(":")[0] for line in missed(dict.fromkeys((*FIELDS, "mean"), 0.9))] == [
        *BOUNDS
    ]
    assert missed({**dict.fromkeys(BOUNDS, 1.0), "body": 0.9799}) == ["body: 0.9799 is below 0.98"]


def test_only_pages_with_the_gold_of_an_article_count(tmp_path: Path) -> None:
    for name in ("article.html", "listing.html", "bare.html"):
        (tmp_path / name).write_text("<p>Tin</p>", encoding="utf-8")
    (tmp_path / "article.json").write_text('{"paragraphs": []}', encoding="utf-8")
    (tmp_path / "listing.json").write_text('{"articles": []}', encoding="utf-8")
    assert [page.name for page in pages(tmp_path)] == ["article.html"]
