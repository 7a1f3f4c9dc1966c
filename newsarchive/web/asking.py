"""What a reader asks the archive for, as the address of a search says it."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from newsarchive.query import ORDERS

FILTERS = ("province", "site", "section", "byline", "since", "until")
NAMES = ("q", *FILTERS, "order", "page")
PAGE = 20
# Results further down are for an export, not for paging.
MOST = 10_000
_LAST = MOST // PAGE
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(?:([0-9]{1,2})[/.-])?([0-9]{1,2})[/.-])([0-9]{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search. q: the words as typed; days as YYYY-MM-DD; page from 1.

    wrong: what of it cannot be meant, by name, with the value given; it is as if not given.
    """

    q: str = ""
    province: str = ""
    site: str = ""
    section: str = ""
    byline: str = ""
    since: str = ""
    until: str = ""
    order: str = ORDERS[0]
    page: int = 1
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def filters(self) -> dict[str, str]:
        """The filters in force, by name."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    def choice(self, **changes: Any) -> dict[str, str | int]:
        """What an address says of this search, or of one that differs in `changes`.

        A change begins at the first page again; '' takes a filter out.
        """
        other = replace(self, page=1, **changes) if changes else self
        told: dict[str, str | int] = {"q": other.q, **other.filters}
        if other.order != ORDERS[0]:
            told["order"] = other.order
        if other.page > 1:
            told["page"] = other.page
        return {name: value for name, value in told.items() if value}

    def to_page(self, page: int) -> dict[str, str | int]:
        """What an address says of another page of the same search."""
        return replace(self, page=page).choice()

    def query(self) -> dict[str, str | None]:
        """The filters as `newsarchive.query` takes them."""
        return {name: getattr(self, name) or None for name in FILTERS}

    @property
    def offset(self) -> int:
        """How many results come before this page."""
        return PAGE * (self.page - 1)


def asked(args: Any) -> Asked:
    """Read the arguments of a request (Datasette's MultiParams); no value is an error."""
    given = {name: " ".join((args.get(name) or "").split()) for name in NAMES}
    wrong = {}
    for name, end in (("since", False), ("until", True)):
        day = as_day(given[name], end=end)
        if given[name] and day is None:
            wrong[name] = given[name]
        given[name] = day or ""
    if given["since"] and given["until"] and given["since"] > given["until"]:
        wrong["days"] = f"{given['since']} {given['until']}"
        given["since"] = given["until"] = ""
    order = given.pop("order") or ORDERS[0]
    if order not in ORDERS:
        wrong["order"], order = order, ORDERS[0]
    text = given.pop("page")
    page = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if text and page < 1:
        wrong["page"] = text
    return Asked(**given, order=order, page=min(max(page, 1), _LAST), wrong=wrong)


def as_day(text: str, *, end: bool) -> str | None:
    """A day as people write it ('2022-08-22', '22/8/2022'), or the first or, with `end`, the last
    day of a month or year ('2022-08', '8/2022', '2022'); None for anything else.
    """
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        month = int(month or (12 if end else 1))
        last = monthrange(int(year), month)[1]
        return date(int(year), month, int(day or (last if end else 1))).isoformat()
    except ValueError:  # no such day; IllegalMonthError is one too
        return None


def tidy(query: str, wanted: Mapping[str, Any]) -> bool:
    """Whether an address says no more than it must: no empty fields of the form, no defaults."""
    said = dict(parse_qsl(query, keep_blank_values=True))
    said.pop("lang", None)
    return said == {name: str(value) for name, value in wanted.items()}
