"""The page of health: what it says, that it asks nobody, and how a browser shows it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from conftest import ROOT, missing
from lxml import html

from newsarchive.errors import CallError
from newsarchive.health.page import page
from newsarchive.health.page_series import DAYS, WEEKS, Axis, Series, fallen_weeks
from newsarchive.health.page_texts import ENGLISH, TEXTS, VIETNAMESE
from newsarchive.health.values import FIELDS, KINDS, WELL, Day, Diagnosis, Fault, Kind
from newsarchive.wording import Wording

NOW = datetime(2026, 3, 28, 7, 5, tzinfo=UTC)  # 14:05 in Vietnam, a Saturday
TODAY = date(2026, 3, 28)
TROUBLES = ("unreachable", "challenge", "robots", "moved", "no articles", "lists", "articles")
HOSTILE = "</title></style><script>document.title='owned'</script>\"'><img src=//evil.test/x onerror=alert(1)>"


def day(ago: int, **counts: Any) -> Day:
    """A day so long ago; looked at once, without trouble, unless the counts say otherwise."""
    return Day(day=str(TODAY - timedelta(days=ago)), **{"rounds": 1, "well": 1, **counts})


def ill(kind: Kind, name: str = "Công an tỉnh X", **more: Any) -> Diagnosis:
    fault = Fault(kind=kind, why=f"because of {kind}", since="2026-03-21T01:00:00Z")
    return Diagnosis(
        **{"site": f"{kind}-{name}", "name": name, "state": kind, "faults": (fault,)} | more
    )


def year(number: int, *, seed: int = 5) -> Diagnosis:
    """A year of one of many invented sites: outages, the silence of Tết, a redesign."""
    chance = random.Random(f"{seed}-{number}")
    pace = chance.choice((0.3, 1, 3, 9, 80))
    kind: str = {3: "unreachable", 5: "redesigned", 8: "silent"}.get(number % 40, WELL)
    outage = range(at := chance.randrange(10, 150), at + chance.choice((0, 1, 4)))
    days = []
    for ago in range(364, -1, -1):
        if ago in (127, 128):
            continue  # our own machine was off
        well = (
            0
            if ago in outage or (kind == "unreachable" and ago < 6)
            else 24 - (chance.random() < 0.05)
        )
        quiet = 34 <= ago <= 42 or (kind == "silent" and ago < 20)
        fresh = round(chance.expovariate(1 / pace)) if well and not quiet else 0
        low = kind == "redesigned" and ago < 24
        days.append(
            day(
                ago, rounds=24, well=well, new=fresh + (900 if ago == 364 else 0), fresh=fresh, changed=ago % 3,
                gone=ago % 5 == 0, refused=ago % 7, failed=24 - well, articles=fresh,
                fill={f: 0 if low and f == "lead" else round(fresh * 0.9) for f in FIELDS},
                trouble=None if well == 24 else "unreachable",
            )
        )  # fmt: skip
    shares = dict.fromkeys(FIELDS, 0.9)
    return Diagnosis(
        site=f"site{number}", name=f"Công an tỉnh Số {number}", family="nukeviet", state=kind,
        faults=(Fault(kind=kind, why="in words", since="2026-03-05"),) if kind != WELL else (),  # type: ignore[arg-type]
        last_success="2026-03-28T06:05:00Z", last_new="2026-03-27T03:00:00Z", week=7 * pace,
        fill=shares | ({"lead": 0.0} if kind == "redesigned" else {}), usual=shares,
        problems=0.004, agreement=0.99, days=tuple(days),
    )  # fmt: skip


def parsed(sites: list[Diagnosis], language: str = "vi") -> Any:
    return html.document_fromstring(page(sites, now=NOW, language=language).encode())


def words_of(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def card(tree: Any, number: int = 1) -> Any:
    return tree.get_element_by_id(f"site-{number}")


def cells(table: Any) -> list[list[str]]:
    return [[words_of(cell) for cell in row.iter("th", "td")] for row in table.iter("tr")]


def percent(text: str) -> float:
    return float(text.removesuffix("%"))


# --- what is on it


def test_every_site_is_there_the_ill_ones_first_and_the_gravest_of_them() -> None:
    sites = [
        Diagnosis(site="b", name="Công an tỉnh Đắk Lắk"),
        ill("silent", "Công an tỉnh Yên Bái"),
        Diagnosis(site="a", name="Công an thành phố Đà Nẵng"),
        ill("silent", "Công an thành phố Huế"),
        ill("unreachable", "Công an tỉnh Long An"),
    ]
    tree = parsed(sites)
    names = [words_of(name) for name in tree.iter("h3")]
    assert names == [
        "có vấn đề: Công an tỉnh Long An",
        "có vấn đề: Công an thành phố Huế",
        "có vấn đề: Công an tỉnh Yên Bái",
        "ổn: Công an thành phố Đà Nẵng",
        "ổn: Công an tỉnh Đắk Lắk",
    ]
    assert words_of(tree.find(".//title")).startswith("3/5 trang có vấn đề")
    assert [words_of(p) for p in tree.find_class("tally")] == ["3 có vấn đề", "2 ổn"]
    assert "14:05, thứ Bảy 28/3/2026, giờ Việt Nam" in words_of(tree.find(".//header"))
    links = {words_of(a): a.get("href") for a in tree.iter("a")}
    assert links == {"Long An": "#site-1", "Huế": "#site-2", "Yên Bái": "#site-3"}
    assert [words_of(name) for name in tree.find_class("kinds")[0].iter("dt")] == [
        "Không truy cập được",
        "Im lặng",
    ]


def test_an_ill_site_says_what_why_and_since_when_the_gravest_fault_first() -> None:
    faults = (
        Fault(kind="silent", why="nothing for 9 days", since="2026-03-19"),
        Fault(kind="moved", why="leads to other.example", since="2026-03-27T23:30:00Z"),
    )
    site = Diagnosis(
        site="x",
        name="X",
        state="moved",
        faults=faults,
        week=3.26,
        last_success="2026-03-28T06:45:00Z",
    )
    tree = parsed([site], "en")
    first, second = (words_of(fault) for fault in tree.find_class("fault"))
    assert first == (
        "Moved elsewhere Since 28 Mar 2026 06:30 · 8 hours ago This address leads elsewhere now. "
        "leads to other.example"
    )
    assert second.startswith("Silent Since 19 Mar 2026 · 9 days ago")
    assert second.endswith("nothing for 9 days")
    facts = {words_of(pair[0]): words_of(pair[1]) for pair in tree.find_class("facts")[0]}
    assert facts == {
        "Last new article": "none yet",
        "Last good crawl": "20 minutes ago 28 Mar 2026 13:45",
        "Pages that failed lately": "too little known",
        "Titles agree": "too little known",
    }
    assert words_of(tree.find_class("rate")[0]) == "3.3 a week"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_all_well_and_none_at_all(language: str) -> None:
    texts = {"vi": VIETNAMESE, "en": ENGLISH}[language]
    tree = parsed([Diagnosis(site="x", name="X")], language)
    assert tree.get("lang") == language
    assert words_of(tree.find_class("calm")[0]) == texts["all well"]
    assert not tree.find_class("kinds")
    none = parsed([], language)
    assert words_of(none.find_class("calm")[0]) == texts["none"]
    assert not list(none.iter("main", "article"))


# --- whatever sites and their names hold


def hostile_site() -> Diagnosis:
    return Diagnosis(
        site=HOSTILE, name=HOSTILE, family=HOSTILE, state="silent", last_success=HOSTILE, last_new=HOSTILE,
        faults=(Fault(kind="silent", why=HOSTILE, since=HOSTILE),),
        days=(day(3, fresh=2, new=2, articles=2, fill={"lead": 1}), day(1, well=0, trouble=HOSTILE)),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_comes_from_sites_is_text_and_nothing_else(language: str) -> None:
    tree = parsed([hostile_site(), Diagnosis(site="{x}", name="{fresh} {0} &amp; %s")], language)
    known = {
        "html",
        "head",
        "meta",
        "title",
        "link",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "section",
    }
    known |= {
        "article",
        "div",
        "p",
        "b",
        "span",
        "small",
        "time",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "dl",
        "dt",
        "dd",
    }
    known |= {
        "ul",
        "li",
        "details",
        "summary",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    known |= {"svg", "defs", "pattern", "rect", "path", "use", "line", "g", "desc"}
    assert {element.tag for element in tree.iter()} <= known
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    assert [words_of(why) for why in tree.find_class("why")] == [HOSTILE]
    assert words_of(card(tree).find(".//h3")).endswith(f": {HOSTILE}")
    assert cells(card(tree).find(".//table"))[2][-1] == HOSTILE
    assert words_of(card(tree, 2).find(".//h3")).endswith(": {fresh} {0} &amp; %s")


def urls_in_style(text: str) -> list[str]:
    assert "@import" not in text
    assert "image-set" not in text
    return re.findall(r"url\(\s*[\"']?([^)\"']*)", text)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_on_it_refers_to_anywhere_else(language: str) -> None:
    tree = parsed([hostile_site(), year(5), year(1)], language)
    referring = {
        "href",
        "src",
        "srcset",
        "action",
        "formaction",
        "data",
        "poster",
        "background",
        "cite",
        "ping",
    }
    for element in tree.iter():
        for name, value in element.attrib.items():
            if name.rpartition(":")[2] in referring:
                assert value.startswith(("#", "data:,")), (element.tag, name, value)
                assert not value.startswith("#") or tree.get_element_by_id(value[1:]) is not None
            for url in urls_in_style(value) if name in ("style", "fill", "filter", "mask") else ():
                assert url.startswith("#")
    style = tree.find(".//style").text
    assert {url for url in urls_in_style(style)} == {"#trouble", "#unseen"}
    assert [tree.get_element_by_id(name).tag for name in ("trouble", "unseen")] == ["pattern"] * 2
    metas = {
        meta.get("http-equiv"): meta.get("content")
        for meta in tree.iter("meta")
        if meta.get("http-equiv")
    }
    assert list(metas) == ["Content-Security-Policy"]
    assert metas["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    )


# --- figures


COLUMNS = ("rounds", "well", "fresh", "new", "changed", "gone", "refused", "failed")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_table_of_days_holds_the_data(language: str) -> None:
    site = year(7)
    table = cells(card(parsed([site], language)).findall(".//table")[0])[1:]
    known = {each.day: each for each in site.days}
    assert len(table) == DAYS
    for ago, (first, *counts, trouble) in enumerate(table):
        when = TODAY - timedelta(days=ago)
        each = known.get(str(when), Day(day=str(when)))
        assert first == Wording(language, NOW, TEXTS).day(when)
        assert [int(re.sub("[.,]", "", count)) for count in counts] == [
            getattr(each, name) for name in COLUMNS
        ]
        assert bool(trouble) == (each.trouble is not None or not each.rounds)


def test_the_table_of_weeks_holds_the_shares() -> None:
    site = Diagnosis(
        site="x", name="X",
        days=(
            day(8, articles=1, fill={"lead": 1}),
            day(6, articles=3, fill={"lead": 2, "image": 3}),
            day(0, articles=5, fill={"lead": 1}),
        ),
    )  # fmt: skip
    assert cells(card(parsed([site], "en")).findall(".//table")[1]) == [
        ["week", "articles", "date", "lead", "byline", "section", "picture", "caption"],
        ["22 Mar – 28 Mar 2026", "8", "0%", "38%", "0%", "0%", "38%", "0%"],
        ["15 Mar – 21 Mar 2026", "1", "0%", "100%", "0%", "0%", "0%", "0%"],
    ]  # fmt: skip


def test_all_sites_together_are_summed_by_day() -> None:
    sites = [
        Diagnosis(
            site="a", name="A", days=(day(3), day(2, fresh=4), day(0, well=0, trouble="moved"))
        ),
        Diagnosis(site="b", name="B", days=(day(2, fresh=1200), day(1, fresh=1), day(0, well=0))),
    ]
    tree = parsed(sites, "en")
    together = tree.find_class("together")[0]
    assert cells(together.find(".//table"))[:6] == [
        ["day", "articles a day", "sites in trouble", "sites not looked at"],
        ["28 Mar 2026", "0", "2", "0"],
        ["27 Mar 2026", "1", "0", "1"],
        ["26 Mar 2026", "1,204", "0", "0"],
        ["25 Mar 2026", "0", "0", "0"],
        ["24 Mar 2026", "0", "0", "0"],
    ]
    assert not parsed(sites[:1]).find_class("together")


# --- charts


def drawn(tree: Any, kind: str, chart: str = "bars", number: int = 1) -> list[Any]:
    svg = next(
        one for one in card(tree, number).iter("svg") if one.get("class") == f"chart {chart}"
    )
    return [one for one in svg.iter("rect", "path") if one.get("class") == kind]


def bar_heights(path: str) -> dict[int, float]:
    """Of a skyline: each day's place, and how high its bar stands, in hundredths."""
    found = {}
    for start, outline in re.findall(r"M(\d+) 100(.*?)V100Z", path):
        place = int(start)
        for height, end in re.findall(r"V([\d.]+)H(\d+)", outline):
            for each in range(place, int(end)):
                found[each] = 100 - float(height)
            place = int(end)
    return found


