"""Datasette's templates without scripts, in the strictest of policies, and with names for all.

No page of the desk runs a script: nothing that was stored, or that an address brings, can either.
What Datasette's scripts add (menus of columns, colours in SQL) has a plain way too.
"""

from __future__ import annotations

import re

from jinja2.ext import Extension

_ACTIVE = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.DOTALL)
# A value may hold expressions of Jinja, and those double quotes.
_STYLE = re.compile(r""" style="(?:[^"{]|\{\{.*?\}\}|\{%.*?%\}|\{)*?\"""")
# What the templates lack for those who do not see the page, or have no mouse: template -> pairs.
MENDS: dict[str, tuple[tuple[str, str], ...]] = {
    "table.html": (
        ('<select name="_filter_column', '<select aria-label="Column" name="_filter_column'),
        ('<select name="_filter_op', '<select aria-label="Comparison" name="_filter_op'),
        ('<input type="text" name="_filter_value', '<input type="text" aria-label="Value" '
         'name="_filter_value'),
        ('<dl class="column-descriptions">', '<details class="columns"><summary>Columns</summary>'
         '<dl class="column-descriptions">'),
        ("</dl>", "</dl></details>"),
        ('<select name="_sort"', '<select aria-label="Sort by" name="_sort"'),
    ),
    "_table.html": (
        ('class="table-wrapper"', 'class="table-wrapper" tabindex="0" role="region" '
         'aria-label="{{ table }}"'),
        ("data-column-description=", "title="),
    ),
    "query.html": (
        ('class="table-wrapper"', 'class="table-wrapper" tabindex="0" role="region" '
         'aria-label="Rows"'),
        ('<textarea id="sql-editor"', '<textarea aria-label="SQL" spellcheck="false" '
         'id="sql-editor"'),
        ('<pre id="sql-query">', '<pre id="sql-query" tabindex="0">'),
    ),
}  # fmt: skip


class Plain(Extension):
    """Takes scripts and styles out of the source of templates, and mends Datasette's.

    Of the source alone: what a value brings into a page is escaped, there is nothing to take out.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template, before Jinja reads it."""
        plain = _STYLE.sub("", _ACTIVE.sub("", source))
        for there, better in MENDS.get(name or "", ()):
            plain = plain.replace(there, better)
        return plain
