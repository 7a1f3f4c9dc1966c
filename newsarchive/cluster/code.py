"""Which code reads: the same on all machines, or what they read could differ."""

from __future__ import annotations

import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import newsarchive

_DIGITS = 12
# What takes pages apart besides our own code.
_LIBRARIES = ("lxml", "beautifulsoup4", "dateparser", "isal", "warcio")


@cache
def fingerprint() -> str:
    """The version of this package with a digest of its source, of Python and of what reads pages.

    >>> fingerprint().startswith(f"newsarchive {newsarchive.__version__} (")
    True
    """
    root = Path(newsarchive.__file__).parent
    digest = sha256()
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    libraries = " ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python = ".".join(map(str, sys.version_info[:2]))
    ours = f"newsarchive {newsarchive.__version__} ({digest.hexdigest()[:_DIGITS]})"
    return f"{ours}, Python {python}, {libraries}"


def difference(theirs: str, ours: str) -> str:
    """Where two of them part, in one line each.

    >>> difference("newsarchive 1 (ab), lxml 6", "newsarchive 1 (cd), lxml 6")
    'newsarchive 1 (ab), and here newsarchive 1 (cd)'
    """
    pairs = zip(theirs.split(", "), ours.split(", "), strict=False)
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (theirs, ours))
    return f"{one}, and here {other}"
