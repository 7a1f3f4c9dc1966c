"""In which language a page answers: as asked, as remembered, as the browser prefers."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from newsarchive.wording import LANGUAGES

COOKIE = "newsarchive_lang"
ARGUMENT = "lang"
_YEAR = 365 * 86400


def language(request: Any) -> str:
    """'vi' or 'en' for a request of Datasette's; None, of a page without one, is Vietnamese.

    ?lang= goes before the cookie, and that before Accept-Language.
    """
    if request is None:
        return LANGUAGES[0]
    for told in (request.args.get(ARGUMENT), request.cookies.get(COOKIE)):
        if told in LANGUAGES:
            return str(told)
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> str:
    """The language of ours that a browser's Accept-Language likes best, else Vietnamese."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        name, _, weight = part.partition(";")
        tongue = name.strip().lower().partition("-")[0]
        try:
            liked = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tongue in LANGUAGES and liked > 0:
            wishes.append((-liked, place, tongue))
    return min(wishes)[2] if wishes else LANGUAGES[0]


def in_language(path: str, query: str, name: str) -> str:
    """The same page in another language: path and query as the browser sent them."""
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != ARGUMENT]
    return f"{path}?{urlencode([*kept, (ARGUMENT, name)])}"


def remembering(query: str) -> str | None:
    """The Set-Cookie that remembers the language a query asks for, if it asks for one."""
    told = dict(parse_qsl(query)).get(ARGUMENT)
    if told not in LANGUAGES:
        return None
    return f"{COOKIE}={told}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly"
