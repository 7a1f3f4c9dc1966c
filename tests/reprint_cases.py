"""Invented texts of which it is known whether they tell the same story: the gold for reprints."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from newsarchive.archive import likeness
from newsarchive.demo.stories import PROVINCES, stories_of

HOTLINE = (
    "Mọi tin báo về tội phạm, đề nghị người dân liên hệ Trực ban Công an tỉnh Vạn Hải, số điện "
    "thoại 0200.555.113, hoặc gửi qua Cổng thông tin điện tử, trang Zalo chính thức của Công an "
    "tỉnh; thông tin người báo tin được giữ kín theo quy định của pháp luật."
)
_WEEK = (
    "Từ ngày {a} đến ngày {b}/{m}/2024, lực lượng Cảnh sát giao thông Công an tỉnh Đắk Mơ đã huy "
    "động {n1} lượt cán bộ, chiến sĩ tuần tra, kiểm soát trên các tuyến quốc lộ và tỉnh lộ. Qua "
    "đó, phát hiện, xử lý {n2} trường hợp vi phạm trật tự, an toàn giao thông, phạt tiền {n3} "
    "triệu đồng, tạm giữ {n4} phương tiện các loại, tước giấy phép lái xe {n5} trường hợp. Trong "
    "đó có {n6} trường hợp vi phạm về nồng độ cồn, {n7} trường hợp chạy quá tốc độ quy định, {n8} "
    "trường hợp chở quá tải trọng. Trong tuần xảy ra {n9} vụ tai nạn giao thông, làm {d} người "
    "chết, {e} người bị thương. Lực lượng Cảnh sát giao thông khuyến cáo người tham gia giao "
    "thông chấp hành nghiêm quy định của pháp luật, đã uống rượu bia thì không lái xe, không chở "
    "quá số người quy định, đội mũ bảo hiểm khi đi mô tô, xe máy."
)
_CASE = (
    "Ngày {a}/{m}/2024, Cơ quan Cảnh sát điều tra Công an tỉnh Sông Trúc cho biết, vừa ra quyết "
    "định khởi tố vụ án, khởi tố bị can, bắt tạm giam đối với {who} (SN {year}, trú xã {where}) về "
    "hành vi tàng trữ trái phép chất ma túy. Trước đó, khoảng {h} giờ {b} phút, tổ công tác phát "
    "hiện {who} có biểu hiện nghi vấn nên tiến hành kiểm tra, thu giữ {n1} gói tinh thể màu trắng, "
    "khối lượng {n2} gam, {n3} điện thoại di động và {n4} triệu đồng. Tại cơ quan Công an, {who} "
    "khai nhận số ma túy trên mua của một người không rõ lai lịch để sử dụng. Hiện Cơ quan Cảnh "
    "sát điều tra đang tiếp tục mở rộng vụ án, xử lý các đối tượng liên quan theo quy định của "
    "pháp luật và kêu gọi người dân tích cực tố giác tội phạm về ma túy."
)
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Quang", "Ngọc")
_GIVEN = ("Hùng", "Lan", "Tú", "Sơn", "Hà", "Dũng", "Thảo", "Nam", "Bình", "Kiên")
_PLACES = ("Thạch Bàng", "Phú Mận", "Đồng Giấy", "Krông Păn", "Cồn Muối", "Nậm Vĩ", "Lũng Sa")


@cache
def stories() -> tuple[tuple[str, ...], ...]:
    """The paragraphs of written stories that are long enough to be compared."""
    found = [
        (*([story.lead] if story.lead else []), *story.paragraphs)
        for province in PROVINCES
        for story in stories_of(province)
    ]
    return tuple(story for story in found if likeness.shingles("\n".join(story)))


def _filled(template: str, rng: random.Random) -> str:
    numbers = {f"n{k}": rng.randint(2, 900) for k in range(1, 10)}
    day = rng.randint(1, 21)
    who = " ".join(map(rng.choice, (_FAMILY, _MIDDLE, _GIVEN)))
    return template.format(
        **numbers, a=day, b=day + 7, m=rng.randint(1, 12), d=rng.randint(0, 5),
        e=rng.randint(0, 9), h=rng.randint(0, 23), who=who, year=rng.randint(1960, 2005),
        where=rng.choice(_PLACES),
    )  # fmt: skip


def week(rng: random.Random) -> tuple[str, ...]:
    """A weekly report: the same words every week, other numbers."""
    return (_filled(_WEEK, rng),)


def case(rng: random.Random) -> tuple[str, ...]:
    """An arrest, told as all such arrests are."""
    return (_filled(_CASE, rng),)


def _agency(story: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    return (*story, f"Theo Báo Ví Dụ, ngày {rng.randint(1, 28)}/{rng.randint(1, 12)}/2024")


def _cut(story: tuple[str, ...], _rng: random.Random) -> tuple[str, ...]:
    """Without its last paragraph, or the last fifth of it."""
    if len(story[-1]) < 0.3 * len(" ".join(story)) and len(story) > 1:
        return story[:-1]
    words = story[-1].split()
    return (*story[:-1], " ".join(words[: len(words) * 4 // 5]))


def _edited(story: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    """A few words put differently, as a desk does."""
    words = [paragraph.split() for paragraph in story]
    for _ in range(max(2, sum(map(len, words)) // 90)):
        paragraph = rng.choice(words)
        paragraph[rng.randrange(len(paragraph))] = rng.choice(("đồng chí", "được", "nói trên"))
    return tuple(" ".join(paragraph) for paragraph in words)


def _tones(story: tuple[str, ...], _rng: random.Random) -> tuple[str, ...]:
    pairs = (("òa", "oà"), ("óa", "oá"), ("úy", "uý"), ("ủy", "uỷ"), ("Đắk", "Đăk"))
    text = "\n".join(story)
    for one, other in pairs:
        text = text.replace(one, other)
    return tuple(text.split("\n"))


def _lead(story: tuple[str, ...], _rng: random.Random) -> tuple[str, ...]:
    return ("Vụ việc được dư luận tại địa phương quan tâm trong những ngày qua.", *story)


def _byline(story: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    return (*story, " ".join(map(rng.choice, (_FAMILY, _GIVEN))))


def _whole(story: tuple[str, ...], _rng: random.Random) -> tuple[str, ...]:
    return story


def _boxed(story: tuple[str, ...], _rng: random.Random) -> tuple[str, ...]:
    return (*story, HOTLINE) if len(" ".join(story)) > 900 else story


CHANGES: tuple[Callable[[tuple[str, ...], random.Random], tuple[str, ...]], ...] = (
    _whole, _agency, _cut, _edited, _tones, _lead, _byline, _boxed,
)  # fmt: skip


def reprints(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """(what was changed, text, text) of pairs that tell the same story."""
    told = [*stories(), *(week(rng) for _ in range(8)), *(case(rng) for _ in range(8))]
    for story in told:
        for change in CHANGES:
            yield change.__name__.strip("_"), "\n".join(story), "\n".join(change(story, rng))
        both = _agency(_cut(story, rng), rng)
        yield "cut, agency", "\n".join(story), "\n".join(both)


def others(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """(why they might be mixed up, text, text) of pairs that do not."""
    known = stories()
    for _ in range(60):
        for make in (week, case):
            yield make.__name__, "\n".join(make(rng)), "\n".join(make(rng))
        one, other = rng.sample(known, 2)
        yield "unrelated", "\n".join(one), "\n".join(other)
        # Half of each is the portal's own paragraph.
        yield "hot line", "\n".join((one[0], HOTLINE)), "\n".join((other[0], HOTLINE))
        yield "hot line first", "\n".join((HOTLINE, one[0])), "\n".join((HOTLINE, other[0]))
        where = rng.sample(_PLACES, 2)
        line = "Quang cảnh buổi lễ ra quân tại xã {} sáng nay."
        yield "photo news", line.format(where[0]), line.format(where[1])
