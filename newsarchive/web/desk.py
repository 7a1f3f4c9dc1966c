"""The plugin that makes Datasette our desk: its own pages, one frame, languages, safe headers."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from pluggy import HookimplMarker

from newsarchive import charts, clock
from newsarchive.errors import ArchiveError, CallError
from newsarchive.web import addresses, csvs, guard, searching
from newsarchive.web.jinja import Plain
from newsarchive.web.language import in_language, language
from newsarchive.web.marking import typed
from newsarchive.web.pages import (
    article,
    export,
    original,
    page,
    province,
    search,
    site,
    start,
    versions,
    wording,
)
from newsarchive.web.reading import TooLong
from newsarchive.wording import LANGUAGES

_hook = HookimplMarker("datasette")
_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
STATIC = ("-/desk", str(_HERE / "static"))  # where in the addresses, and the folder
# First parts of our addresses: no database may be called so, or its tables would hide behind them.
RESERVED = frozenset(("tim-kiem", "xuat", "bai", "trang", "tinh"))


@cache
def _style_mark() -> str:
    """What the addresses of style sheets end with, so that a browser keeps no older ones."""
    sheets = (path.read_bytes() for path in sorted((_HERE / "static").glob("*.css")))
    return sha256(b"".join([*sheets, charts.style().encode()])).hexdigest()[:12]


async def _chart_style(request: Any, datasette: Any) -> Response:
    return Response(charts.style(), content_type="text/css; charset=utf-8")


async def _tables(request: Any, datasette: Any) -> Response:
    return Response.redirect(datasette.urls.database(datasette.get_database().name))


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    *start.ROUTES,
    *search.ROUTES,
    *export.ROUTES,
    *article.ROUTES,
    *versions.ROUTES,
    *original.ROUTES,
    *site.ROUTES,
    *province.ROUTES,
    (r"/-/desk/charts\.css$", _chart_style),
    (r"/-/tables$", _tables),
]


def install() -> None:
    """Have Datasette ask this module, from now on and in the whole process."""
    csvs.install()
    plugin = sys.modules[__name__]
    if not pm.is_registered(plugin):
        pm.register(plugin)


@_hook
def register_routes(datasette: Any) -> list[tuple[str, Callable[..., Any]]]:
    """Our pages, before Datasette's own."""
    return ROUTES


@_hook
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Datasette's templates bring no scripts of their own."""
    env.add_extension(Plain)


@_hook(trylast=True)
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    """After Datasette's own functions of SQL, ours in the place of one."""
    searching.prepare(conn)


@_hook
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Foreign hosts are refused; every answer says what a browser may do with it."""
    return guard.guarded


@_hook
def extra_template_vars(request: Any, datasette: Any) -> dict[str, Any]:
    """What every template knows, ours and Datasette's."""
    name = datasette.get_database().name
    path, query = ("/", "") if request is None else (request.path, request.query_string)
    return {
        "t": wording(request),
        "lang": language(request),
        "languages": [(each, in_language(path, query, each)) for each in LANGUAGES],
        "at": addresses,
        "typed": typed,
        "db": name,
        "db_url": datasette.urls.database(name),
        "seen": clock.stamp(clock.now()),
        "style": _style_mark(),
    }


# What Datasette's own pages raise where an argument makes no sense to them.
_NONSENSE = (AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError)


@_hook(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: BaseException) -> Any:
    """Failures as pages of ours, or as JSON where that was asked for.

    Datasette's own way prints each of them, a 404 too, with all that it knows of it.
    """
    outcome = yield

    async def answer() -> Response:
        t = wording(request)
        status, what = _told(exception, t)
        if status == 500 and isinstance(exception, _NONSENSE) and not _is_ours(request.path):
            status, what = 400, t("error:404:what")
        if status == 500:
            guard.log(exception)
        if request.path.partition("?")[0].endswith(".json"):
            return _json(exception, status, what)
        context = {"status": status, "what": what}
        return await page(request, datasette, "failure.html", context, status=status)

    outcome.force_result([answer])


def _is_ours(path: str) -> bool:
    return any(re.match(route, path) for route, _ in ROUTES)


def _json(exception: BaseException, status: int, what: str) -> Response:
    """A failure for machines, in Datasette's own words where it has some."""
    told = {"ok": False, "error": what, "status": status, "title": None}
    if isinstance(exception, DatasetteError):
        told = {**exception.error_dict, **told, "title": exception.title}
    elif isinstance(exception, Base400):
        told["error"] = str(exception.args[0]) if exception.args else what
    return Response.json(told, status=status)


def _told(exception: BaseException, t: Any) -> tuple[int, str]:
    """The status of a failure, and what a reader is told of it."""
    if isinstance(exception, (TooLong, QueryInterrupted)):
        return 503, t("error:slow")
    if isinstance(exception, ArchiveError):
        return 503, str(exception)
    if isinstance(exception, CallError):
        return 400, str(exception)
    if isinstance(exception, DatasetteError):
        # What it cannot sort by, say, is no failure of the server's.
        return 400 if exception.status == 500 else exception.status, str(exception.message)
    if isinstance(exception, Base400):
        # What Datasette says of a missing page is English, and says no more than that.
        return exception.status, t("error:404:what") if exception.status == 404 else str(exception)
    return 500, t("error:500:what")
