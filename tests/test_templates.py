"""One article in the markup of many systems: each page gives what went into it, so all agree."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

import pytest
from gold import Difference, compare, report
from hypothesis import Phase, given, settings
from templates import BY_NAME, TEMPLATES, Heading, Items, Photo, Story, Template
from templates.story import OPTIONAL, ZONE
from templates.vietnamese import stories

import newsarchive

CHECKS = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)

FIRE = (
    "Vụ cháy xảy ra lúc 4 giờ 10 phút tại căn nhà cấp bốn trên đường Trúc Lâm, phường Bạch Liên. "
    "Khi ấy trong nhà chỉ có cụ Thái Thị Nguyệt nằm liệt giường.",
    "Chín phút sau khi nhận tin, hai xe chữa cháy cùng 14 cán bộ, chiến sĩ có mặt; Trung úy Hứa "
    "Đăng Khôi trùm chăn ướt, phá cửa sau cõng cụ ra ngoài.",
    "“Không có các anh thì không biết chuyện gì xảy ra”, một người hàng xóm nói.",
    "Nguyên nhân ban đầu được xác định do chập điện từ chiếc quạt sưởi, thiệt hại 12,5 triệu đồng.",
    "Hiện sức khỏe của cụ đã ổn định.",
)
GAMBLING = (
    "Sau nhiều ngày mật phục, khoảng 22 giờ ngày 13/9, Đội Cảnh sát hình sự Công an huyện Kiều "
    "Giang bất ngờ ập vào chòi vịt, khống chế chín đối tượng đang say sưa sát phạt.",
    "Tại chỗ, lực lượng công an thu giữ hơn 48 triệu đồng, một bộ bát đĩa và mười một điện thoại.",
    "Bước đầu, Đoàn Văn Quýnh khai nhận đứng ra tổ chức, thu của mỗi người chơi 200.000 đồng.",
)
EXAMPLES = {
    "all fields": Story(
        title="Cứu sống cụ bà mắc kẹt trong căn nhà cháy lúc rạng sáng",
        published=datetime(2023, 12, 14, 6, 20, tzinfo=ZONE),
        modified=datetime(2023, 12, 15, 9, 5, tzinfo=ZONE),
        section="Phòng cháy chữa cháy",
        lead="Nhờ tiếng hô của hàng xóm và sự có mặt kịp thời của cảnh sát, cụ bà 84 tuổi đã được "
        "đưa ra ngoài an toàn.",
        byline="Hứa Khang",
        source="Báo Bạn Đường",
        parts=(
            FIRE[0],
            Photo(name="dap-lua.jpg", caption="Dập tắt đám cháy", credit="Hứa Khang"),
            *FIRE[1:3],
            Heading("Phòng hơn chữa"),
            FIRE[3],
            "Công an phường khuyến cáo:",
            Items(("Không sạc điện qua đêm;", "Mở lối thoát nạn thứ hai.")),
            FIRE[4],
        ),
        tags=("cháy nhà", "114"),
    ),
    "nothing but text": Story(
        title="Bắt quả tang nhóm đối tượng đánh bạc tại chòi vịt ven sông Kiều",
        published=datetime(2019, 5, 7, 17, 41, tzinfo=ZONE),
        section="An ninh trật tự",
        parts=GAMBLING,
    ),
    "picture above the story": Story(
        title='Ra mắt mô hình "Camera nhân dân" ở xã Bình Lộc Trung: 86 mắt thần giữ bình yên',
        published=datetime(2022, 8, 22, 10, 11, tzinfo=ZONE),
        section="Phong trào toàn dân",
        lead="Sau hai năm, 86 camera do người dân góp tiền lắp đặt đã giúp công an xã làm rõ 19 vụ.",
        byline="Minh Đức - Hải Yến",
        parts=(Photo(name="camera.jpg"), *GAMBLING[1:], *FIRE[:2]),
        tags=("camera an ninh",),
    ),
    "lead longer than the story": Story(
        title="Trao lại chiếc ví cho người đánh rơi",
        published=datetime(2022, 8, 22, 10, 11, tzinfo=ZONE),
        section="Người tốt, việc tốt",
        lead=" ".join((FIRE[0], GAMBLING[1], GAMBLING[2])),
        parts=(
            "“Tôi rất biết ơn các anh công an xã”, người phụ nữ đánh rơi chiếc ví xúc động nói.",
            "“Đó là việc phải làm”, Đại úy Lồ A Chu, Trưởng Công an xã, chia sẻ.",
            "Chiếc ví được trao lại cho người đánh rơi ngay trong buổi sáng 22/8 tại trụ sở.",
        ),
    ),
    "lines that open like labels": Story(
        title="Liên quan đến vụ cháy chợ Hạ Đồng: khởi tố hai bị can",
        published=datetime(2021, 1, 30, 15, 45, tzinfo=ZONE),
        section="Tin tức",
        lead="Nguồn tin của cơ quan điều tra cho biết hai bị can đã thừa nhận hành vi của mình.",
        byline="Trần Quang Huy – Bảo Ngọc",
        source="bocongan.gov.vn",
        parts=(
            "Theo Đại tá Hà Thế Vinh, nguyên nhân vụ cháy là do hàn cắt kim loại bất cẩn trên mái.",
            Photo(name="cho.jpg", caption="Trong ảnh: Lực lượng chữa cháy dập lửa ở tầng hai"),
            "Ảnh hưởng của vụ cháy đến 45 hộ tiểu thương đang được Ủy ban nhân dân xã thống kê.",
            Heading("Chia sẻ từ người trong cuộc"),
            "Tin từ cơ sở cho hay, các tiểu thương đã được bố trí nơi bán hàng tạm ở bãi đất cạnh chợ.",
            "Ai đúng, ai sai?",
            "Tác giả của mô hình chợ an toàn, ông Giàng Seo Pao, cho biết sẽ làm lại từ đầu.",
        ),
        tags=("cháy chợ",),
    ),
    "two pictures in a row": Story(
        title="Công an huyện Kiều Giang giúp dân gặt lúa chạy lũ",
        published=datetime(2024, 2, 29, 0, 5, tzinfo=ZONE),
        section="Người tốt, việc tốt",
        byline="Phòng PC07",
        parts=(
            *FIRE[:2],
            Photo(name="gat-lua.jpg", caption="Gặt lúa giúp dân.", credit="V.T"),
            Photo(name="che-bat.jpg", caption="Đồng chí Trưởng Công an xã (bên trái) che bạt"),
            *GAMBLING[1:],
        ),
    ),
    "picture below the story": Story(
        title="Vì sao bản Sín Chải không còn tội phạm ma túy?",
        published=datetime(2016, 11, 9, 11, 30, tzinfo=ZONE),
        section="Kinh tế - Môi trường",
        lead=GAMBLING[0],
        source="TTXVN",
        parts=(*FIRE, Photo(name="ban-lang.jpg", caption="Một góc bản Sín Chải hôm nay")),
    ),
}


def differences(template: Template, story: Story) -> list[Difference]:
    """What the template's page of the story is read wrongly in."""
    page = template.render(story).encode()
    try:
        got = newsarchive.parse(page, template.address(story)).to_json()
    except newsarchive.NotAnArticle as refusal:
        return [("refused", refusal.reason, None)]
    return compare(got, template.gold(story))


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("example", EXAMPLES)
def test_example_is_read_as_it_went_in(name: str, example: str) -> None:
    found = differences(BY_NAME[name], EXAMPLES[example])
    assert not found, report(found)


