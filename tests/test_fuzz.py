"""What fuzzing found stays mended, some hundred mutations more do nothing, and fuzzing itself works.

No atheris here: `make fuzz` is guided by it, these inputs are the same every time.
"""

from __future__ import annotations

import random
from pathlib import Path

import fuzz
import pytest
from fuzz import findings
from fuzz.__main__ import Outcome, table
from fuzz.holds import Broken, bounded, expect, moment, one_line, tidy
from fuzz.mutating import mutated
from fuzz.parse import URL, site

from newsarchive.reader import layouts, names, read
from newsarchive.urls import key

_KEPT = [
    pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.stem}")
    for target in fuzz.TARGETS
    for path in findings.kept(target)
]
_MUTATIONS = 120
_LONGEST = 12_000  # bytes of an input that is changed here; long ones cost more and say the same


@pytest.mark.parametrize(("target", "path"), _KEPT)
def test_what_was_found_stays_mended(target: str, path: Path) -> None:
    fuzz.target(target).one(path.read_bytes())


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_mutations_do_no_harm(name: str) -> None:
    target, dice = fuzz.target(name), random.Random(name)
    seeds = [seed for seed in target.seeds() if len(seed) <= _LONGEST]
    for number in range(_MUTATIONS):
        data = mutated(dice.choice(seeds), dice, target.WORDS, seeds, _LONGEST)
        try:
            target.one(data)
        except Exception as error:
            raise AssertionError(f"{name}, mutation {number} ({len(data)} bytes)") from error


@pytest.mark.parametrize("name", fuzz.TARGETS)
def test_every_target_has_seeds_that_hold(name: str) -> None:
    target = fuzz.target(name)
    seeds = target.seeds()
    assert seeds
    assert seeds == target.seeds()
    assert max(map(len, seeds)) <= target.LARGEST
    for seed in random.Random(name).sample(seeds, min(12, len(seeds))):
        target.one(seed)


def test_mutations_are_the_same_every_time_and_bounded() -> None:
    seeds = [b"<p>Ti\xc3\xaau 22/08/2022</p>\n<p>hai</p>", b"<a href='/b'>ba</a>"]

    def some() -> list[bytes]:
        dice = random.Random(5)
        return [mutated(dice.choice(seeds), dice, (b"<b>",), seeds, 500) for _ in range(400)]

    found = some()
    assert found == some()
    assert all(0 < len(data) <= 500 for data in found)
    assert len(set(found)) > 350
    assert mutated(b"", random.Random(1), (), (), 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a",
        "a  b",
        "a\nb",
        "a\x1b[31m",
        "a\x00",
        "e\u0301",
        "a\u200bb",
        "a\u202eb",
        None,
        "a\udc80",
    ],
)
def test_a_text_that_may_not_be_stored_is_seen(text: str | None) -> None:
    with pytest.raises(Broken):
        tidy(text, "a text")


@pytest.mark.parametrize(
    "iso", ["", "2022-8-22", "2022-08-22T10:11:00Z", "2022-02-30", "22/08/2022"]
)
def test_a_date_that_is_none_is_seen(iso: str) -> None:
    with pytest.raises((Broken, ValueError)):
        moment(iso, "a date")
    moment("2022-08-22", "a date")
    moment("2022-08-22T10:11:00+07:00", "a date")


def test_what_a_terminal_obeys_is_seen() -> None:
    for text in ("a\nb", "\x1b]0;x\x07", "a\x9bb", "\u2028", "\ud800"):
        with pytest.raises(Broken, match="holds control characters"):
            one_line(text, "a line")
    one_line("Đắk Lắk – “ma túy”…", "a line")


def test_work_without_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 4.9, 0.0, 5.2))
    monkeypatch.setattr("fuzz.holds.time.process_time", lambda: next(clock))
    with bounded(100):
        pass
    with pytest.raises(Broken, match="work without bound"), bounded(100):
        pass


def test_a_finding_is_told_by_its_cause_made_small_and_kept(tmp_path: Path) -> None:
    def one(data: bytes) -> None:
        expect(b"<x>" not in data, "no x", data)
        key(data.decode())

    data = b"abc" * 50 + b"<x>" + b"def" * 50
    assert findings.tried(one, data) == "no x"
    assert findings.tried(one, b"http://[abc") == "ValueError in urls._key"
    assert findings.tried(one, b"http://abc") is None
    small = findings.smaller(one, data, seconds=60)
    assert small == b"<x>"
    path = findings.keep("parse", "no x", small, tmp_path)
    assert path.read_bytes() == b"<x>"
    assert path.parent == tmp_path / "parse"
    assert path.name.startswith("no-x-")


def test_the_table_has_a_row_for_each_target() -> None:
    lines = list(table([Outcome(name, seconds=60.0, runs=6000) for name in fuzz.TARGETS]))
    assert lines[0].split()[:4] == ["target", "minutes", "runs", "runs/s"]
    assert [line.split()[:4] for line in lines[1:]] == [
        [name, "1.0", "6,000", "100"] for name in fuzz.TARGETS
    ]


def test_no_such_target() -> None:
    with pytest.raises(LookupError, match="no target 'x'; there are parse, "):
        fuzz.target("x")


def test_a_paragraph_is_not_split_to_see_whether_it_is_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "Văn Tú, " * 20  # no row of names is so long; in dumps each line asked anew
    monkeypatch.setattr(names, "_JOIN", None)
    assert not names.is_names(text)
    with pytest.raises(AttributeError):
        names.is_names("Văn Tú")


def test_what_lies_within_each_other_is_not_read_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    plain = layouts.clean
    monkeypatch.setattr(layouts, "clean", lambda text: seen.append(len(text)) or plain(text))
    prose = "".join(
        f"<p>Đoạn {n} kể chuyện ở xã Hạ tuần qua, theo Công an tỉnh cho biết.</p>"
        for n in range(20)
    )
    words = "một đoạn chữ dài để đọc đi đọc lại " * 60
    nested = f"<span>{words}" * 150 + "</span>" * 150
    page = f"<h1>Bắt nhóm đánh bạc ở xã Hạ</h1><div>{prose}{nested}</div>"
    read(page, URL, site=site(), want_links=False)
    assert seen
    assert sum(seen) < 1_500_000  # without a bound it would be over twenty million
