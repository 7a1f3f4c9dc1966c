"""The diagnosis of one site from its history: pure, quick, and the same for every site.

Four things are judged, each with a budget of false alarms (`unusual.BUDGET`): whether the
site is silent for longer than its rhythm explains (`rhythm`), whether trouble lasts longer than
its outages did, whether pages or lists are others than they were (`falls`), whether nobody looks
at it any more. What is learned is learned at midnight, Vietnam's, from the days that have ended
(`learned`, `peers`), so that a diagnosis each hour costs little.

Trouble alarms when both its length in hours is one that outages of the site do not reach by
chance, and so many rounds have failed in a row as its share of failing rounds does not bring about.
Where nearly all other sites stopped answering at the same time, the line of this machine is down.
"""

from __future__ import annotations

from datetime import date, datetime

from newsarchive.health import words
from newsarchive.health.falls import OVER
from newsarchive.health.history import History, day_of, stamp
from newsarchive.health.learned import Learned, measured
from newsarchive.health.peers import Peers
from newsarchive.health.summary import summary
from newsarchive.health.values import KINDS, WELL, Diagnosis, Fault, Kind

KIND_OF: dict[str, Kind] = {
    "unreachable": "unreachable",
    "robots": "unreachable",
    "challenge": "challenge",
    "moved": "moved",
    "no articles": "no articles",
    "lists": "no articles",
    "articles": "redesigned",
}


def diagnose(history: History, *, now: datetime, peers: Peers | None = None) -> Diagnosis:
    """How the site is at `now` (with a time zone), by its history up to then.

    peers: what was learned of all sites beside it, this one included; the same object is handed
    over again and again, it learns each day once. None: the site stands alone.
    """
    if peers is None:
        if history.alone is None:
            history.alone = Peers([history])
        assert isinstance(history.alone, Peers)
        peers = history.alone
    learned = peers.learned(history.site, now)
    at = now.timestamp() / 3600
    found = [
        *_trouble(history, learned, peers, at),
        *_fallen(history, learned, peers, at),
        *_silent(history, learned, peers, now),
        *_unwatched(history, learned, at),
    ]
    faults = sorted(found, key=lambda fault: KINDS.index(fault.kind))
    return Diagnosis(
        site=history.site,
        name=history.name or history.site,
        family=history.family,
        state=faults[0].kind if faults else WELL,
        faults=tuple(faults),
        last_success=history.last_success,
        last_new=history.last_new,
        days=tuple(history.days),
        **summary(history, learned, at),
    )


def _trouble(history: History, learned: Learned, peers: Peers, at: float) -> list[Fault]:
    spell = history.open
    if spell is None:
        return []
    outages, lasted = learned.outages[spell.whole], learned.lasted(spell)
    unseen = at - history.looked
    if spell.rounds < outages.failing or lasted <= min(outages.limit, learned.unwatched):
        return []
    if peers.shared(history.site, spell):
        cut_off = Fault(kind="unwatched", why=words.cut_off(unseen), since=stamp(spell.first))
        return [cut_off] if unseen > learned.unwatched else []
    if lasted <= outages.limit:
        return []
    why = words.trouble(spell, lasted, learned, judged_by(history, learned, peers))
    return [
        Fault(kind=KIND_OF.get(spell.trouble, "unreachable"), why=why, since=stamp(spell.first))
    ]


def judged_by(history: History, learned: Learned, peers: Peers) -> str:
    """For a site that is known for less than a month: by whom it is judged; else ''."""
    known = learned.years * 365.25
    family, others = peers.family_of(history.site)
    if known >= 28 or not others:
        return ""
    return words.judged_by(known, family, others)


def _fallen(history: History, learned: Learned, peers: Peers, at: float) -> list[Fault]:
    name, _ = day_of(at)
    last = history.days[-1] if history.days and history.days[-1].day == name else None
    values = measured(last, history.batches.get(name, ()))
    told: dict[Kind, list[tuple[str, str]]] = {}
    for measure, fall in learned.falls.items():
        # What lists name is known at the day's end.
        met = values[measure] if measure != "listed" else ()
        limit = learned.alarm * (1.0 if fall.since is None else OVER)
        if fall.with_today(met) < limit:
            continue
        fallen = fall.fallen(name, met)
        for kind in _kinds(measure, fallen.now):
            told.setdefault(kind, []).append((fallen.since, words.fallen(measure, fallen)))
    by = judged_by(history, learned, peers)
    return [
        Fault(
            kind=kind,
            why="; ".join(why for _, why in sorted(whys)) + by,
            since=stamp((date.fromisoformat(min(day for day, _ in whys)) - _EPOCH).days * 24 - 7),
        )
        for kind, whys in told.items()
    ]


def _kinds(measure: str, share: float) -> list[Kind]:
    if measure == "listed":
        return ["no articles"]
    if measure == "agreement":
        return ["disagreement"]
    if measure == "accepted" and not share:
        return ["redesigned", "disagreement"]  # lists name pages, and none is an article
    return ["redesigned"]


def _silent(history: History, learned: Learned, peers: Peers, now: datetime) -> list[Fault]:
    rhythm = learned.rhythm
    if rhythm.last is None or not history.looked:
        return []
    name, _ = day_of(now.timestamp() / 3600)
    looked, hour = day_of(history.looked)
    if looked != name:
        since = rhythm.since  # nobody looked today
    else:
        day = date.fromisoformat(name)
        since = rhythm.silence(
            day.weekday(),
            peers.expected(history.site, now),
            history.arrivals.get(name, ()),
            hour,
        )
    if since <= rhythm.limit:
        return []
    arrivals = history.arrivals.get(name)
    if arrivals:
        last = (date.fromisoformat(name) - _EPOCH).days * 24 - 7 + arrivals[-1]
    else:
        last = rhythm.last
    why = words.silent(history.looked - last, learned) + judged_by(history, learned, peers)
    return [Fault(kind="silent", why=why, since=stamp(last))]


def _unwatched(history: History, learned: Learned, at: float) -> list[Fault]:
    if learned.interval is None or at - history.seen <= learned.unwatched:
        return []
    return [
        Fault(
            kind="unwatched",
            why=words.unwatched(at - history.seen, learned.interval),
            since=stamp(history.seen),
        )
    ]


_EPOCH = date(1970, 1, 1)
