"""Text out of the archive on its way out: nothing in it acts on the terminal that shows it."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from newsarchive.text import clean

# json escapes the control characters below U+0020. These too act on terminals or end lines.
_ACTIVE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain(text: str | None) -> str:
    """One line of text without escape sequences, control or direction characters."""
    return clean(text or "")


def json_line(value: Any) -> str:
    """The value as one line of JSON, readable Vietnamese in it, nothing that acts on a terminal."""
    line = json.dumps(value, ensure_ascii=False)
    return _ACTIVE.sub(lambda match: f"\\u{ord(match.group()):04x}", line)


def when(published: str | None) -> str:
    """A time of publication as shown to people: '2022-08-22 10:11', '2022-08-22', or 'undated'."""
    return plain(published)[:16].replace("T", " ") or "undated"


def color() -> bool | None:
    """What to hand to click.echo: False where the user wants none (NO_COLOR), else by terminal."""
    return False if os.environ.get("NO_COLOR") else None
