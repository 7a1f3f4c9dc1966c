"""Plausible articles for hypothesis: words of police news, put together as such news is written."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from templates.story import EDITORS, ZONE, Heading, Items, Part, Photo, Story

RANKS = ("Trung úy", "Thượng úy", "Đại úy", "Thiếu tá", "Trung tá", "Thượng tá", "Đại tá")
POSTS = (
    "Trưởng Công an xã", "Phó Trưởng Công an huyện", "Đội trưởng Đội Cảnh sát hình sự",
    "Phó Giám đốc Công an tỉnh", "Trưởng phòng Cảnh sát giao thông", "cán bộ Công an thị trấn",
)  # fmt: skip
PEOPLE = (
    "Phùng Hữu Tấn", "Đinh Công Sứ", "Lưu Quang Đạt", "Mùa A Sếnh", "Cam Thị Diệp", "Nghiêm Thị Lượt",
    "Đoàn Văn Quýnh", "Vàng Hồng Khuyên", "Trịnh Thị Hòe", "Giàng Seo Pao", "Hà Thế Vinh", "Y Bhăm Niê",
)  # fmt: skip
PLACES = (
    "xã Suối Mơ", "huyện Kiều Giang", "thị trấn Yên Phong Thượng", "phường Trúc Lâm", "thôn Yên Thượng",
    "thành phố Bạch Liên", "bản Sín Chải", "tổ dân phố số 4", "Quốc lộ 7C", "khu công nghiệp Hòa Lộc",
)  # fmt: skip
UNITS = (
    "Công an huyện Kiều Giang", "Phòng Cảnh sát giao thông", "tổ công tác của Công an xã Hạ Đồng",
    "Đội Cảnh sát hình sự", "lực lượng chức năng", "Cơ quan Cảnh sát điều tra", "đoàn kiểm tra liên ngành",
)  # fmt: skip
OPENINGS = (
    "Sáng 22/8,", "Chiều ngày 5/3,", "Khoảng 22 giờ 15 phút ngày 7/4,", "Vào lúc 10h30 ngày 3/5/2023,",
    "Từ đầu năm đến nay,", "Theo tài liệu điều tra,", "Trong tháng 8.2022,", "Trước đó,", "Tại đây,",
    "Qua công tác nắm tình hình,", "Tối 14-10,", "Thực hiện Kế hoạch số 112/KH-CA ngày 02/01/2024,",
    "Chỉ trong 3 ngày (từ 9 đến 11/9),", "Cũng trong dịp này,",
)  # fmt: skip
DEEDS = (
    "đã kiểm tra hành chính {n} cơ sở kinh doanh có điều kiện",
    "phát hiện, bắt quả tang {n} đối tượng đang đánh bạc dưới hình thức xóc đĩa",
    "tổ chức tuyên truyền pháp luật cho hơn {n} học sinh, sinh viên",
    "thu giữ {n} kg pháo nổ cùng nhiều tang vật có liên quan",
    "trao {n} suất quà, mỗi suất trị giá 500.000 đồng, cho các hộ nghèo",
    "phối hợp dập tắt đám cháy, đưa {n} người ra ngoài an toàn",
    "ra quyết định khởi tố bị can, bắt tạm giam {n} đối tượng",
    "vận động người dân giao nộp {n} khẩu súng tự chế",
    "lập biên bản {n} trường hợp vi phạm nồng độ cồn, phạt 12,5 triệu đồng",
)
TAILS = (
    "", ", được nhân dân đồng tình, ủng hộ", " nhằm nâng cao ý thức chấp hành pháp luật của người dân",
    ", qua đó góp phần giữ vững an ninh trật tự trên địa bàn", "; rất may không có thiệt hại về người",
    " (ảnh hưởng đến 25 hộ dân)", ", kéo giảm 15% số vụ so với cùng kỳ năm trước",
)  # fmt: skip
SPOKEN = (
    "Chúng tôi đến từng nhà, nói bằng tiếng của đồng bào, dần dần bà con hiểu ra",
    "Không có hôm ấy thì không có hôm nay",
    "Nhờ các anh công an mà gia đình tôi tìm lại được tài sản, tôi rất biết ơn",
    "Người dân cần nâng cao cảnh giác, không chuyển tiền cho người lạ",
    "Chúng tôi sẽ xử lý nghiêm, không có vùng cấm",
)
SHORTS = (
    "Vụ việc đang được tiếp tục điều tra, làm rõ.", "Không có thiệt hại về người.",
    "Nguyên nhân vụ cháy đang được làm rõ.", "Hiện vụ án đang được mở rộng điều tra.",
    "Niềm vui được nhân đôi.", "Cụ bà đã qua cơn nguy kịch.",
    "Xin trân trọng cảm ơn!", "Ai đúng, ai sai?",
)  # fmt: skip
TITLES = (
    "Bắt {n} đối tượng trộm cắp tài sản tại {place}",
    'Ra mắt mô hình "Camera an ninh" ở {place}',
    "{unit} tuyên truyền pháp luật cho {n} học sinh",
    "Cảnh báo thủ đoạn lừa đảo qua mạng xã hội: mất {n} triệu đồng sau một cuộc gọi",
    "Cứu {n} người mắc kẹt trong căn nhà cháy lúc rạng sáng",
    "Vì sao {place} không còn tội phạm ma túy?",
    "Người giữ bình yên nơi bản làng vùng biên - {place}",
    "Thông báo về việc tiếp nhận, giải quyết thủ tục cấp, đổi thẻ căn cước cho công dân trên địa bàn {place}",
    "Truy tìm {n} đối tượng",
)
SECTIONS = (
    "An ninh trật tự", "Tin hoạt động", "Cảnh báo tội phạm", "Người tốt, việc tốt", "Phong trào toàn dân",
    "Kinh tế - Môi trường", "Vì an ninh Tổ quốc", "Pháp luật",
    "Chính trị - Xã hội", "Giao thông", "Tin tức", "Thông báo",
)  # fmt: skip
HEADINGS = (
    "Gần dân, hiểu dân", "Kết quả nổi bật", "Hiệu quả từ một mô hình mới", "Lan tỏa những việc làm tử tế",
    "Bài học đắt giá", "Khó khăn còn ở phía trước",
    "Chia sẻ từ người trong cuộc",
)  # fmt: skip
ITEMS = (
    "Không chuyển tiền cho người chưa từng gặp mặt", "Không cung cấp mã OTP cho bất kỳ ai",
    "Báo ngay cho Công an nơi gần nhất khi nghi bị lừa", "Hiến 214 đơn vị máu cứu người",
    "Kéo giảm ít nhất 5% số vụ phạm pháp hình sự", "Mỗi đơn vị nhận đỡ đầu một học sinh mồ côi",
)  # fmt: skip
CAPTIONS = (
    "Cán bộ, chiến sĩ hướng dẫn người dân làm thủ tục", "Tang vật vụ án bị thu giữ.", "Hiện trường vụ cháy",
    "Đối tượng Đoàn Văn Quýnh tại cơ quan Công an", "Quang cảnh buổi lễ", "Các đại biểu chụp ảnh lưu niệm",
    "Thượng tá Phùng Hữu Tấn (bên trái) trao quà cho các hộ nghèo ở xã Suối Mơ.", "Trong ảnh: Tổ công tác tuần tra",
    "Tổ công tác kiểm tra nồng độ cồn trên Quốc lộ 7C. Trong ba ngày, 45 trường hợp bị xử lý.",
)  # fmt: skip
CREDITS = ("Văn Tú", "Minh Đức", "CACC", "Trần Hải Yến", "V.T", "Công an cung cấp", "ĐỖ TRUNG")
BYLINES = (
    "Văn Tú", "Nguyễn Thị Hoa", "Minh Đức - Hải Yến", "L.NGUYỄN", "Phòng PC07", "VŨ THOA", "Tráng Seo Lử",
    "Công an xã Suối Mơ", "Đội Cảnh sát PCCC và CNCH", "Lê Hà, Bá Thông",
    "Y Bhăm Niê", "Trần Quang Huy – Bảo Ngọc",
)  # fmt: skip
SOURCES = (
    "Báo Phước Hòa",
    "Báo Công an nhân dân",
    "TTXVN",
    "Báo Bạn Đường",
    "VietNamNet",
    "bocongan.gov.vn",
)
TAGS = (
    "trộm cắp",
    "lừa đảo trực tuyến",
    "Kiều Giang",
    "114",
    "phòng cháy",
    "căn cước công dân",
    "ma túy",
)

_NUMBERS = st.sampled_from(("2", "3", "12", "45", "320", "1.260"))
_PERSON = st.builds("{} {}, {}".format, st.sampled_from(RANKS), st.sampled_from(PEOPLE), st.sampled_from(POSTS))  # fmt: skip


def _deed(opening: str, who: str, deed: str, n: str, place: str, tail: str) -> str:
    text = f"{opening} {who} {deed.format(n=n)} tại {place}{tail}."
    return text[0].upper() + text[1:]


def _said(form: int, who: str, words: str) -> str:
    forms = (f"“{words}”, {who} chia sẻ.", f"{who} cho biết: “{words}”.", f'"{words}" - {who} nói.')
    return forms[form]


_DEED = st.builds(
    _deed,
    st.sampled_from(OPENINGS),
    st.one_of(st.sampled_from(UNITS), _PERSON.map(lambda person: f"{person},")),
    st.sampled_from(DEEDS),
    _NUMBERS,
    st.sampled_from(PLACES),
    st.sampled_from(TAILS),
)
_SAID = st.builds(_said, st.integers(0, 2), _PERSON, st.sampled_from(SPOKEN))
SENTENCES = st.one_of(_DEED, _DEED, _SAID)
LONG = st.lists(SENTENCES, min_size=1, max_size=3, unique=True).map(" ".join)
PARAGRAPHS = st.one_of(LONG, LONG, LONG, LONG, st.sampled_from(SHORTS))
TITLE = st.builds(
    lambda form, n, place, unit: form.format(n=n, place=place, unit=unit[0].upper() + unit[1:]),
    st.sampled_from(TITLES),
    _NUMBERS,
    st.sampled_from(PLACES),
    st.sampled_from(UNITS),
)
_CAPTIONED = st.tuples(st.sampled_from(CAPTIONS), st.none() | st.sampled_from(CREDITS))
PHOTOS = st.lists(
    st.none() | _CAPTIONED, max_size=3, unique_by=lambda pair: pair and pair[0]
).map(
    lambda pairs: [
        Photo(name=f"anh-{n}.jpg", **dict(zip(("caption", "credit"), pair or (), strict=False)))
        for n, pair in enumerate(pairs, start=1)
    ]
)  # fmt: skip
MOMENTS = st.builds(
    lambda day, minute: (
        datetime(2006, 1, 1, tzinfo=ZONE) + timedelta(days=day, minutes=minute)
    ),
    st.integers(0, 10_000),
    st.integers(5 * 60, 23 * 60 + 59),
)  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Part, ...]:
    """3 to 12 paragraphs, most of them long; pictures, a sub-heading and a list among them."""
    first = draw(st.lists(LONG, min_size=3, max_size=3, unique=True))
    more = draw(st.lists(PARAGRAPHS, max_size=9, unique=True))
    texts = [*first, *(text for text in more if text not in first)]
    parts: list[list[Part]] = [[text] for text in texts]
    if draw(st.booleans()):
        parts[draw(st.integers(1, len(texts) - 1))].insert(
            0, Heading(draw(st.sampled_from(HEADINGS)))
        )
    if draw(st.booleans()):
        rows = draw(st.lists(st.sampled_from(ITEMS), min_size=2, max_size=4, unique=True))
        ends = [";"] * (len(rows) - 1) + ["."]
        intro = "Công an tỉnh đề nghị mỗi cán bộ, chiến sĩ và người dân lưu ý các nội dung sau:"
        listed = Items(tuple(row + end for row, end in zip(rows, ends, strict=True)))
        parts[draw(st.integers(0, len(texts) - 1))] += [intro, listed]
    photos = draw(PHOTOS)
    # One caption below two pictures may be either's.
    apart = any(photo.caption is None for photo in photos)
    count = len(photos)
    places = draw(
        st.lists(st.integers(0, len(texts)), min_size=count, max_size=count, unique=apart)
    )
    parts.append([])
    for photo, place in zip(reversed(photos), sorted(places, reverse=True), strict=True):
        parts[place].insert(0, photo)
    return tuple(part for group in parts for part in group)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """An article; its lead is none of its paragraphs, its last change a day or more later."""
    parts = draw(bodies())
    published = draw(MOMENTS)
    lead = draw(st.none() | LONG)
    later = draw(st.none() | st.integers(1440, 200_000))
    return Story(
        title=draw(TITLE),
        published=published,
        modified=None if later is None else published + timedelta(minutes=later),
        section=draw(st.sampled_from(SECTIONS)),
        lead=None if lead in parts else lead,
        byline=draw(st.none() | st.sampled_from(BYLINES)),
        source=draw(st.none() | st.sampled_from(SOURCES)),
        parts=parts,
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), max_size=4, unique=True))),
        editor=draw(st.sampled_from(EDITORS)),
    )
