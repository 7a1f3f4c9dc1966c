"""`newsarchive report`: what its page says of a time, what it does not know, how a browser shows it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import archive_cases as cases
import pytest
from archive_cases import opened, put
from click.testing import CliRunner
from conftest import ROOT
from desk_cases import HOSTILE, VIEWS, WITHHELD, View, browser, build, fits, hindrances
from lxml import html

from newsarchive.cli import group
from newsarchive.cli.report import chosen_period
from newsarchive.errors import ArchiveError, CallError
from newsarchive.health.values import Diagnosis, Fault
from newsarchive.model import Article
from newsarchive.query.period import Edit, Looks, Period, Taken, Trouble
from newsarchive.query.places import Site
from newsarchive.report.bins import bins, counted, unit_of
from newsarchive.report.coverage import states, verdict
from newsarchive.report.page import page
from newsarchive.report.texts import ENGLISH, TEXTS, VIETNAMESE
from newsarchive.report.values import (
    DAY_STATES,
    DELAYS,
    VERDICTS,
    Copy,
    DayState,
    Part,
    Report,
    Shown,
    Story,
    Verdict,
)
from newsarchive.urls import key as url_key
from newsarchive.wording import Wording

NOW = datetime(2026, 3, 28, 7, 5, tzinfo=UTC)
FEBRUARY = Period(since=date(2026, 2, 1), until=date(2026, 2, 28))
TODAY = date(2026, 3, 28)


def words_of(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def parsed(report: Report, language: str = "vi") -> Any:
    return html.document_fromstring(page(report, language=language).encode())


def part(slug: str = "x", *, told: Verdict = "covered", days: str = "looked", **more: Any) -> Part:
    """A site with two articles; days: the state of all of its days."""
    known: Any = (days,) * 28
    site = Site(slug=slug, name=f"Công an tỉnh {slug}", province="Cũ", province_2025="Mới",
                home=None, active=True)  # fmt: skip
    return Part(
        **{"site": site, "days": {date(2026, 2, 3): 2}, "states": known, "verdict": told} | more
    )


def report(*parts: Part, **more: Any) -> Report:
    return Report(
        **{
            "archive": "kho.db", "version": "1.2", "now": NOW, "period": FEBRUARY, "whole": True,
            "scope": None, "parts": parts, "articles_edited": 0, "delays": (0,) * (len(DELAYS) + 2),
            "edits": (), "taken": (), "gone": False, "stories": (), "missing": (),
            "span": (date(2012, 3, 1), date(2026, 3, 27)),
        } | more
    )  # fmt: skip


def edit(**more: Any) -> Edit:
    return Edit(
        **{"article": 1, "version": 2, "seen": "2026-02-03T03:00:00Z", "site": "x", "title": "Nay",
           "url": "https://x.example.vn/1", "published": "2026-02-03T09:00:00+07:00", "gone": False}
        | more
    )  # fmt: skip


# --- which time


@pytest.mark.parametrize(
    ("since", "until", "meant"),
    [
        (None, None, ("2026-02-01", "2026-02-28")),
        ("2026-01-15", None, ("2026-01-15", "2026-03-28")),
        (None, "2026-01-10", ("2026-01-01", "2026-01-10")),
        ("2025-01-01", "2025-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-03-01", "2026-12-31", ("2026-03-01", "2026-03-28")),
    ],
)
def test_the_time_that_is_meant(since: str, until: str, meant: tuple[str, str]) -> None:
    found = chosen_period(since, until, today=TODAY)
    assert (str(found.since), str(found.until)) == meant


@pytest.mark.parametrize(
    ("since", "until", "what"),
    [
        ("2026-02-30", None, "--since '2026-02-30' is no day"),
        (None, "yesterday", "--until 'yesterday' is no day"),
        ("2026-02-02", "2026-02-01", "--since 2026-02-02 is after --until 2026-02-01"),
        ("2026-04-01", "2026-04-02", "is still to come: today is 2026-03-28"),
    ],
)
def test_a_time_that_cannot_be_meant(since: str, until: str, what: str) -> None:
    with pytest.raises(CallError, match=re.escape(what)):
        chosen_period(since, until, today=TODAY)


def test_a_period_is_of_days_in_vietnam() -> None:
    assert (FEBRUARY.begin, FEBRUARY.end) == ("2026-01-31T17:00:00Z", "2026-02-28T17:00:00Z")
    assert (len(FEBRUARY.days), FEBRUARY.days[-1]) == (28, date(2026, 2, 28))


@pytest.mark.parametrize(
    ("since", "until", "unit", "columns", "named"),
    [
        ("2026-02-01", "2026-02-28", "day", 28, ["1/2", "2/2", "9/2", "16/2", "23/2"]),
        ("2026-01-01", "2026-06-30", "week", 27, ["2026", "T2", "T3", "T4", "T5", "T6"]),
        ("2024-01-15", "2026-01-10", "month", 25, ["2024", "T4", "T7", "T10", "2025", "T4", "T7", "T10", "2026"]),
        ("2015-12-01", "2020-02-01", "month", 51, ["2016", "2017", "2018", "2019", "2020"]),
        ("2000-01-01", "2025-12-31", "year", 26, None),
    ],
)  # fmt: skip
def test_columns_fit_the_time(
    since: str, until: str, unit: str, columns: int, named: list[str] | None
) -> None:
    period = Period(since=date.fromisoformat(since), until=date.fromisoformat(until))
    assert unit_of(period) == unit
    found = bins(period, unit, Wording("vi", NOW, TEXTS))  # type: ignore[arg-type]  # one of them
    assert len(found) == columns
    assert (found[0].first, found[-1].last) == (period.since, period.until)
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(found))  # fmt: skip
    assert named is None or [one.tick for one in found if one.tick] == named
    # No day is lost, none is counted twice.
    assert sum(counted(dict.fromkeys(period.days, 1), found)) == len(period.days)


# --- what is known


def looks(**days: str) -> dict[date, Looks]:
    return {
        date(2026, 2, int(day[1:])): Looks(
            rounds=1, well=int(how == "well"), trouble=None if how == "well" else how
        )
        for day, how in days.items()
    }


def test_a_day_is_looked_at_in_trouble_unseen_or_not_known() -> None:
    found = states(FEBRUARY, looks(d1="well", d2="unreachable"), "2026-02-03T20:00:00Z")
    # The last good crawl was on the 4th in Vietnam, and found what was left of the 3rd.
    assert found[:5] == ("looked", "trouble", "unseen", "blind", "blind")
    assert set(states(FEBRUARY, {}, None)) == {"blind"}
    assert set(states(FEBRUARY, {}, "2026-03-02T00:00:00Z")) == {"unseen"}


LATER = "2026-03-02T00:00:00Z"


@pytest.mark.parametrize(
    ("days", "articles", "success", "told"),
    [
        ({"looked": 28}, 3, LATER, "covered"),
        ({"looked": 28}, 0, LATER, "silent"),
        ({"looked": 25, "unseen": 3}, 0, LATER, "silent"),
        ({"looked": 25, "trouble": 3}, 0, LATER, "silent"),
        ({"looked": 25, "trouble": 3}, 0, "2026-02-25T00:00:00Z", "partly"),
        ({"looked": 20, "unseen": 8}, 0, LATER, "partly"),
        ({"looked": 27, "blind": 1}, 9, "2026-02-27T00:00:00Z", "partly"),
        ({"trouble": 28}, 0, None, "broken"),
        ({"unseen": 20, "trouble": 8}, 5, LATER, "broken"),
        ({"unseen": 28}, 5, LATER, "unlooked"),
        ({"blind": 28}, 0, None, "blind"),
    ],
)
def test_what_days_come_to(
    days: dict[DayState, int], articles: int, success: str | None, told: str
) -> None:
    known = [state for state, count in days.items() for _ in range(count)]
    assert verdict(known, articles=articles, success=success, end=FEBRUARY.end) == told


# --- what the page says


def test_broken_silent_and_unknown_never_look_alike() -> None:
    days = {"broken": "trouble", "blind": "blind", "unlooked": "unseen"}
    every = {told: part(told, told=told, days=days.get(told, "looked")) for told in VERDICTS}
    tree = parsed(report(*every.values()))
    said = {}
    for told in VERDICTS:
        row = next(
            row for row in tree.get_element_by_id("sites").iter("tr") if row.get("class") == told
        )
        sign = row.find_class("sign")[0]
        said[told] = (words_of(row.find_class("known")[0]), b"".join(map(html.tostring, sign)))
    assert len({text for text, _ in said.values()}) == len(VERDICTS)
    assert len({shape for _, shape in said.values()}) == len(VERDICTS)  # not by colour alone
    groups = [item.get("class") for item in tree.find_class("sure")[0]]
    assert groups == list(VERDICTS)
    strips = {
        item.get("id"): [rect.get("class") for rect in item.iter("rect")]
        for item in tree.find_class("strips")[0]
    }
    assert strips["site-broken"] == ["trouble"]
    assert strips["site-silent"] == strips["site-covered"] == ["looked"]
    assert strips["site-blind"] == ["blind"]
    assert strips["site-never"] == []


def test_silence_is_told_in_another_way_than_trouble() -> None:
    fault = Fault(kind="silent", why="nothing for 20 days", since="2026-02-08")
    silent = part("im", told="silent", days="looked", diagnosis=Diagnosis(site="im", name="Im", state="silent", faults=(fault,)))  # fmt: skip
    trouble = Trouble(site="ho", kind="unreachable", first="2026-02-03T01:00:00Z",
                      last="2026-02-05T01:00:00Z", rounds=12)  # fmt: skip
    broken = part("ho", told="broken", days="trouble", troubles=(trouble,))
    tree = parsed(report(replace(silent, days={}), broken), "en")
    cards = {words_of(card[0]): card for card in tree.find_class("cards")[0]}
    quiet = cards["Công an tỉnh im"]
    assert [item.get("class") for item in quiet.iter("li")][1:] == [None, "quiet"]
    assert "Silent all the time: looked at on 28 days, no article." in words_of(quiet)
    ill = cards["Công an tỉnh ho"]
    assert [item.get("class") for item in ill.iter("li")][1:] == ["ill"]
    assert "unreachable: 12 crawls, from 3 Feb 2026 08:00 to 5 Feb 2026 08:00" in words_of(ill)


def test_figures_volumes_and_their_tables() -> None:
    days = {date(2026, 2, 3): 5, date(2026, 2, 20): 7}
    tree = parsed(
        report(
            replace(part("a"), days=days, before=4, taken=2), part("b"), missing=("Lai Châu",)
        )
    )  # fmt: skip
    figures = {item.get("class"): words_of(item) for item in tree.find_class("figures")[0]}
    assert figures["articles"].startswith("bài đăng trong kỳ 14 kỳ liền trước, cùng độ dài: 4")
    assert figures["sites"] == "trang nguồn có bài, trong 2 2"
    assert figures["known"].startswith("ngày được theo dõi 100%")
    rows = {
        words_of(row[0]): [words_of(cell) for cell in row[1:]]
        for row in tree.get_element_by_id("volumes-chart").iter("tr")
    }
    assert len(rows) == 29
    assert rows["thứ Ba 3/2/2026"] == ["7"]
    looked = tree.get_element_by_id("looks-chart").findall(".//tbody/tr")
    assert [words_of(cell) for cell in looked[0]] == ["thứ Bảy 28/2/2026", "2", "0", "0", "0"]
    assert "Kho không có trang nào của: Lai Châu." in words_of(tree.get_element_by_id("provinces"))
    assert "gồm cả" not in words_of(tree.get_element_by_id("provinces"))


def test_an_edit_names_what_changed_and_leads_to_the_original() -> None:
    shown = Shown(edit=edit(), changed=("title", "body"), before="Xưa", hours=1.0)
    odd = Shown(
        edit=edit(url="javascript:alert(1)", title="Lạ"), changed=(), before=None, hours=None
    )
    tree = parsed(report(replace(part(), edits=2), edits=(shown, odd), articles_edited=1,
                         delays=(0, 1, 0, 0, 0, 1)), "en")  # fmt: skip
    first, second = tree.get_element_by_id("edits").find_class("entries")[0]
    assert words_of(first) == (
        "Nay Công an tỉnh x · published 3 Feb 2026 09:00 · met 3 Feb 2026 10:00, version 2 "
        "changed: title, body Before: Xưa"
    )
    assert first.find(".//a").get("href") == "https://x.example.vn/1"
    assert second.find(".//a") is None
    assert "2 edits of 1 article" in words_of(tree.get_element_by_id("edits"))


def test_what_was_taken_down_is_named_only_if_asked_for() -> None:
    lost = Taken(article=1, site="x", url="https://x.example.vn/1", title="Tên người",
                 published="2026-02-01", gone="2026-02-09T00:00:00Z")  # fmt: skip
    one = replace(part(), taken=1)
    hidden = words_of(parsed(report(one)).get_element_by_id("taken"))
    assert "--gone" in hidden
    named = words_of(parsed(report(one, taken=(lost,), gone=True)).get_element_by_id("taken"))
    assert "Tên người" in named
    assert "--gone" not in named
    assert "không còn từ 9/2/2026 07:00" in named


def test_a_story_says_where_it_stood_and_whether_the_first_is_known() -> None:
    copies = tuple(
        Copy(article=n, site=site, url=f"https://{site}.example.vn/{n}", title=f"Bài {n}", published="2026-02-02")
        for n, site in enumerate(("x", "ngoai"), 1)
    )  # fmt: skip
    told = Story(copies=copies, articles=5, sites=3, first=False)
    text = words_of(parsed(report(part(), stories=(told,)), "en").get_element_by_id("stories"))
    assert (
        "5 articles on 3 sites · who was first is not known; 3 articles more not named here" in text
    )
    first = parsed(report(part(), stories=(replace(told, first=True),)), "en")
    assert "the first one first" in words_of(first.get_element_by_id("stories"))


def test_a_time_without_articles_says_so_and_what_that_means() -> None:
    none = replace(part(told="broken", days="trouble"), days={})
    text = words_of(parsed(report(none), "en").find(".//main"))
    assert text.startswith(
        "Of this time the archive has no article. No article does not mean no news"
    )
    assert "1 site broken all the time: crawled, but never well." in text


def test_a_time_that_is_not_over_says_so() -> None:
    assert parsed(report(part(), whole=False), "en").find_class("warn")
    assert not parsed(report(part()), "en").find_class("warn")


@pytest.mark.parametrize(
    ("since", "until", "vi", "en"),
    [
        ("2026-02-01", "2026-02-28", "tháng 2/2026", "February 2026"),
        ("2025-01-01", "2025-12-31", "năm 2025", "2025"),
        ("2026-02-02", "2026-02-28", "2/2 – 28/2/2026", "2 Feb – 28 Feb 2026"),
        ("2026-02-02", "2026-02-02", "2/2/2026", "2 Feb 2026"),
    ],
)
def test_a_time_has_a_name(since: str, until: str, vi: str, en: str) -> None:
    period = Period(since=date.fromisoformat(since), until=date.fromisoformat(until))
    one = part()
    one = replace(one, days={}, states=("looked",) * len(period.days))
    for language, name in (("vi", f"Báo cáo {vi}"), ("en", f"Report, {en}")):
        tree = parsed(report(one, period=period), language)
        assert words_of(tree.find(".//h1")) == name
        assert words_of(tree.find(".//title")).startswith(name)


def test_it_can_be_cited_and_says_how_it_was_made() -> None:
    text = words_of(parsed(report(part()), "en").find(".//footer"))
    assert (
        "newsarchive 1.2. Report, February 2026, All sites of the archive kho.db: 2 articles from "
        "1 site. Archive kho.db, as of 14:05, Saturday 28 Mar 2026, Vietnam’s time." in text
    )
    assert "published from 1 Mar 2012 to 27 Mar 2026" in text


def hostile() -> Report:
    site = Site(
        slug=HOSTILE,
        name=HOSTILE,
        province=HOSTILE,
        province_2025=HOSTILE,
        home=HOSTILE,
        active=True,
    )
    fault = Fault(kind="silent", why=HOSTILE, since=HOSTILE)
    odd = replace(
        part("x"), site=site, edits=1, taken=1, verdict="broken",
        troubles=(Trouble(site="x", kind=HOSTILE, first=HOSTILE, last=HOSTILE, rounds=1),),
        diagnosis=Diagnosis(site="x", name="x", state="silent", faults=(fault,)),
    )  # fmt: skip
    copy = Copy(article=1, site=HOSTILE, url=HOSTILE, title=HOSTILE, published=HOSTILE)
    return report(
        odd, part("y"), scope=HOSTILE, archive=HOSTILE, gone=True, articles_edited=1,
        edits=(Shown(edit=edit(title=HOSTILE, url=HOSTILE, site=HOSTILE, published=HOSTILE), changed=(HOSTILE,), before=HOSTILE, hours=None),),
        taken=(Taken(article=1, site=HOSTILE, url=f"https://x/{HOSTILE}", title=HOSTILE, published=HOSTILE, gone=HOSTILE),),
        stories=(Story(copies=(copy,), articles=2, sites=2, first=True),), missing=(HOSTILE,),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_comes_from_pages_is_text_and_nothing_else(language: str) -> None:
    tree = parsed(hostile(), language)
    assert not list(tree.iter("script", "img", "iframe", "object", "form", "base"))
    assert len(list(tree.iter("style"))) == 1
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (name, value)
            if name in ("href", "src"):
                assert value.startswith(("#", "https://", "data:,")), value
    assert HOSTILE in words_of(tree.get_element_by_id("taken"))
    named = parsed(report(part("{x}"), scope="{time} %s {0}"), language)
    assert "{time} %s {0}" in words_of(named.find(".//header"))


def test_both_languages_have_the_same_texts() -> None:
    assert {key.removesuffix(":one") for key in ENGLISH} == VIETNAMESE.keys()
    for key, text in ENGLISH.items():
        if key.startswith(("time:month", "month")):
            continue  # numbers here, names there
        gaps = [{name for _, name, _, _ in Formatter().parse(one) if name}
                for one in (text, VIETNAMESE[key.removesuffix(":one")])]  # fmt: skip
        assert gaps[0] == gaps[1], key
    for language in TEXTS.values():
        assert all(
            f"sure:{told}" in language and f"verdict:{told}" in language for told in VERDICTS
        )
        assert all(f"state:{state}" in language for state in DAY_STATES)
    with pytest.raises(CallError, match="no such language: fr"):
        page(report(part()), language="fr")


# --- out of an archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk's archive, with crawls: of songtruc every day, of dakmo until it broke."""
    path = build(tmp_path_factory.mktemp("report") / "kho.db")
    with closing(sqlite3.connect(path)) as conn:
        for slug, first, last, trouble in (
            ("songtruc", date(2026, 1, 1), date(2026, 3, 28), None),
            ("dakmo", date(2026, 1, 1), date(2026, 3, 10), None),
            ("dakmo", date(2026, 3, 11), date(2026, 3, 28), "unreachable"),
            ("honmuoi", date(2026, 1, 1), date(2026, 3, 28), None),
        ):
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                conn.execute(
                    "INSERT INTO days(site, day, rounds, well, trouble) VALUES (?, ?, 1, ?, ?)",
                    (slug, str(day), int(trouble is None), trouble),
                )
                conn.execute(
                    "INSERT INTO crawls(site, started, finished, outcome, trouble) "
                    "VALUES (?, ?, ?, 'finished', ?)",
                    (slug, f"{day}T01:00:00Z", f"{day}T01:10:00Z", trouble),
                )
        conn.commit()
    return path


