"""How much of what others packed is read: limits that a sound file never meets."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.intake._worker import LARGEST
from newsarchive.intake.packed import RATIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """page: bytes of one, unpacked; what is larger is none. ratio: how many times its size a
    packed file or record may unpack to, beyond 64 MB; what would be more is given up."""

    page: int = LARGEST
    ratio: int = RATIO
