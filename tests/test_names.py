"""Bylines, sources, credits and agency tags: the forms that such pages print, one a row."""

from __future__ import annotations

import pytest

from newsarchive.reader.lines import (
    is_file_name,
    split_agency_tag,
    split_credit,
    unglued,
    without_end_mark,
)
from newsarchive.reader.names import Signature, is_account, is_names, is_person, is_unit, signature
from newsarchive.reader.phrases import is_furniture, is_imprint, is_related_heading


@pytest.mark.parametrize(
    ("line", "byline", "source"),
    [
        ("Văn Tú", "Văn Tú", None),
        ("L.NGUYỄN", "L.NGUYỄN", None),
        ("BT", "BT", None),
        ("H.Y.T.", "H.Y.T.", None),
        ("THU HÀ - HOÀI SA", "THU HÀ - HOÀI SA", None),
        ("Trọng Khôi – Hải Yến", "Trọng Khôi – Hải Yến", None),
        ("Hoàng Anh, Thu Hà và Văn An", "Hoàng Anh, Thu Hà và Văn An", None),
        ("Phòng PV01", "Phòng PV01", None),
        ("Công an xã Đá Trắng", "Công an xã Đá Trắng", None),
        ("Tổng hợp", "Tổng hợp", None),
        ("Tên -", "Tên", None),
        ("Tô Lan Hương,", "Tô Lan Hương", None),
        ("./. Quốc Đạt", "Quốc Đạt", None),
        ("Tác giả: Anh Tuấn", "Anh Tuấn", None),
        ("Tin, ảnh: Minh Đức - Văn An", "Minh Đức - Văn An", None),
        ("Bài và ảnh: Minh Đức", "Minh Đức", None),
        ("Nguồn tin: Cổng TTĐT Sở Tư pháp", None, "Cổng TTĐT Sở Tư pháp"),
        ("(Theo Báo CAND)", None, "Báo CAND"),
        ("Theo TTXVN", None, "TTXVN"),
        ("Thu Hà (Theo Báo CAND)", "Thu Hà", "Báo CAND"),
        ("Văn Tú (tổng hợp)", "Văn Tú", None),
    ],
)
def test_line_that_stands_apart_is_signature(
    line: str, byline: str | None, source: str | None
) -> None:
    found = signature(line, styled=True)
    assert found is not None
    assert (found.byline, found.source) == (byline, source)


@pytest.mark.parametrize(
    "line",
    [
        "Vụ việc đang được điều tra làm rõ.",
        "Nguyên nhân ban đầu",
        "Theo thống kê của công an",
        "Bị can Nguyễn Văn A bị bắt ngày 5/8",
        "1. Về công tác chỉ đạo",
        "Ai là người chịu trách nhiệm?",
        "",
    ],
)
def test_prose_is_no_signature(line: str) -> None:
    assert signature(line, styled=True) is None


@pytest.mark.parametrize("name", ["Văn Tú", "Hà Nội"])
def test_bare_name_in_running_text_is_none(name: str) -> None:
    assert signature(name, styled=False) is None


@pytest.mark.parametrize(
    "name",
    ["admin", "admin admin", "Super User", "Ban Biên tập", "BBT", "quantri", "Quản trị viên"],
)
def test_accounts_sign_nothing(name: str) -> None:
    assert is_account(name)
    assert signature(f"Tác giả: {name}", styled=True) == Signature(labelled=True)


