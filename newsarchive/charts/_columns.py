"""Columns side by side as one path, and what writes their numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Number = Callable[[float], str]
TALL = 1000  # steps of height inside the stretched part
# With more columns than this there is no room between them.
_PARTED = 72


def skyline(below: Sequence[float], above: Sequence[float]) -> str:
    """A path of columns from one height to another (of 0 to 1).

    Few stand apart; many are one outline, or the seams between them would show.
    """
    low = [TALL - round(TALL * share) for share in below]
    high = [TALL - round(TALL * share) for share in above]
    if len(low) <= _PARTED:
        return "".join(
            f"M{place + 0.09:.2f} {foot}V{head}h.82V{foot}Z"
            for place, (foot, head) in enumerate(zip(low, high, strict=True))
            if foot > head
        )
    there = "".join(f"V{head}H{place}" for place, head in enumerate(high, 1))
    back = "".join(f"V{foot}H{place}" for place, foot in reversed(list(enumerate(low))))
    return f"M0 {low[0]}{there}{back}Z"