def test_bars_are_as_high_as_their_counts_and_a_backlog_is_cut_off() -> None:
    usual = [day(ago, fresh=ago % 4, new=ago % 4) for ago in range(1, 60)]
    tree = parsed(
        [
            Diagnosis(
                site="x",
                name="X",
                days=(day(60, new=5000, fresh=1), *usual, day(0, fresh=8, new=10)),
            )
        ]
    )
    fresh, older = (bar_heights(drawn(tree, kind)[0].get("d")) for kind in ("fresh", "older"))
    assert words_of(card(tree).find_class("scale")[0]) == "8 0"
    assert fresh[DAYS - 1] == 88  # the top of the scale
    assert older[DAYS - 1] == 100  # above it: cut off
    for ago in range(1, 60):
        assert fresh.get(DAYS - 1 - ago, 0) == pytest.approx(88 * (ago % 4) / 8, abs=0.06)
    assert older[DAYS - 61] == 100
    assert drawn(tree, "cut")[0].get("d").count("M") == 2


def spans(rects: list[Any]) -> list[tuple[int, int]]:
    """First day ago and number of days of what is drawn."""
    found = []
    for rect in rects:
        x, width = (percent(rect.get(name)) * DAYS / 100 for name in ("x", "width"))
        found.append((DAYS - 1 - round(x), round(width)))
    return found


