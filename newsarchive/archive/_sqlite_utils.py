"""sqlite-utils, without what it loads beside itself.

It imports pandas and numpy wherever they are installed, to know their types, which nothing here
hands it. That takes a second, in every process that writes. A None among the loaded modules makes
an import fail as if they were missing; who wants them later gets them.
"""

from __future__ import annotations

import sys

_UNUSED = [name for name in ("pandas", "numpy") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_UNUSED))  # type: ignore[arg-type]  # None is meant
try:
    from sqlite_utils import Database, Migrations
finally:
    for _name in _UNUSED:
        del sys.modules[_name]

__all__ = ["Database", "Migrations"]
