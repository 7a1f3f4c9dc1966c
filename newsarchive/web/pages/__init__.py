"""The desk's pages: one module each, with ROUTES = [(regex, view)] that `web.desk` joins.

A view is `async def view(request, datasette) -> Response`; it reads by `web.reading.read` and
answers by `page`. What is not there, it tells by raising `datasette.NotFound`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from datasette import Response

from newsarchive import clock
from newsarchive.web.language import language
from newsarchive.web.texts import TEXTS
from newsarchive.wording import Wording


def wording(request: Any) -> Wording:
    """The texts of a request's language, as of now; templates have it as `t`."""
    return Wording(language(request), clock.now(), TEXTS)


async def page(
    request: Any,
    datasette: Any,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> Response:
    """A template of ours, which extends base.html, as a response.

    Templates escape what they are given, but for `markup.Html`. Besides `context` they have t
    (the Wording), lang, db (the database's name), db_url (where its tables are) and request.
    """
    told = {"desk": template.removesuffix(".html"), **(context or {})}
    return Response.html(
        await datasette.render_template(template, told, request=request), status=status
    )