def test_decomposed_names_are_not_needed_but_forms_are() -> None:
    assert is_person("Nguyễn Thị Bích Thảo")
    assert not is_person("nguyễn thị")
    assert not is_names("Công an tỉnh đã bắt giữ nhiều đối tượng")


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("Quang cảnh. Ảnh: Minh Đức", "Quang cảnh.", "Minh Đức"),
        ("Tang vật – Ảnh: Thu Hà", "Tang vật", "Thu Hà"),
        ("Hiện trường ẢNH: L.V", "Hiện trường", "L.V"),
        ("Hoa hồng - Ảnh: H.Y.T.", "Hoa hồng", "H.Y.T."),
        ("Đối tượng (Ảnh: Công an cung cấp).", "Đối tượng", "Công an cung cấp"),
        ("Trụ sở mới. Ảnh Vietnamnet.", "Trụ sở mới.", "Vietnamnet"),
        ("Ảnh: VÕ TÙNG", None, "VÕ TÙNG"),
        ("Ảnh minh họa", "Ảnh minh họa", None),
        ("Hồ sơ (Ảnh minh hoạ)", "Hồ sơ (Ảnh minh hoạ)", None),
        ("Cầu (ảnh chụp trước ngày 27/1)", "Cầu (ảnh chụp trước ngày 27/1)", None),
        ("Trụ sở … đau lòng |", "Trụ sở … đau lòng", None),
    ],
)
def test_credit_is_split_off(printed: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(printed) == (caption, credit)


@pytest.mark.parametrize(
    ("lead", "tag"),
    [
        ("(ANTV) - Công an tỉnh vừa bắt giữ một nhóm", "ANTV"),
        ("(PLO)- Công an tỉnh vừa bắt giữ một nhóm", "PLO"),
        ("TPO - Công an tỉnh vừa bắt giữ một nhóm", "TPO"),
        ("(Congannghean.vn)-Công an tỉnh vừa bắt giữ một nhóm", "Congannghean.vn"),
        ("(Ảnh minh họa) Công an tỉnh vừa bắt giữ một nhóm", None),
        ("Năm 2022 - Công an tỉnh vừa bắt giữ một nhóm", None),
    ],
)
def test_agency_tag(lead: str, tag: str | None) -> None:
    found, rest = split_agency_tag(lead)
    assert found == tag
    assert rest == ("Công an tỉnh vừa bắt giữ một nhóm" if tag else lead)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("đã bàn giao cho gia đình./.", "đã bàn giao cho gia đình."),
        ("đã bàn giao cho gia đình. /.", "đã bàn giao cho gia đình."),
        ("đã bàn giao cho gia đình.", "đã bàn giao cho gia đình."),
        ("nói “yên tâm”./.", "nói “yên tâm”"),
    ],
)
def test_closing_mark_goes_full_stop_stays(text: str, expected: str) -> None:
    assert without_end_mark(text) == expected


def test_file_names() -> None:
    assert is_file_name("co dong.jpg -0")
    assert is_file_name("77777.png")
    assert not is_file_name("Công an công bố tệp hiện trường.jpg trong buổi họp báo chiều qua.")


@pytest.mark.parametrize(
    "line",
    ["CÁC BÀI VIẾT KHÁC:", "Tin liên quan", "Những tin mới hơn", "Bài viết cùng sự kiện", ">> Xem thêm:"],
)  # fmt: skip
def test_heads_of_other_stories(line: str) -> None:
    assert is_related_heading(line)


def test_sub_headings_head_no_other_stories() -> None:
    assert not is_related_heading("Khác biệt từ sự đồng thuận")
    assert not is_related_heading("Tin tưởng vào lực lượng công an")
    assert not is_related_heading("Liên quan đến vụ cháy chợ")
    assert is_related_heading("Liên quan")


@pytest.mark.parametrize(
    "line", ["Xem với cỡ chữ", "In bài viết", "Lượt xem: 23", "Đã xem: 5", "Tags", "Chia sẻ Lưu"]
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


def test_story_lines_are_no_furniture() -> None:
    assert not is_furniture("In hơn 2.000 tờ rơi tuyên truyền phát cho bà con các xóm")
    assert is_imprint("Giấy phép số 12/GP-TTĐT ngày 1/2/2020")
    assert not is_imprint("Giấy phép lái xe của nam thanh niên đã hết hạn.")


def test_no_text_is_no_unit() -> None:
    assert not is_unit("")
    assert is_unit("Phòng PV01")


_SENTENCE = "Công an huyện đã lập biên bản, tạm giữ tang vật và xử lý theo quy định của pháp luật"


@pytest.mark.parametrize(
    ("end", "story_end", "name"),
    [
        ("./. Văn Tú", ".", "Văn Tú"),
        ("./.V.T", ".", "V.T"),
        ("/. Phòng PV01", ".", "Phòng PV01"),
        (".- Tin, ảnh: Lê Hà", ".", "Tin, ảnh: Lê Hà"),
        (". / Văn Tú", ".", "Văn Tú"),
        ("!/. Văn Tú - Lê Hà", "!", "Văn Tú - Lê Hà"),
        (".” Văn Tú", ".”", "Văn Tú"),
        (". Nguyễn Văn Tú", ".", "Nguyễn Văn Tú"),
        (". (Theo Báo CAND)", ".", "(Theo Báo CAND)"),
    ],
)
def test_a_signature_glued_to_the_last_sentence(end: str, story_end: str, name: str) -> None:
    assert unglued(_SENTENCE + end) == (_SENTENCE + story_end, name)


@pytest.mark.parametrize(
    "end",
    [
        ".", "./.", ". Trân trọng!", ". Bình", "/Phòng PV01", " ngày 22/8. Vụ việc đang được làm rõ",
        ". Công tác này cần được nhân rộng", " số 12/2024/NĐ-CP", ". Xem thêm: Văn Tú",
    ],
)  # fmt: skip
def test_a_sentence_that_nobody_signed(end: str) -> None:
    assert unglued(_SENTENCE + end) is None