def test_no_news_not_looked_at_and_trouble_never_look_alike() -> None:
    site = Diagnosis(
        site="x", name="X",
        days=(
            day(20, fresh=1),
            *(day(ago) for ago in range(19, 14, -1)),  # no news
            *(day(ago, rounds=3, well=0, trouble="challenge") for ago in (14, 13)),
            day(12, rounds=0, well=0),  # and 11 to 6: no record at all
            day(5, rounds=4, well=0),  # killed rounds, no word of a trouble
            day(4, rounds=4, well=3, trouble="lists"),
            *(day(ago) for ago in (3, 2, 1, 0)),
        ),
    )  # fmt: skip
    tree = parsed([site])
    assert spans(drawn(tree, "seen")) == [(20, 6), (4, 5)]
    assert spans(drawn(tree, "trouble")) == [(14, 2), (5, 1)]
    assert spans(drawn(tree, "unseen")) == [(12, 7)]
    assert spans(drawn(tree, "partly")) == [(4, 1)]
    assert bar_heights(drawn(tree, "fresh")[0].get("d")).keys() == {DAYS - 21}
    # A narrow band of trouble bears a mark too.
    caps = [use for use in card(tree).iter("use") if use.get("href") == "#cap"]
    assert len(caps) == 2
    # Their looks: a pattern each, in other colours, that no other thing has.
    style = tree.find(".//style").text
    assert "rect.trouble { fill: url(#trouble); }" in style
    assert "rect.unseen { fill: url(#unseen); }" in style
    table = {row[0]: row[-1] for row in cells(card(tree).find(".//table"))[1:]}
    assert len(table) == 21
    assert [table[f"{TODAY.day - ago}/3/2026"] for ago in (16, 14, 8, 5, 4)] == [
        "", "phép thử robot", "không có lượt quét", "không lượt nào tốt", "có danh sách không đọc được",
    ]  # fmt: skip


