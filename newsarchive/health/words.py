"""What is wrong with a site, for people: always with the numbers that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarchive.health.falls import Fallen
    from newsarchive.health.history import Spell
    from newsarchive.health.learned import Learned

_NAMES = {
    "published": "date of publication",
    "lead": "lead",
    "byline": "byline",
    "section": "section",
    "image": "picture",
    "caption": "caption",
}
_TROUBLES = {
    "unreachable": "it does not answer",
    "robots": "robots.txt forbids it",
    "challenge": "it sends a challenge in place of its pages",
    "moved": "its address leads elsewhere",
    "no articles": "its lists link to no article",
    "lists": "some of its lists cannot be had or read",
    "articles": "most of its articles cannot be had or read",
}


def span(hours: float) -> str:
    """A length of time: '5 hours', '3 days'."""
    if hours < 48:
        return _counted(round(hours), "hour")
    return _counted(round(hours / 24), "day")


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def pace(a_week: float) -> str:
    """A pace: 'about 4 a week'."""
    if a_week >= 10:
        return f"about {a_week / 7:.0f} a day" if a_week >= 21 else f"about {a_week:.0f} a week"
    if a_week >= 1.5:
        return f"about {a_week:.0f} a week"
    return f"about {a_week * 52 / 12:.0f} a month" if a_week >= 0.25 else "less than one a month"


def silent(hours: float, learned: Learned) -> str:
    """Of a silence of so many hours."""
    longest = learned.rhythm.hours.longest
    text = f"no new article for {span(hours)}; "
    text += f"it never was silent for more than {span(longest)} " if longest else ""
    return text + f"({pace(learned.rhythm.level * 7)} is usual, counted by rounds with news)"


def trouble(spell: Spell, hours: float, learned: Learned, judged_by: str) -> str:
    """Of trouble that lasts."""
    what = _TROUBLES.get(spell.trouble, spell.trouble)
    if spell.why:
        what += f" ({spell.why})"
    failed = _counted(spell.rounds, "round")
    text = f"{what} for {span(hours)}, in {failed} one after the other; "
    met = learned.outages[spell.whole].lengths
    if not len(met):
        text += "it never had trouble before"
    elif met.longest:
        text += f"{_counted(len(met), 'outage')} before passed in {span(met.longest)} or less"
    else:
        text += f"it had {_counted(len(met), 'outage')} before"
    return text + judged_by


def fallen(measure: str, fallen: Fallen) -> str:
    """Of a measure that has fallen."""
    of = _counted(fallen.of, "new article")
    now, before = f"{fallen.now:.0%}", f"{fallen.before:.0%}"
    if measure in _NAMES:
        return f"{_NAMES[measure]} found in {now} of {of}, in {before} before"
    if measure == "agreement":
        return f"the title in the list is the article's in {now} of {of}, in {before} before"
    if measure == "accepted":
        pages = _counted(fallen.of, "page")
        none, once = f"{1 - fallen.now:.0%}", f"{1 - fallen.before:.0%}"
        return f"{none} of {pages} that lists name are no article, {once} before"
    if measure == "characters":
        return (
            f"{fallen.now:,.0f} characters in the body of {of} in the mean, "
            f"{fallen.before:,.0f} before"
        )
    return (
        f"its lists name {fallen.now - 1:,.0f} articles on {_counted(fallen.of, 'day')}, "
        f"{fallen.before - 1:,.0f} before"
    )


def unwatched(hours: float, interval: float) -> str:
    """Of a site at which nobody looks."""
    usual = "hour" if round(interval) == 1 else span(interval)
    return f"nobody looked at it for {span(hours)}; every {usual} is usual (has cron stopped?)"


def cut_off(hours: float) -> str:
    """Of all sites, none of which answers."""
    return (
        f"it and nearly all other sites have not answered for {span(hours)}, since the same time: "
        "is this machine's line down?"
    )


def judged_by(days: float, family: str | None, others: int) -> str:
    """Of a site that is too young to be judged by itself alone."""
    whose = f"of the family {family}" if family else "of this archive"
    known = _counted(max(round(days), 1), "day")
    return f" (known for {known} only: judged by the {others} others {whose} too)"
