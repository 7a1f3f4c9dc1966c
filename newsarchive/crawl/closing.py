"""The end of one site's crawl: what it came to, in a line, and whether its silence is an alarm."""

from __future__ import annotations

from newsarchive.crawl.values import Counts
from newsarchive.crawl.walk import Walk


def alarm(counts: Counts, walk: Walk) -> tuple[str, str] | None:
    """Silence is an alarm: what is wrong, as one of trouble.KINDS and in words, with a crawl that
    lost nothing and met no article at all; None if nothing is."""
    pages = sum(section.pages for section in walk.sections.values())
    if not walk.met and not walk.asked:
        return "no articles", (
            f"no articles found: {pages} page{'s' * (pages != 1)} held no link to one "
            "(is this the home, or a section, of a news portal?)"
        )
    if counts.forbidden and counts.forbidden == len(walk.asked) and not walk.known:
        return "robots", f"robots.txt forbids all {counts.forbidden} articles found"
    return None


def summary(slug: str, counts: Counts, seconds: float, more: str = "") -> str:
    """What a crawl came to; more: what else is to be said of it."""
    c = counts
    aside = [f"known {c.known}"]
    aside += [
        f"{name} {count}"
        for name, count in (
            ("no article", c.refused), ("older", c.older), ("forbidden", c.forbidden),
            ("rechecked", c.rechecked), ("gone", c.gone), ("returned", c.returned),
        )
        if count
    ]  # fmt: skip
    return (
        f"{slug}: requested {c.requested}, new {c.new}, changed {c.changed}, "
        f"unchanged {c.unchanged}, failed {c.failed} ({', '.join(aside)}, {seconds:.1f} s){more}"
    )
