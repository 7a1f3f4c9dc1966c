"""The report's word on what is not known: silent and broken sites, and when each was looked at."""

from __future__ import annotations

from itertools import groupby

from newsarchive.markup import Html, element
from newsarchive.query.period import Trouble
from newsarchive.report.values import DAY_STATES, DayState, Part, Report, Verdict
from newsarchive.text import fold
from newsarchive.wording import Wording

# Shapes, not colours alone, tell what is broken from what is silent from what is not known.
PATTERNS = Html(
    '<svg class="defs" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="trouble" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect class="trouble-ground" width="5" height="5"/>'
    '<path class="trouble-line" d="M0 0L5 5M0 5L5 0"/></pattern>'
    '<pattern id="unseen" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="unseen-ground" width="6" height="6"/>'
    '<path class="unseen-line" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5"/></pattern>'
    '<pattern id="blind" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="blind-ground" width="4" height="4"/>'
    '<circle class="blind-dot" cx="2" cy="2" r=".8"/></pattern>'
    "</defs></svg>"
)
_SIGNS: dict[Verdict, str] = {
    "covered": '<circle cx="8" cy="8" r="6"/><path d="M5 8l2.2 2.2L11 6"/>',
    "silent": '<circle cx="8" cy="8" r="6"/><path d="M5 8h6"/>',
    "partly": '<circle cx="8" cy="8" r="6"/><path class="full" d="M8 2a6 6 0 0 1 0 12z"/>',
    "broken": '<path d="M8 2l6.5 12h-13z"/><path d="M8 6.5v3.5M8 12v.2"/>',
    "unlooked": '<path d="M2 8h12M4 5h8M4 11h8"/>',
    "blind": '<path d="M3 3l10 10M13 3L3 13"/>',
    "never": '<path d="M8 3v7M5 7l3 3 3-3M3 13h10"/>',
}

# Silence, and that nobody looks, are no fault of a site's.
_LOOKS_LIKE = {"silent": "quiet", "unwatched": "unwatched"}


def anchor(part: Part) -> str:
    """Where on the page a site's strip is."""
    return f"site-{part.site.slug}"


def sign(verdict: Verdict) -> Html:
    """A small picture of a verdict, beside its words."""
    return Html(
        f'<svg class="sign {verdict}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{_SIGNS[verdict]}</svg>"
    )


def ill(report: Report, words: Wording) -> Html:
    """The sites that were silent or had trouble, each with what and when."""
    cards = []
    for part in sorted(report.parts, key=lambda each: fold(each.site.name)):
        told = _told(part, words)
        if told:
            heading = element("h3", sign(part.verdict), " ", part.site.name, lang="vi")
            cards.append(element("li", heading, element("ul", *told), class_=part.verdict))
    return element(
        "section",
        element("h2", words("ill")),
        element("p", words("ill:note" if cards else "ill:none"), class_="soft"),
        element("ul", *cards, class_="cards") if cards else None,
        id="ill",
    )


def _told(part: Part, words: Wording) -> list[Html]:
    found = []
    if part.verdict == "silent":
        days = words.count("day", part.count("looked"))
        found.append(element("li", words("ill:silent", days=days)))
    found += [element("li", _trouble(each, words), class_="ill") for each in part.troubles]
    if part.diagnosis is not None:
        for fault in part.diagnosis.faults:
            kind, since = words.named("kind", fault.kind), words.time(fault.since)
            found.append(
                element(
                    "li",
                    words("ill:at the end", kind=kind, time=since),
                    element("p", fault.why, lang="en", class_="soft"),
                    class_=_LOOKS_LIKE.get(fault.kind, "ill"),
                )
            )
    return found


def _trouble(trouble: Trouble, words: Wording) -> str:
    return words(
        "ill:trouble",
        what=words.named("trouble", trouble.kind),
        rounds=words.count("rounds", trouble.rounds),
        first=words.time(trouble.first),
        last=words.time(trouble.last),
    )


def strips(report: Report, words: Wording) -> Html:
    """A row for each site: what is known of each day. The numbers stand in the table of sites."""
    key = (
        element("li", _swatch(state), element("span", words(f"state:{state}")))
        for state in DAY_STATES
    )
    rows = (
        element(
            "li",
            element("span", part.site.name, lang="vi", class_="name"),
            _strip(part, words)
            if part.verdict != "never"
            else element("span", words("verdict:never"), class_="soft"),
            id=anchor(part),
        )
        for part in sorted(report.parts, key=lambda each: fold(each.site.name))
    )
    first, last = report.period.since, report.period.until
    axis = element(
        "p",
        element("span", words.day(first)),
        element("span", words.day(last)),
        class_="axis",
        aria_hidden="true",
    )
    return element(
        "section",
        element("h2", words("coverage")),
        element("p", words("coverage:note"), class_="soft"),
        element("ul", *key, class_="key"),
        element("ul", *rows, class_="strips"),
        axis,
        id="coverage",
    )


def _swatch(state: DayState) -> Html:
    return Html(
        '<svg class="swatch" aria-hidden="true" focusable="false">'
        f'<rect class="{state}" width="100%" height="100%"/></svg>'
    )


def _strip(part: Part, words: Wording) -> Html:
    whole = len(part.states)
    drawn = []
    place = 0
    for state, run in groupby(part.states):
        length = len(list(run))
        x, width = 100 * place / whole, 100 * length / whole
        drawn.append(
            Html(f'<rect class="{state}" x="{x:.3f}%" width="{width:.3f}%" height="100%"/>')
        )
        place += length
    counts = {state: words.count("day", part.count(state)) for state in DAY_STATES}
    told = words("coverage:of", site=part.site.name, **counts)
    return element(
        "svg", element("title", told), *drawn, role="img", aria_label=told, class_="strip"
    )
