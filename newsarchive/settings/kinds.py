"""What a setting's value may be: checked as the file holds it and as the environment spells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

Value = str | int | float | bool | tuple[str, ...] | Mapping[str, str]
_ENDLESS = 10**15  # what has no bound is a number of requests, articles or the like all the same
_CENTURY = 100 * 366 * 86_400  # seconds
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_TRUTH = {
    **dict.fromkeys(("1", "true", "yes", "on", "t", "y"), True),
    **dict.fromkeys(("0", "false", "no", "off", "f", "n"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of value.

    what: names it, as in 'is no <what>'. check: a value of the file to what it means. read: a text
    of the environment to a value of the file. Both raise ValueError. least, most, choices: bounds.
    """

    what: str
    check: Callable[[object], Value]
    read: Callable[[str], object] = str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def number(least: float, most: float) -> Kind:
    """A number, whole or not, within bounds."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError
        if not least <= value <= most:  # nan too
            raise ValueError
        return float(value)

    what = f"number from {least:g} to {most:g}"
    return Kind(what=what, check=check, read=float, least=least, most=most)


def whole(least: int, most: int | None = None) -> Kind:
    """A whole number within bounds."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError
        if not least <= value <= (_ENDLESS if most is None else most):
            raise ValueError
        return value

    what = f"whole number from {least}" + (f" to {most}" if most is not None else "")
    return Kind(what=what, check=check, read=int, least=least, most=most)


def choice(*choices: str) -> Kind:
    """One of a few words."""

    def check(value: object) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return Kind(what=" or ".join(repr(c) for c in choices), check=check, choices=choices)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _truth_of(text: str) -> object:
    return _TRUTH.get(text.strip().lower(), text)


def seconds(text: str | int | float) -> float:
    """Seconds of a duration: '90s', '50m', '2h', '1d' or their number. Raises ValueError."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", str(text).strip())
    if isinstance(text, bool) or match is None:
        raise ValueError(f"{text}: is no {DURATION.what}")
    found = float(match[1]) * _SECONDS[match[2] or "s"]
    if not 0 < found <= _CENTURY:
        raise ValueError(f"{text}: is no {DURATION.what}")
    return found


def _duration(value: object) -> str:
    if not isinstance(value, str | int | float):
        raise ValueError
    seconds(value)
    return str(value)


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError
    return date.fromisoformat(value).isoformat()


def _texts(value: object) -> tuple[str, ...]:
    found = tuple(map(_text, value if isinstance(value, list) else [value]))
    if not found:
        raise ValueError
    return found


def _texts_of(text: str) -> object:
    return [part.strip() for part in text.split(",") if part.strip()]


def _headers(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError
    for name, content in value.items():
        # A line break would make two headers of one.
        if not re.fullmatch(r"[!#-'*+.^-z|~\-0-9A-Z]+", name) or re.search(
            r"[\r\n]", _text(content)
        ):
            raise ValueError
    return MappingProxyType(dict(value))


def _headers_of(text: str) -> object:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, colon, content = line.partition(":")
        found[name.strip() if colon else ""] = content.strip()
    return found


def _address(value: object) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", _text(value)):
        raise ValueError
    return str(value)


TEXT = Kind(what="text", check=_text)
PATH = Kind(what="path", check=_text)
ADDRESS = Kind(what="http(s) address", check=_address)
YES = Kind(what="true or false", check=_truth, read=_truth_of)
DURATION = Kind(what="duration ('90s', '50m', '2h' or a number of seconds)", check=_duration)
DAY = Kind(what="day (YYYY-MM-DD)", check=_day)
TEXTS = Kind(what="text or list of texts", check=_texts, read=_texts_of)
HEADERS = Kind(what="table of headers", check=_headers, read=_headers_of)
