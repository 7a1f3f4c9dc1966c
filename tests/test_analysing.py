"""docs/analysing.md: its examples run one after the other on an archive, and draw what they say."""

from __future__ import annotations

import os
import re
import shlex
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from archive_cases import LATER, opened, put
from conftest import ROOT, missing

from newsarchive.cli import COMMANDS, main
from newsarchive.sites import get

PAGE = (ROOT / "docs" / "analysing.md").read_text(encoding="utf-8")
BLOCKS = list(re.finditer(r"^```(python|console)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
SLUGS = ("daklak", "khanhhoa", "danang")
PICTURES = ("by-month.png", "hours.png")


def fill(path: Path) -> None:
    """An archive of three real portals with invented articles of two years, some of them edited."""
    with opened(path) as archive:
        for slug in SLUGS:
            archive.register_site(get(slug))
        for number in range(1, 73):
            put(archive, number, **story(number))
        for number in (2, 5):
            put(archive, number, LATER, **story(number) | {"title": f"Cập nhật số {number}"})


def story(number: int) -> dict[str, Any]:
    """Three a month, one of each portal; every fourth without a time."""
    month, place = divmod(number - 1, len(SLUGS))
    day = f"{2022 + month // 12}-{1 + month % 12:02}-{1 + (number * 7) % 28:02}"
    time = f"T{(number * 5) % 24:02}:15:00+07:00" if number % 4 else ""
    subject = ("đường dây đánh bạc", "vụ ma túy", "vụ lừa đảo")[month % 3]
    return {
        "site": SLUGS[place],
        "title": f"Triệt phá {subject} số {number}",
        "published": day + time,
        "paragraphs": (f"Công an phá {subject} ngày {number}.", "Hết."),
    }


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder in which all examples ran, and the names that they left."""
    for name in ("pandas", "matplotlib", "pyarrow", "rocrate", "duckdb"):
        try:
            __import__(name)
        except ImportError:
            missing(f"{name} is missing: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("analysing")
    (folder / "data").mkdir()
    fill(folder / "data" / "archive.db")
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MPLBACKEND", "Agg")
        for block in BLOCKS:
            if block[1] == "console":
                for line in block[2].splitlines():
                    shell(line)
            else:  # an error names the line of the page
                above = PAGE[: block.start(2)].count("\n") * "\n"
                exec(compile(above + block[2], str(ROOT / "docs/analysing.md"), "exec"), names)
    return folder, names


def shell(line: str) -> None:
    """Run a command of ours as the page shows it."""
    words = shlex.split(line.removeprefix("$ "), comments=True)
    if words[0] != "newsarchive":
        assert words[:2] == ["pip", "install"]
        return
    assert words[1] in COMMANDS
    with redirect_stderr(StringIO()) as said, pytest.raises(SystemExit) as end:
        main(words[1:])
    assert end.value.code == 0, said.getvalue()


def test_all_examples_ran(ran: tuple[Path, dict[str, Any]]) -> None:
    folder, names = ran
    assert len(BLOCKS) > 10
    assert names["offences"]["đánh bạc"] > 0
    assert sum(names["offences"].values()) == 24  # one of each article of Đắk Lắk
    assert len(names["frame"]) == 72
    assert names["months"].to_numpy().sum() == 72
    assert names["months"].shape == (24, 3)
    assert names["grid"].to_numpy().sum() == 54
    assert len(names["edited"]) == 2
    assert [change["title changed"] for change in names["changes"]] == [True, True]
    assert sum(row[2] for row in names["rows"]) == 72
    assert sum(row[3] for row in names["rows"]) == 2
    assert len(names["captions"]) == 144
    assert (folder / "release" / "manifest-sha256.txt").exists()


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn(ran: tuple[Path, dict[str, Any]], name: str) -> None:
    import matplotlib.image

    picture = matplotlib.image.imread(ran[0] / name)
    height, width, _ = picture.shape
    assert width > 600
    assert height > 200
    assert picture[..., :3].std() > 0.05  # no empty sheet


def test_vietnamese_letters_are_in_the_font(ran: tuple[Path, dict[str, Any]]) -> None:
    # A missing letter is drawn as a box, with a warning, which the tests take for an error; here
    # so that a silent change of the font is found, too.
    from matplotlib.font_manager import FontProperties, findfont, get_font

    there = set(get_font(findfont(FontProperties())).get_charmap())
    letters = "ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    assert {letter for letter in letters if ord(letter) not in there} == set()


def test_the_page_links_to_what_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_no_example_leaves_a_file_of_its_own_behind(ran: tuple[Path, dict[str, Any]]) -> None:
    there = {path.name for path in ran[0].iterdir()}
    assert there == {"data", "release", *PICTURES}
    assert os.listdir(ran[0] / "data") == ["archive.db"]
