"""Site files: values that people write, refused in one line or fit to read a page by."""

from __future__ import annotations

import ast
from typing import Any

from fuzz.holds import bounded, expect, one_line
from fuzz.parse import FETCHED, listed, right
from fuzz.seeds import pages
from newsarchive.errors import SiteError
from newsarchive.reader import read
from newsarchive.sites import Calls, Layout, Site

LARGEST = 6_000
_PLAIN: dict[str, Any] = {
    "slug": "vidu", "name": "Ví Dụ", "province": None, "province_2025": None,
    "hosts": ("congan.vidu.vn",), "evidence": "guessed",
}  # fmt: skip
WORDS = tuple(
    word.encode()
    for word in (
        "slug = 'vidu'\n", "name = 'Ví Dụ'\n", "hosts = ('congan.vidu.vn',)\n", "hosts = ('a.vn')\n", "home = 'http://congan.vidu.vn/'\n",
        "home = 'http://[::1/'\n", "sections = ('/tin', '//', 'http://[x')\n", "article = '(a+)+$'\n", "article = '('\n", "article = 'a{9999999999}'\n",
        "article = '(?P<a>x)(?P<a>y)'\n", "skip = ('[',)\n", "id_params = ('id',)\n", "family = 'nukeviet'\n", "tls = 'legacy'\n", "note = 'x'\n",
        "successor = 'daklak'\n", "province = 'Đắk Lắk'\n", "province_2025 = 'Đắk Lắk'\n", "evidence = 'seen'\n", "active = False\n",
        "calls = {'url': '/a?PageIndex=1&c={list}', 'lists': ('x',)}\n", "layouts = ({'name': 'a', 'detect': 'div'},)\n", "'title': 'h1'", "'body': 'div.a > p'",
        "'drop': ('p',)", "'published': 'time'", ":not(p)", ":has(p)", ":is(p, div)", ":nth-child(2n+1)", ":nth-last-of-type(-n)", "::text", "a|b", "*|*",
        "[a='b']", "[a~=b i]", "#a", ".a", ">", "+", "~", ",", ":contains('x')", ":lang(vi)", ":scope", ":root", "{", "\\", "\\0000e9", "None", "True",
        "0", "-1", "1e999", "()", "('',)", "b'x'", "{1}", "'\\x1b[31m'", "'\\ud800'", "'\\x00'", "...",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """Lines of 'field = value'; what a line leaves out is as in a plain site."""
    values = _values(data.decode("utf-8", "replace"))
    with bounded(len(data)):
        try:
            site = Site(**(_PLAIN | values))
        except SiteError as error:
            one_line(str(error), "an error")
            return
        except TypeError as error:  # a field that there is not, a number for a text
            one_line(str(error), "an error")
            return
    page = pages()[len(data) % len(pages())]
    with bounded(len(data) + len(page)):
        reading = read(page, f"http://{site.hosts[0]}/tin/bai-1.html", fetched=FETCHED, site=site)
    if reading.article is not None:
        expect(reading.article.site == site.slug, "the site of an article", reading.article.site)
        right(_unnamed(reading.article))
    listed(reading.listing, site.home)


def _unnamed(article: Any) -> Any:
    from dataclasses import replace

    return replace(article, site=None)


def _values(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in text.split("\n"):
        name, sign, value = line.partition("=")
        if not (sign and name.strip().isidentifier()):
            continue
        try:
            found[name.strip()] = _made(name.strip(), ast.literal_eval(value.strip()))
        except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
            continue
    return found


def _made(name: str, value: Any) -> Any:
    """The value, what it says in a dict made of it where there is a class for that."""
    if name == "calls" and isinstance(value, dict):
        return _or_none(Calls, value)
    if name == "layouts" and isinstance(value, tuple):
        return tuple(_or_none(Layout, v) if isinstance(v, dict) else v for v in value)
    return value


def _or_none(kind: Any, value: dict[str, Any]) -> Any:
    try:
        return kind(**value)
    except SiteError as error:
        one_line(str(error), "an error")
        return None
    except TypeError:
        return None


def seeds() -> list[bytes]:
    """Sites that are right."""
    layout = (
        "{'name': 'new', 'detect': 'div', 'title': 'h1', 'body': 'div', 'drop': ('ul', 'p > a')}"
    )
    return [
        "\n".join(lines).encode()
        for lines in (
            ("slug = 'vidu'", "hosts = ('congan.vidu.vn', 'old.vidu.vn')", "sections = ('/tin-tuc', '/an-ninh')"),
            (r"article = '/[\\w-]+-\\d+\\.html'", "skip = ('/rss', r'[?]print=')", "id_params = ('id',)"),
            (f"layouts = ({layout},)", "family = 'nukeviet'", "note = 'x'"),
            ("calls = {'url': '/api?PageIndex=1&c={list}', 'lists': ('tin', 'an-ninh')}", "tls = 'legacy'"),
            (f"layouts = ({layout}, {layout.replace('new', 'old')})", "browser = True", "successor = 'daklak'"),
        )
    ]  # fmt: skip
