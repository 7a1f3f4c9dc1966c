"""Sentences of invented stories, which differ as those of real portals do.

Were all stories alike, each would be compared with all the others as a reprint of them.
"""

from __future__ import annotations

import random

PLACES = ("Tân Lập", "Hòa Đông", "Bình Sơn", "Phú Cường", "Vĩnh Hưng", "Cẩm Thạch", "Ea Rông")
_WHO = (
    "tổ tuần tra", "trực ban", "đội hình sự", "cảnh sát khu vực", "ban chỉ huy", "tổ dân phố",
    "lực lượng an ninh cơ sở", "bộ phận tiếp dân", "nhóm điều tra viên", "hội phụ nữ",
)  # fmt: skip
_DID = (
    "xác minh", "thu giữ", "vận động", "hướng dẫn", "tiếp nhận", "bàn giao", "lập biên bản về",
    "kiểm tra", "phối hợp giải quyết", "tuyên truyền về", "niêm phong", "khảo sát",
)  # fmt: skip
_WHAT = (
    "ba chiếc xe máy không giấy tờ", "đơn trình báo của người dân", "hồ sơ cư trú mới",
    "tang vật trong kho hàng", "các hộ kinh doanh ven đường", "điểm đen giao thông",
    "camera an ninh khu chợ", "chiếc ví bị đánh rơi", "vụ va chạm ở ngã tư",
    "nhóm thanh niên tụ tập", "tài khoản mạng giả danh", "bình chữa cháy xách tay",
)  # fmt: skip
_WHEN = (
    "vào rạng sáng", "trong giờ cao điểm", "sau bữa cơm chiều", "ngay đầu tuần",
    "khi trời đổ mưa", "giữa phiên họp", "trước ngày hội", "lúc gần nửa đêm",
)  # fmt: skip


def sentence(chance: random.Random) -> str:
    """One of very many sentences."""
    who, did, what, when = (chance.choice(words) for words in (_WHO, _DID, _WHAT, _WHEN))
    days = chance.randrange(2, 90)
    return f"{when.capitalize()}, {who} {did} {what}, mất {days} ngày tại {chance.choice(PLACES)}."
