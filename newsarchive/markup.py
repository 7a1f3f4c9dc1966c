"""HTML as values: what is no markup of ours is escaped where it enters."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset(("meta", "link", "br", "hr"))


class Html(str):
    """Text that is markup already; anything else is escaped when an element takes it in."""

    __slots__ = ()

    def __html__(self) -> str:
        """So templates take it in as it is, too."""
        return self


def element(name: str, /, *children: str | None, **attributes: str | int | None) -> Html:
    """One element. Children and attributes of None are left out; 'class_' means class.

    An underscore inside a name of an attribute means a hyphen: aria_label, http_equiv.
    """
    opened = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{opened}>")
    return Html(f"<{name}{opened}>{joined(children)}</{name}>")


def joined(parts: Iterable[str | None], between: str = "") -> Html:
    """The parts one after another, each escaped unless it is markup."""
    return Html(escape(between).join(markup(part) for part in parts if part is not None))


def markup(part: str) -> Html:
    """A text as markup."""
    return part if isinstance(part, Html) else Html(escape(part))
