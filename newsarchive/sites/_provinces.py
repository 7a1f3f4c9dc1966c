"""The 34 provinces and cities since 1 July 2025, and what each was made of.

Source: Resolution 202/2025/QH15 of the National Assembly. Huế became a city of its own rank on
1 January 2025.
"""

from __future__ import annotations

import difflib

from newsarchive.text import fold

PROVINCES: dict[str, tuple[str, ...]] = {
    "An Giang": (
        "An Giang",
        "Kiên Giang",
    ),
    "Bắc Ninh": (
        "Bắc Giang",
        "Bắc Ninh",
    ),
    "Cao Bằng": ("Cao Bằng",),
    "Cà Mau": (
        "Bạc Liêu",
        "Cà Mau",
    ),
    "Cần Thơ": (
        "Cần Thơ",
        "Hậu Giang",
        "Sóc Trăng",
    ),
    "Gia Lai": (
        "Bình Định",
        "Gia Lai",
    ),
    "Huế": ("Thừa Thiên Huế",),
    "Hà Nội": ("Hà Nội",),
    "Hà Tĩnh": ("Hà Tĩnh",),
    "Hưng Yên": (
        "Hưng Yên",
        "Thái Bình",
    ),
    "Hải Phòng": (
        "Hải Dương",
        "Hải Phòng",
    ),
    "Khánh Hòa": (
        "Khánh Hòa",
        "Ninh Thuận",
    ),
    "Lai Châu": ("Lai Châu",),
    "Lào Cai": (
        "Lào Cai",
        "Yên Bái",
    ),
    "Lâm Đồng": (
        "Bình Thuận",
        "Đắk Nông",
        "Lâm Đồng",
    ),
    "Lạng Sơn": ("Lạng Sơn",),
    "Nghệ An": ("Nghệ An",),
    "Ninh Bình": (
        "Hà Nam",
        "Nam Định",
        "Ninh Bình",
    ),
    "Phú Thọ": (
        "Hòa Bình",
        "Phú Thọ",
        "Vĩnh Phúc",
    ),
    "Quảng Ngãi": (
        "Kon Tum",
        "Quảng Ngãi",
    ),
    "Quảng Ninh": ("Quảng Ninh",),
    "Quảng Trị": (
        "Quảng Bình",
        "Quảng Trị",
    ),
    "Sơn La": ("Sơn La",),
    "Thanh Hóa": ("Thanh Hóa",),
    "Thành phố Hồ Chí Minh": (
        "Bà Rịa - Vũng Tàu",
        "Bình Dương",
        "Thành phố Hồ Chí Minh",
    ),
    "Thái Nguyên": (
        "Bắc Kạn",
        "Thái Nguyên",
    ),
    "Tuyên Quang": (
        "Hà Giang",
        "Tuyên Quang",
    ),
    "Tây Ninh": (
        "Long An",
        "Tây Ninh",
    ),
    "Vĩnh Long": (
        "Bến Tre",
        "Trà Vinh",
        "Vĩnh Long",
    ),
    "Điện Biên": ("Điện Biên",),
    "Đà Nẵng": (
        "Đà Nẵng",
        "Quảng Nam",
    ),
    "Đắk Lắk": (
        "Đắk Lắk",
        "Phú Yên",
    ),
    "Đồng Nai": (
        "Bình Phước",
        "Đồng Nai",
    ),
    "Đồng Tháp": (
        "Đồng Tháp",
        "Tiền Giang",
    ),
}
"""Today's name to the names of those it was made of, its own among them."""

# What people write besides the official name, without accents.
_ALIASES = {
    "tp hcm": "Thành phố Hồ Chí Minh",
    "tphcm": "Thành phố Hồ Chí Minh",
    "hcm": "Thành phố Hồ Chí Minh",
    "sai gon": "Thành phố Hồ Chí Minh",
    "ho chi minh": "Thành phố Hồ Chí Minh",
    "tp ho chi minh": "Thành phố Hồ Chí Minh",
    "vung tau": "Bà Rịa - Vũng Tàu",
}
_TODAY = {old: new for new, parts in PROVINCES.items() for old in parts}
_BY_NAME = {fold(name): name for name in (*_TODAY, *PROVINCES)}
_KINDS = ("tinh ", "thanh pho ", "tp ")


def today_of(province: str) -> str | None:
    """The province of today that a former one, or one that stayed, belongs to; None if unknown.

    >>> today_of('Đắk Nông')
    'Lâm Đồng'
    """
    return _TODAY.get(province) or (province if province in PROVINCES else None)


def find_province(name: str) -> str | None:
    """The official name of a province as a person types it; None if there is none of the kind.

    >>> find_province('tinh dak nong')
    'Đắk Nông'
    """
    typed = " ".join(fold(name).split())
    for form in (typed, *(typed.removeprefix(kind) for kind in _KINDS)):
        if found := _BY_NAME.get(form) or _ALIASES.get(form):
            return found
    return None


def nearest(name: str) -> list[str]:
    """Names that a mistyped one may mean, the likeliest first."""
    close = difflib.get_close_matches(fold(name), _BY_NAME, n=3, cutoff=0.6)
    return [_BY_NAME[form] for form in close]
