"""Dates of pages: what is printed, what metadata says; day first, Vietnam's time, never a guess.

`read` understands one short line, `find` every full date in a block, `read_machine` the values
of metadata. Each gives `Stamp`s that keep what was printed beside what was understood.
"""

from __future__ import annotations

from newsarchive.dates._machine import read_machine
from newsarchive.dates._printed import find, possible, read
from newsarchive.dates._stamp import ZONE, Stamp

__all__ = ["ZONE", "Stamp", "find", "possible", "read", "read_machine"]