def test_shares_are_bars_and_a_week_without_articles_is_blank() -> None:
    site = Diagnosis(
        site="x", name="X",
        days=(day(15, articles=4, fill={"lead": 4}), day(1, articles=4, fill={"lead": 1})),
    )  # fmt: skip
    tree = parsed([site])
    bars = [
        re.findall(r"M(\d+)\.06 (\d+)V([\d.]+)", path.get("d"))
        for path in drawn(tree, "had", "strips")
    ]
    lead = [(int(week), int(foot) - float(top)) for week, foot, top in bars[0]]
    assert len(bars) == 1  # of no other field any article has it
    assert lead == [(WEEKS - 3, 84), (WEEKS - 1, 21)]
    grounds = [path.get("d") for path in drawn(tree, "cell", "strips")]
    assert len(grounds) == len(FIELDS)
    assert all(re.findall(r"M(\d+) \d+h(\d+)", d) == [("23", "1"), ("25", "1")] for d in grounds)


def test_a_redesign_is_marked_where_it_shows() -> None:
    days = [
        day(ago, articles=5, fill={"lead": 5 if ago >= 21 else 0, "image": 4})
        for ago in range(100, -1, -1)
    ]
    usual, fill = {"lead": 1.0, "image": 0.8}, {"lead": 0.02, "image": 0.8, "caption": None}
    sick = ill("redesigned", days=tuple(days), usual=usual, fill=fill)
    tree = parsed([sick], "en")
    (ground,) = drawn(tree, "trouble", "strips")
    assert percent(ground.get("x")) == pytest.approx(100 * 23 / 26, abs=0.01)
    assert percent(ground.get("y")) == pytest.approx(
        100 * 108 / 600, abs=0.01
    )  # the second row: leads
    assert [words_of(one) for one in card(tree).find_class("fills")[0]] == [
        "–",
        "100 → 2%",
        "–",
        "–",
        "80%",
        "–",
    ]
    # Whoever judges sites holds it for well: no alarm of the page's own.
    well = Diagnosis(site="x", name="X", days=tuple(days), usual=usual, fill=fill)
    assert not drawn(parsed([well]), "trouble", "strips")
    shares = Series(Axis(now=NOW), sick).shares("lead")
    assert fallen_weeks(sick, "lead", shares) == 3
    assert fallen_weeks(sick, "image", shares) == 0