@given(stories())
@CHECKS
def test_any_article_is_read_alike_in_every_template(story: Story) -> None:
    wrong = {t.name: found for t in TEMPLATES if (found := differences(t, story))}
    assert not wrong, "\n".join(f"[{name}]\n{report(found)}" for name, found in wrong.items())


# The templates themselves: a page that printed nothing of a field would prove nothing.


def printed(template: Template, story: Story, field: str) -> bool:
    """Whether the page holds the field's value, as its system prints it."""
    page = template.render(story).replace("&#8211;", "–")
    value: Any = getattr(story, field)
    if field == "tags":
        return all(f">{tag}<" in page for tag in value)
    if field == "modified":
        return f"{value:%Y-%m-%d}" in page
    return escape(template.typeset(value), quote=False) in page or f">{value}<" in page


@pytest.mark.parametrize("name", BY_NAME)
def test_template_prints_what_it_carries_and_nothing_else(name: str) -> None:
    template, story = BY_NAME[name], EXAMPLES["all fields"]
    carried = {field for field in OPTIONAL if printed(template, story, field)}
    assert carried == template.carries
    gold = template.gold(story)
    assert {field for field in OPTIONAL if gold[field]} == template.carries


@pytest.mark.parametrize("name", BY_NAME)
def test_template_surrounds_the_article_with_furniture(name: str) -> None:
    template, story = BY_NAME[name], EXAMPLES["nothing but text"]
    page = template.render(story)
    assert len(page) > 3 * sum(len(text) for text in GAMBLING)
    assert page.count("<a ") > 8


def test_there_are_many_families() -> None:
    assert len(BY_NAME) == len(TEMPLATES) >= 15
    assert set().union(*(template.carries for template in TEMPLATES)) == OPTIONAL
