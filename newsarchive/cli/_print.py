"""Text out of the archive on its way out: nothing in it acts on the terminal that shows it."""

from __future__ import annotations

import os

from newsarchive.exporting.lines import json_line as json_line  # for the commands beside
from newsarchive.text import clean


def plain(text: str | None) -> str:
    """One line of text without escape sequences, control or direction characters."""
    return clean(text or "")


def when(published: str | None) -> str:
    """A time of publication as shown to people: '2022-08-22 10:11', '2022-08-22', or 'undated'."""
    return plain(published)[:16].replace("T", " ") or "undated"


def color() -> bool | None:
    """What to hand to click.echo: False where the user wants none (NO_COLOR), else by terminal."""
    return False if os.environ.get("NO_COLOR") else None