def test_what_a_chart_shows_is_said_in_words() -> None:
    tree = parsed([year(3), year(1)], "en")
    named = {
        chart.get("aria-labelledby") for chart in tree.iter("svg") if chart.get("role") == "img"
    }
    assert len(named) == 2 * 2 + 3
    for labels in named:
        title, what = (tree.get_element_by_id(label) for label in labels.split())
        assert (title.tag, what.tag) == ("title", "desc")
        assert words_of(title)
        assert words_of(what)
    sick = Series(Axis(now=NOW), year(3))
    what = words_of(tree.get_element_by_id("site-1-bars-desc"))
    assert f"{sum(sick.fresh):,} fresh" in what
    assert (
        f"at most {max(sick.fresh)} fresh in a day. {sick.count('trouble')} days with trouble, 2 days when"
        in what
    )
    assert all(
        svg.get("aria-hidden") == "true"
        for svg in tree.xpath("//svg[not(@role)][not(ancestor::svg)]")
    )
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_a_site_without_days_and_one_with_a_single_day() -> None:
    tree = parsed(
        [
            Diagnosis(site="a", name="A"),
            Diagnosis(site="b", name="B", days=(day(0, fresh=1, new=1),)),
        ],
        "en",
    )
    assert (
        words_of(card(tree, 1).find_class("empty")[0])
        == "No crawl was recorded in the last 26 weeks."
    )
    assert not list(card(tree, 1).iter("table"))
    assert spans(drawn(tree, "seen", number=2)) == [(0, 1)]
    assert cells(card(tree, 2).find(".//table"))[1:] == [
        ["28 Mar 2026", "1", "1", "1", "1", "0", "0", "0", "0", ""]
    ]
    # Days longer ago than the axis are no days of it; those to come neither.
    late = Diagnosis(site="c", name="C", days=(day(DAYS, fresh=7), day(-1, fresh=9)))
    tree = parsed([late], "en")
    assert spans(drawn(tree, "unseen")) == [(DAYS - 1, DAYS)]
    assert sum(Series(Axis(now=NOW), late).fresh) == 0


