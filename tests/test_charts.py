"""Charts as SVG: their heights are the numbers, and the numbers stand behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from lxml import html

from newsarchive.charts import Bar, Row, bars, months_between, ranked, span, spark, style
from newsarchive.query.volumes import Volume
from newsarchive.web.timeline import by_month, timeline


def number(value: float) -> str:
    return f"{value:g}"


def drawn(columns: Sequence[Bar], parts: Sequence[str] = ("bài",), **more: Any) -> Any:
    figure = bars(
        columns, anchor="a", title="Bài <theo> năm", what="x & y", parts=parts, heading="năm",
        summary="số", number=number, **more,
    )  # fmt: skip
    return html.fragment_fromstring(figure)


def columns(*values: float) -> list[Bar]:
    return [Bar(label=f"năm {n}", values=(v,), tick=str(n)) for n, v in enumerate(values)]


def heights(path: str) -> list[tuple[float, float]]:
    """Of each column its foot and head, from the chart's foot, in steps of a thousandth."""
    return [
        (1000 - float(foot), 1000 - float(head))
        for foot, head in re.findall(r"M[\d.]+ (\d+)V(\d+)h", path)
    ]


def test_columns_are_as_high_as_their_numbers() -> None:
    tree = drawn(columns(4, 0, 8, 2))
    [path] = tree.xpath(".//path/@d")
    assert heights(path) == [(0, 500), (0, 1000), (0, 250)]
    assert tree.xpath(".//text[@class='scale']/text()") == ["2", "4", "6", "8"]


def test_parts_stand_on_each_other() -> None:
    stack = [Bar(label="a", values=(2, 3, 5)), Bar(label="b", values=(0, 10, 0))]
    stack.append(Bar(label="c", values=(0, 0, 0)))
    tree = drawn(stack, ("x", "y", "z"))
    first, second, third = (heights(d) for d in tree.xpath(".//path/@d"))
    assert first == [(0, 200)]
    assert second == [(200, 500), (0, 1000)]
    assert third == [(500, 1000)]
    assert [p.get("class") for p in tree.iter("path")] == ["first", "second", "third"]
    assert [" ".join(li.itertext()) for li in tree.xpath(".//ul[@class='key']/li")] == [
        "x",
        "y",
        "z",
    ]
    told = tree.xpath(".//g[@class='pointed']/rect/title/text()")
    assert told == ["a: 10 (x 2, y 3, z 5)", "b: 10 (y 10)", "c: 0"]


def test_many_columns_are_one_outline() -> None:
    tree = drawn([Bar(label=str(n), values=(n % 3,)) for n in range(200)])
    [path] = tree.xpath(".//path/@d")
    assert path.count("M") == 1
    assert path.endswith("Z")
    assert path.count("H") == 400


def test_it_is_read_out_and_has_its_numbers_behind_it() -> None:
    tree = drawn(columns(1, 2))
    svg = tree.find("svg")
    assert svg.get("role") == "img"
    assert tree.get_element_by_id(svg.get("aria-labelledby")).text == "Bài <theo> năm"
    assert tree.get_element_by_id(svg.get("aria-describedby")).text == "x & y"
    cells = [[c.text for c in row] for row in tree.iter("tr")]
    assert cells == [["năm", "bài"], ["năm 1", "2"], ["năm 0", "1"]]
    assert not tree.xpath(".//@style | .//script")


def test_names_beneath_are_few_enough_for_a_phone() -> None:
    tree = drawn([Bar(label=str(n), values=(1,), tick=str(2000 + n)) for n in range(24)])
    names = tree.xpath(".//text[contains(@class, 'tick')]")
    wide = [t.text for t in names if "only-narrow" not in t.get("class")]
    narrow = [t.text for t in names if "only-wide" not in t.get("class")]
    assert len(wide) == 12
    assert len(narrow) == 8
    assert "2023" in wide
    assert "2023" in narrow


@pytest.mark.parametrize(
    ("most", "top"), [(0, "1"), (1, "1"), (3, "3"), (7, "8"), (13, "15"), (999, "1000"), (41_000, "50000")]
)  # fmt: skip
def test_the_scale_ends_above_the_largest(most: int, top: str) -> None:
    scale = drawn(columns(most)).xpath(".//text[@class='scale']/text()")
    assert scale[-1] == top
    assert len(scale) <= 5
    assert all(float(step).is_integer() for step in scale)


def test_wrong_calls_and_no_columns() -> None:
    with pytest.raises(ValueError, match="one value for each"):
        drawn(columns(1), ("x", "y"))
    with pytest.raises(ValueError, match="colours"):
        drawn([Bar(label="", values=(1,) * 7)], list("abcdefg"))
    assert drawn([]).find("svg") is None


def test_rows_are_links_with_their_numbers() -> None:
    rows = [
        Row(label="2024", value=50, href="/x?a=1&b=<"),
        Row(label="2023", value=100, current=True, note="chọn"),
    ]
    tree = html.fragment_fromstring(ranked(rows, title="Theo năm", number=number))
    assert tree.get("aria-label") == "Theo năm"
    first, second = tree.findall("li")
    assert first.find("a").get("href") == "/x?a=1&b=<"
    assert second.find("span").get("aria-current") == "true"
    assert tree.xpath(".//rect/@width") == ["50.00%", "100.00%"]


def test_sparks_and_spans() -> None:
    tree = html.fragment_fromstring(spark([1, 0, 4], title="1, 0, 4"))
    assert heights(tree.find("path").get("d")) == [(0, 250), (0, 1000)]
    assert tree.get("aria-label") == "1, 0, 4"
    day = date(2020, 1, 1)
    axis = (day, date(2030, 1, 1))
    tree = html.fragment_fromstring(
        span(date(2025, 1, 1), date(2040, 1, 1), axis=axis, title="từ 2025")
    )
    x, width = (float(tree.xpath(".//rect[@class='first']")[0].get(k)[:-1]) for k in ("x", "width"))
    assert x == pytest.approx(50, abs=0.1)
    assert x + width == pytest.approx(100)


def test_months_and_the_axis_of_an_archive() -> None:
    assert months_between("2023-11-05", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]

    def row(month: str | None, articles: int, site: str = "x") -> Volume:
        return Volume(month=month, site=site, articles=articles, edited=0, gone=0)

    rows = [row("1970-01", 1), row("2020-01", 5000), row("2020-03", 10, "y"), row("2031-01", 2), row(None, 3)]  # fmt: skip
    line = timeline(rows, today="2020-04-02")
    assert line is not None
    assert line.months == ("2020-01", "2020-02", "2020-03", "2020-04")
    assert (line.before, line.undated) == (1, 3)
    assert by_month(rows, {"y"}) == {"2020-03": 10}
    assert timeline([row(None, 3)], today="2020-04-02") is None


def test_the_style_sheet_names_every_colour() -> None:
    for kind in ("first", "second", "third", "fourth", "fifth", "sixth", "rest", "edited", "gone"):
        assert f".{kind} {{ fill: var(--c-{kind}); }}" in style()
        assert style().count(f"--c-{kind}:") == 2  # light and dark
