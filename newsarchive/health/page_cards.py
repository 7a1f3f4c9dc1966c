"""One card a site: large with its faults where it is ill, compact where it is well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.health import page_charts as charts
from newsarchive.health import page_tables as tables
from newsarchive.health.page_series import WEEKS, Axis, Series, dropped
from newsarchive.health.values import FIELDS, KINDS, Diagnosis, Fault
from newsarchive.markup import Html, element, joined
from newsarchive.wording import Wording

_PREFIX = re.compile(r"^Công an (?:tỉnh|thành phố) (?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A site with its days on the axis and the id of its card."""

    diagnosis: Diagnosis
    series: Series
    anchor: str


class Cards:
    """Makes the cards of one page."""

    def __init__(self, axis: Axis, words: Wording) -> None:
        self.axis = axis
        self.words = words

    def section(self, kind: str, sites: Sequence[Shown]) -> Html | None:
        """All sites that are 'ill' or all that are 'well'; None where there are none."""
        if not sites:
            return None
        card = self._ill if kind == "ill" else self._well
        count = element("span", self.words.number(len(sites)), class_="count")
        return element(
            "section",
            element("h2", self.words(kind), " ", count, id=kind),
            element("div", *(card(each) for each in sites), class_="cards"),
            class_=kind,
            aria_labelledby=kind,
        )

    def _ill(self, site: Shown) -> Html:
        first, *others = _faults(site.diagnosis)
        about = element(
            "div",
            self._name(site),
            self._fault(first),
            element("h4", self.words("also")) if others else None,
            *(self._fault(each) for each in others),
            self._facts(site.diagnosis),
            class_="about",
        )
        return _card(site, about, element("div", self._charts(site), self._tables(site)))

    def _well(self, site: Shown) -> Html:
        facts = self._facts(site.diagnosis)
        return _card(site, self._name(site), self._charts(site), facts, self._tables(site))

    def _name(self, site: Shown) -> Html:
        kind = "well" if site.diagnosis.is_well else "ill"
        spoken = element("span", f"{self.words(f'{kind}:label')}: ", class_="spoken")
        name = element("span", site.diagnosis.name, lang="vi")
        sub = " · ".join(part for part in (site.diagnosis.site, site.diagnosis.family) if part)
        heading = element("h3", sign(kind), spoken, name, id=f"{site.anchor}-name")
        rate = element(
            "p",
            element("b", self.words.rate(site.diagnosis.week)),
            " ",
            element("span", self.words("week:unit")),
            class_="rate",
        )
        return element(
            "div", element("div", heading, element("p", sub, class_="sub")), rate, class_="name"
        )

    def _fault(self, fault: Fault) -> Html:
        words = self.words
        ago = words.ago(fault.since)
        return element(
            "div",
            element("p", words.named("kind", fault.kind), class_="kind"),
            element(
                "p",
                words("since", time=words.time(fault.since)),
                element("span", f" · {ago}") if ago else None,
                class_="since",
            ),
            element("p", words.named("about", fault.kind), class_="meaning"),
            element("p", fault.why, class_="why", lang="en"),
            class_="fault",
        )

    def _facts(self, site: Diagnosis) -> Html:
        shares = (("problems", site.problems), ("agreement", site.agreement))
        return element(
            "dl",
            self._moment("last new", site.last_new),
            self._moment("last success", site.last_success),
            *(
                self._fact(
                    key,
                    self.words("unknown") if share is None else self.words.percent(share),
                )
                for key, share in shares
            ),
            class_="facts",
        )

    def _moment(self, key: str, text: str | None) -> Html:
        if text is None:
            return self._fact(key, self.words("never"))
        shown = element("time", self.words.time(text), datetime=text)
        ago = self.words.ago(text)
        return self._fact(key, shown if ago is None else joined((ago, element("small", shown))))

    def _fact(self, key: str, value: str) -> Html:
        return element("div", element("dt", self.words(key)), element("dd", value))

    def _charts(self, site: Shown) -> Html:
        """Both charts over one time, with what is written at their sides."""
        words, axis, name = self.words, self.axis, site.diagnosis.name
        if site.series.is_empty:
            return element("p", words("no days", weeks=words.number(WEEKS)), class_="empty")
        bars = charts.bars(site.series, axis, words, name=name, anchor=f"{site.anchor}-bars")
        strips = charts.strips(
            site.series, site.diagnosis, axis, words, name=name, anchor=f"{site.anchor}-strips"
        )
        fields = (element("span", words.named("field", field)) for field in FIELDS)
        return element(
            "div",
            _beside(
                "scale", (element("span", words.number(site.series.top)), element("span", "0"))
            ),
            bars,
            charts.months(axis, words),
            _beside("fields", fields),
            strips,
            _beside("fills", (self._fill(site.diagnosis, field) for field in FIELDS)),
            class_="charts",
        )

    def _tables(self, site: Shown) -> Html | None:
        if site.series.is_empty:
            return None
        name = site.diagnosis.name
        return element(
            "div",
            tables.by_day(site.series, self.axis, self.words, name=name),
            tables.by_week(site.series, self.axis, self.words, name=name),
            class_="tables",
        )

    def _fill(self, site: Diagnosis, field: str) -> Html:
        share = self.words.percent(site.fill.get(field))
        if not dropped(site, field):
            return element("span", share)
        usual = self.words.percent(site.usual.get(field)).removesuffix("%")
        before = element("span", f"{usual} → ", class_="usual")
        return element("span", before, share, class_="dropped")


def gravest(site: Diagnosis) -> Fault:
    """The fault of an ill site that counts most."""
    return _faults(site)[0]


def short(name: str) -> str:
    """A name without the words that nearly all have."""
    return _PREFIX.sub("", name)


def sign(kind: str) -> Html:
    """A mark for 'ill' or 'well' whose form tells, not its colour alone."""
    path = {"ill": "M8 1.5L15 14.5H1ZM8 6v4M8 12v.6", "well": "M2.5 8.5L6.5 12.5L13.5 4"}[kind]
    return Html(
        f'<svg class="sign {kind}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f'<path d="{path}"/></svg>'
    )


def _faults(site: Diagnosis) -> list[Fault]:
    return sorted(site.faults, key=lambda fault: KINDS.index(fault.kind))


def _card(site: Shown, *parts: Html | None) -> Html:
    name = f"{site.anchor}-name"
    return element("article", *parts, class_="card", id=site.anchor, aria_labelledby=name)


def _beside(kind: str, cells: Iterable[Html]) -> Html:
    """What is written beside a chart, for eyes: others have the chart's description and table."""
    return element("div", *cells, class_=kind, aria_hidden="true")
