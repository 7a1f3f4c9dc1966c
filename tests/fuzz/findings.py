"""What was found: told apart by its cause, made small, kept as a file that a test replays."""

from __future__ import annotations

import hashlib
import re
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from fuzz.holds import Broken

FOLDER = Path(__file__).parent / "findings"
_OURS = re.compile(r"/(newsarchive|fuzz)/[^:]*\.py$")
_SECONDS = 20.0  # for making one finding small


def cause(error: BaseException) -> str:
    """What went wrong and where, the same for all inputs that do the same."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _OURS.search(f.filename)]
    ours = [f for f in frames if "/newsarchive/" in f.filename] or frames
    where = f"{Path(ours[-1].filename).stem}.{ours[-1].name}" if ours else "nowhere"
    if isinstance(error, Broken):
        return error.rule
    return f"{type(error).__name__} in {where}"


def tried(one: Callable[[bytes], None], data: bytes) -> str | None:
    """The cause of what one input does wrong, None if nothing."""
    try:
        one(data)
    except Exception as error:  # whatever it is, it is a finding
        return cause(error)
    return None


def smaller(one: Callable[[bytes], None], data: bytes, *, seconds: float = _SECONDS) -> bytes:
    """The input without all that its finding does not need, as far as the time reaches."""
    why = tried(one, data)
    until = time.monotonic() + seconds
    size = len(data) // 2
    while why is not None and size:
        at = 0
        while at < len(data) and time.monotonic() < until:
            shorter = data[:at] + data[at + size :]
            if tried(one, shorter) == why:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def kept(target: str) -> list[Path]:
    """The findings of a target."""
    return sorted((FOLDER / target).glob("*.bin"))


def keep(target: str, why: str, data: bytes, folder: Path = FOLDER) -> Path:
    """Write a finding; its name says what was wrong."""
    name = re.sub(r"[^a-z0-9]+", "-", why.lower()).strip("-")[:60]
    path = folder / target / f"{name}-{hashlib.sha256(data).hexdigest()[:8]}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