def test_huge_counts_are_written_out() -> None:
    site = Diagnosis(site="x", name="X", week=7654321, days=(day(0, fresh=1234567, new=10**12),))
    tree = parsed([site])
    assert words_of(tree.find_class("rate")[0]) == "7.654.321 bài/tuần"
    assert cells(card(tree).find(".//table"))[1][3:5] == ["1.234.567", "1.000.000.000.000"]


def test_the_day_is_vietnams() -> None:
    late = datetime(2026, 3, 28, 17, 30, tzinfo=UTC)  # half past midnight there
    assert Axis(now=late).days[-1] == date(2026, 3, 29)
    assert "00:30, Chủ nhật 29/3/2026" in page([], now=late)


def test_forty_sites_over_a_year_make_no_large_page() -> None:
    text = page([year(number) for number in range(40)], now=NOW)
    assert len(text.encode()) < 1_500_000
    assert text.count("<article") == 40


# --- words


def test_both_languages_have_the_same_texts() -> None:
    assert {key.removesuffix(":one") for key in ENGLISH} == VIETNAMESE.keys()

    def gaps(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    for key, text in ENGLISH.items():
        assert gaps(text) == gaps(VIETNAMESE[key.removesuffix(":one")]), key


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_every_kind_field_and_trouble_has_words(texts: dict[str, str]) -> None:
    wanted = [f"{group}:{kind}" for group in ("kind", "about") for kind in KINDS]
    wanted += [f"field:{field}" for field in FIELDS] + [
        f"trouble:{trouble}" for trouble in TROUBLES
    ]
    assert [key for key in wanted if not texts.get(key)] == []


def test_another_language_is_a_wrong_call() -> None:
    with pytest.raises(CallError, match="no such language: fr; there are vi, en"):
        page([], now=NOW, language="fr")


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2026-03-28T07:04:30Z", "vừa xong", "just now"),
        ("2026-03-28T07:04:00Z", "1 phút trước", "1 minute ago"),
        ("2026-03-28T05:00:00Z", "2 giờ trước", "2 hours ago"),
        ("2026-03-26T07:05:00Z", "2 ngày trước", "2 days ago"),
        ("2025-12-28T07:05:00Z", "3 tháng trước", "3 months ago"),
        ("2021-03-28T07:05:00Z", "5 năm trước", "5 years ago"),
        ("2026-03-28", "hôm nay", "today"),
        ("2026-03-27", "hôm qua", "yesterday"),
        ("2026-03-25", "3 ngày trước", "3 days ago"),
        ("2026-03-28T08:00:00Z", None, None),
        ("2026-03-30", None, None),
        ("soon", None, None),
    ],
)
def test_how_long_ago(text: str, vi: str | None, en: str | None) -> None:
    assert (Wording("vi", NOW, TEXTS).ago(text), Wording("en", NOW, TEXTS).ago(text)) == (vi, en)


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "–"), (0, "0%"), (0.0001, "<1%"), (0.014, "1%"), (0.5, "50%"), (0.99, "99%"), (0.9999, ">99%"), (1, "100%")],
)  # fmt: skip
def test_percentages_say_none_and_all_only_of_none_and_all(share: float | None, text: str) -> None:
    assert Wording("vi", NOW, TEXTS).percent(share) == text


# --- looks