def run(archive: Path, *args: str, now: str = "2026-03-28T07:05:00Z") -> Any:
    return CliRunner().invoke(
        group, ["report", "--db", str(archive), *args], env={"NEWSARCHIVE_NOW": now},
        standalone_mode=False,
    )  # fmt: skip


def test_a_report_of_an_archive(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = run(
        archive, "--since", "2026-03-01", "--until", "2026-03-27", "--out", str(out), "--lang", "en"
    )
    assert done.exception is None, done.exception
    assert f"{out}: 2026-03-01 to 2026-03-27" in done.stderr
    tree = html.parse(out).getroot()
    assert WITHHELD not in out.read_text(encoding="utf-8")
    rows = {
        words_of(row[0]): [words_of(cell) for cell in row[1:]]
        for row in tree.get_element_by_id("sites").findall(".//tbody/tr")
    }
    with closing(sqlite3.connect(archive)) as conn:
        for slug, name in (
            ("songtruc", "Công an tỉnh Sông Trúc"),
            ("dakmo", "Công an tỉnh Đắk Mơ"),
        ):
            sql = "SELECT count(*) FROM articles WHERE site = ? AND published_day BETWEEN '2026-03-01' AND '2026-03-27'"
            assert rows[name][1] == str(conn.execute(sql, (slug,)).fetchone()[0])
    assert rows["Công an tỉnh Sông Trúc"][3] == "6"
    assert rows["Công an tỉnh Sông Trúc"][5:] == ["27", "0", "0", "0", "well covered"]
    assert rows["Công an tỉnh Đắk Mơ"][4:] == ["2", "10", "17", "0", "0", "known in part"]
    assert rows["Công an tỉnh Hòn Muối"][-1] == "silent: looked at, no article"
    assert rows["Công an tỉnh Khe Lâm"][5:] == ["–"] * 4 + ["not crawled by this archive"]
    assert "unreachable: 17 crawls, from 11 Mar 2026 08:00" in words_of(
        tree.get_element_by_id("ill")
    )
    edits = tree.get_element_by_id("edits")
    assert len(edits.find_class("entries")[0]) == 6
    assert "changed: title, body" in words_of(edits)
    assert "(cập nhật 21/3)" in words_of(edits)
    assert "Lai Châu" in words_of(tree.get_element_by_id("provinces"))


def test_the_scope_is_a_site_or_a_province_of_today_or_before(
    archive: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"

    def names(*args: str) -> list[str]:
        done = run(archive, "--since", "2026-03-01", "--out", str(out), "--quiet", *args)
        assert done.exception is None, done.exception
        assert done.output == ""
        rows = html.parse(out).getroot().get_element_by_id("sites").findall(".//tbody/tr")
        return sorted(words_of(row[0]) for row in rows)

    both = ["Công an tỉnh Sông Trúc", "Công an tỉnh Đắk Mơ"]
    assert names("--site", "dakmo") == both[1:]
    assert names("--province", "song truc") == both
    assert names("--province", "Đắk Mơ") == both[1:]
    for args, what in (
        (("--site", "daklak"), "this archive has no such site; it has baonganh, dakmo"),
        (
            ("--province", "Lâm Đồn"),
            "no province of Vietnam, today's or former; did you mean Lâm Đồng",
        ),
        (("--province", "lam dong"), "--province Lâm Đồng: this archive has no site of it"),
        (("--site", "dakmo", "--province", "Đắk Mơ"), "do not go together"),
    ):
        error = run(archive, "--out", str(out), *args).exception
        assert isinstance(error, CallError)
        assert what in str(error)


def test_gone_articles_are_named_if_asked_for(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    with closing(sqlite3.connect(archive)) as conn:
        gone = [
            title for (title,) in conn.execute("SELECT url FROM articles WHERE gone IS NOT NULL")
        ]
    assert len(gone) == 2
    for more, shown in (((), False), (("--gone",), True)):
        run(archive, "--since", "2026-03-01", "--out", str(out), *more)
        text = out.read_text(encoding="utf-8")
        assert [url in text for url in gone] == [shown, shown]


def test_nothing_is_written_where_nothing_can_be_said(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    out.write_text("before", encoding="utf-8")
    error = run(
        archive, "--since", "1999-01-01", "--until", "1999-02-01", "--out", str(out)
    ).exception
    assert isinstance(error, CallError)
    assert "has neither articles nor crawls; its articles were published from 2012-" in str(error)
    empty = tmp_path / "empty.db"
    opened(empty).close()
    error = run(empty, "--out", str(out)).exception
    assert isinstance(error, CallError)
    assert "holds no article yet" in str(error)
    for path, what in ((tmp_path, "is a folder"), (tmp_path / "no" / "x.html", "there is no folder"),
                       (archive, "is the archive itself")):  # fmt: skip
        error = run(archive, "--out", str(path)).exception
        assert isinstance(error, CallError)
        assert what in str(error)
        assert str(error).startswith("--out ")
    assert out.read_text(encoding="utf-8") == "before"


def test_a_failure_leaves_the_file_as_it_was(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    out.write_text("before", encoding="utf-8")

    def fail(*_: Any, **__: Any) -> None:
        raise ArchiveError("broken")

    monkeypatch.setattr("newsarchive.report.gather.gather", fail)
    assert isinstance(
        run(archive, "--since", "2026-03-01", "--out", str(out)).exception, ArchiveError
    )
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert out.read_text(encoding="utf-8") == "before"


def test_standard_output_holds_the_page_alone(archive: Path) -> None:
    done = run(archive, "--since", "2026-03-01", "--out", "-")
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert done.stdout.endswith("</html>\n")
    assert done.stderr == ""


def test_the_default_is_the_last_full_month(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    # Past midnight of 1 March in Vietnam.
    run(archive, "--out", str(out), now="2026-02-28T18:00:00Z")
    assert words_of(html.parse(out).getroot().find(".//h1")) == "Báo cáo tháng 2/2026"


def test_stories_of_the_time_are_told(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    text = tuple(
        f"Đoạn {n} kể rằng tổ công tác đã lập biên bản, thu giữ tang vật và mời người liên quan về "
        f"trụ sở làm việc trong ngày thứ {n} của đợt cao điểm trấn áp tội phạm trên địa bàn tỉnh."
        for n in range(8)
    )
    with opened(path) as archive:
        archive.register_site(cases.site("other"))
        put(archive, 1, published="2026-02-03T08:00:00+07:00", paragraphs=text, title="Bài đầu")
        url = "http://other.example.vn/lai"
        kept = archive.add_capture(cases.capture(9, url=url, site="other"))
        archive.store(
            Article(title="Bài chép", url=url, site="other", published="2026-02-04T08:00:00+07:00",
                    lead="Lực lượng chức năng vừa hoà giải một vụ việc.", paragraphs=text, origins={}),
            site="other", key=url_key(url), url=url, capture=kept, seen=cases.SEEN, parser="1",
        )  # fmt: skip
    out = tmp_path / "report.html"
    assert (
        run(path, "--out", str(out), "--site", "other", now="2026-03-28T07:05:00Z").exception
        is None
    )
    shown = html.parse(out).getroot().get_element_by_id("stories")
    assert [words_of(title) for title in shown.find_class("title")] == ["Bài đầu", "Bài chép"]


def test_an_older_archive_is_told_to_be_brought_up_to_date(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(archive.read_bytes())
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("DROP INDEX versions_edited")
        conn.commit()
    error = run(path, "--since", "2026-03-01", "--out", str(tmp_path / "x.html")).exception
    assert isinstance(error, ArchiveError)
    assert "older newsarchive; the next crawl or refresh" in str(error)


# --- looks


def test_contrast_is_enough_for_text_and_for_charts() -> None:
    style = (ROOT / "newsarchive" / "report" / "report.css").read_text(encoding="utf-8")
    light, dark, *_ = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    )
    assert light.keys() == dark.keys()

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colours in (light, dark):
        for text in ("ink", "soft", "ill", "well"):
            for ground in ("page", "card", "ill-ground"):
                darker, lighter = sorted((luminance(colours[text]), luminance(colours[ground])))
                assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, ground)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as one:
        yield one


@pytest.fixture(scope="module")
def written(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for language in ("vi", "en"):
        out = folder / f"{language}.html"
        run(archive, "--since", "2026-02-15", "--gone", "--lang", language, "--out", str(out))
    (folder / "hostile.html").write_text(page(hostile()), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "view"),
    [*((view.language, view) for view in VIEWS), ("hostile", View("vi", 360, "light"))],
    ids=str,
)
def test_a_browser_shows_it_alone_and_nothing_stands_in_the_way(
    chromium: Any, written: Path, name: str, view: View
) -> None:
    context = chromium.new_context(
        viewport={"width": view.width, "height": 900}, color_scheme=view.scheme
    )
    try:
        shown = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        shown.on("console", lambda message: said.append(message.text))
        shown.on("pageerror", lambda error: said.append(str(error)))
        shown.on("dialog", lambda dialog: said.append(dialog.message))
        shown.on("request", lambda request: asked.append(request.url))
        address = (written / f"{name}.html").as_uri()
        shown.goto(address)
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert fits(shown)
        assert shown.title() != "owned"
        for picture in shown.locator("svg[role=img]").all():
            box = picture.bounding_box()
            assert box["width"] > 100
            assert box["height"] > 10
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [address]
        assert hindrances(shown) == []
    finally:
        context.close()


def test_it_prints_in_light_colours(chromium: Any, written: Path) -> None:
    context = chromium.new_context(viewport={"width": 800, "height": 1100}, color_scheme="dark")
    try:
        shown = context.new_page()
        shown.goto((written / "vi.html").as_uri())
        shown.emulate_media(media="print", color_scheme="dark")
        ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
        assert shown.locator(".chart summary").first.is_hidden()
        assert shown.pdf().startswith(b"%PDF")
    finally:
        context.close()