def theme(name: str) -> dict[str, str]:
    """The colours of the style sheet, by what they are for."""
    style = (ROOT / "newsarchive" / "health" / "page.css").read_text(encoding="utf-8")
    light, dark, *_ = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    )
    assert light.keys() == dark.keys()
    return {"light": light, "dark": dark}[name]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough_for_text_and_for_charts(scheme: str) -> None:
    colours = theme(scheme)
    for ground in ("page", "card", "ill-ground"):
        for text in ("ink", "soft", "ill", "well"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for shape in ("well", "older", "seen", "unseen", "had", "ill"):
        for ground in ("card", "ill-ground"):
            assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)
    for shape, ground in (("ill", "trouble-ground"), ("unseen", "unseen-ground"), ("had", "cell")):
        assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)


# --- in a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium, which can ask this machine alone."""
    try:
        from playwright.sync_api import sync_playwright

        from newsarchive.crawl.browser import browser_settings

        options = browser_settings()["PLAYWRIGHT_LAUNCH_OPTIONS"]
    except ImportError:
        missing("playwright is not installed: pip install -e '.[browser]'")
    except CallError as error:
        missing(str(error))
    options["args"] += ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of twelve sites, one of them hostile, one with enormous counts and one long word."""
    sites = [year(number) for number in range(9)]
    huge = Diagnosis(site="h" * 90, name="W" * 120, week=10**9, days=(day(2, fresh=10**9), day(0)))
    file = tmp_path_factory.mktemp("health") / "health.html"
    sites += [hostile_site(), huge, Diagnosis(site="n", name="N")]
    file.write_text(page(sites, now=NOW), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_a_browser_shows_it_alone_and_no_wider_than_its_window(
    chromium: Any, written: Path, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    try:
        shown = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("dialog", lambda dialog: said.append(dialog.message))
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(written.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") == width
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert shown.evaluate("document.documentElement.scrollWidth") == width
        assert shown.title().startswith("4/12 trang có vấn đề")
        charts = shown.locator("svg[role=img]").all()
        assert len(charts) == 3 + 2 * 11
        assert all(
            (box := chart.bounding_box()) and box["width"] > 90 and box["height"] > 30
            for chart in charts
        )
        assert said == []
        assert asked == [written.as_uri()]
        ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(243, 244, 246)", "dark": "rgb(13, 17, 23)"}[scheme]
    finally:
        context.close()


def test_it_is_usable_by_keys_and_by_ear(chromium: Any, written: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    try:
        shown = context.new_page()
        shown.goto(written.as_uri())
        shown.keyboard.press("Tab")
        assert shown.evaluate("document.activeElement.getAttribute('href')") == "#site-1"
        assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        shown.keyboard.press("Enter")
        assert shown.evaluate("location.hash") == "#site-1"
        assert 0 <= shown.locator("#site-1").bounding_box()["y"] < 800
        shown.locator("#site-1 summary").first.focus()
        shown.keyboard.press("Enter")
        shown.keyboard.press("Tab")  # into the table, which the keys scroll
        assert (
            shown.evaluate("document.activeElement.getAttribute('aria-label')")
            == "Số liệu từng ngày: Công an tỉnh Số 3"
        )
        shown.get_by_role("img", name="Công an tỉnh Số 3: bài mỗi ngày").wait_for()
        shown.get_by_role("article", name="có vấn đề: Công an tỉnh Số 3").wait_for()
        shown.get_by_role("region", name="Đang ổn").wait_for()
    finally:
        context.close()


def test_on_paper_it_is_light_and_its_folded_tables_stay_away(chromium: Any, written: Path) -> None:
    context = chromium.new_context(viewport={"width": 800, "height": 1100}, color_scheme="dark")
    try:
        shown = context.new_page()
        shown.goto(written.as_uri())
        shown.emulate_media(media="print", color_scheme="dark")
        assert (
            shown.evaluate(
                "getComputedStyle(document.querySelector('.well .card')).backgroundColor"
            )
            == "rgb(255, 255, 255)"
        )
        assert shown.locator("summary").first.is_hidden()
        assert shown.locator("svg[role=img]").first.is_visible()
        assert shown.pdf().startswith(b"%PDF")
    finally:
        context.close()
