"""Health as one page to look at: HTML that holds all it needs, runs no script, asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from importlib.resources import files
from itertools import groupby

from newsarchive.health import page_charts as charts
from newsarchive.health import page_tables as tables
from newsarchive.health.page_cards import Cards, Shown, gravest, short, sign
from newsarchive.health.page_series import DAYS, Axis, Series
from newsarchive.health.page_texts import TEXTS
from newsarchive.health.values import KINDS, Diagnosis
from newsarchive.markup import Html, element, joined
from newsarchive.text import fold
from newsarchive.wording import Wording

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)
_LEGEND = ("fresh", "older", "seen", "unseen", "trouble", "partly", "fill", "fallen")


def page(diagnoses: Sequence[Diagnosis], *, now: datetime, language: str = "vi") -> str:
    """The page of these sites as an HTML document.

    now: with its zone; the charts end on its day in Vietnam. language: 'vi' or 'en'; CallError for
    another one. Sites with faults come first, the gravest fault first; each group by name.
    """
    return _Page(diagnoses, Axis(now=now), Wording(language, now, TEXTS)).document()


def _style() -> str:
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")


def _place(site: Diagnosis) -> tuple[int, str, str]:
    grave = len(KINDS) if site.is_well else KINDS.index(gravest(site).kind)
    return grave, fold(short(site.name)), site.site


class _Page:
    """One page in the making."""

    def __init__(self, diagnoses: Sequence[Diagnosis], axis: Axis, words: Wording) -> None:
        self.axis = axis
        self.words = words
        self.sites = [
            Shown(diagnosis=each, series=Series(axis, each), anchor=f"site-{number}")
            for number, each in enumerate(sorted(diagnoses, key=_place), 1)
        ]
        self.ill = [each for each in self.sites if not each.diagnosis.is_well]
        self.well = [each for each in self.sites if each.diagnosis.is_well]

    def document(self) -> str:
        """All of it."""
        cards = Cards(self.axis, self.words)
        main = element("main", cards.section("ill", self.ill), cards.section("well", self.well))
        body = element(
            "body",
            charts.PATTERNS,
            self._header(),
            main if self.sites else None,
            self._legend() if self.sites else None,
        )
        html = element("html", self._head(), body, lang=self.words.language)
        return f"<!DOCTYPE html>\n{html}\n"

    def _head(self) -> Html:
        return element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{self._title()} – newsarchive"),
            # Or a browser that has the page from a server would ask it for a favicon.
            element("link", rel="icon", href="data:,"),
            element("style", Html(_style())),
        )

    def _title(self) -> str:
        every = self.words.number(len(self.sites))
        if not self.sites:
            return self.words("title:none")
        if not self.ill:
            return self.words("title:well", all=every)
        return self.words("title:ill", ill=self.words.number(len(self.ill)), all=every)

    def _header(self) -> Html:
        moment = element("time", self.words.moment(), datetime=self.words.iso())
        summary = element(
            "div",
            element("h1", self.words("title")),
            element("p", moment, class_="moment"),
            self._tallies(),
            self._kinds(),
            class_="summary",
        )
        return element("header", summary, self._together() if len(self.sites) > 1 else None)

    def _tallies(self) -> Html:
        if not self.sites:
            return element("p", self.words("none"), class_="calm")
        tallies = [
            element(
                "p",
                sign(kind),
                element("b", self.words.number(len(sites))),
                " ",
                element("span", self.words(f"{kind}:label")),
                class_=f"tally {kind}",
            )
            for kind, sites in (("ill", self.ill), ("well", self.well))
            if sites
        ]
        calm = element("p", self.words("all well"), class_="calm") if not self.ill else None
        return element("div", *tallies, calm, class_="tallies")

    def _kinds(self) -> Html | None:
        """Which sites have which gravest fault, each a link to its place."""
        if not self.ill:
            return None
        rows = []
        for kind, group in groupby(self.ill, key=lambda each: gravest(each.diagnosis).kind):
            links = (
                element("a", short(each.diagnosis.name), href=f"#{each.anchor}", lang="vi")
                for each in group
            )
            name = element("dt", self.words.named("kind", kind))
            rows.append(element("div", name, element("dd", joined(links, ", "))))
        return element("dl", *rows, class_="kinds")

    def _together(self) -> Html:
        """All sites on one chart: an outage of our own, or a holiday, is not one site's."""
        words, axis = self.words, self.axis
        every = [each.series for each in self.sites]
        counts: dict[str, Sequence[int]] = {
            "fresh": [sum(one.fresh[place] for one in every) for place in range(DAYS)],
            **{
                state: [sum(one.states[place] == state for one in every) for place in range(DAYS)]
                for state in ("trouble", "unseen")
            },
        }
        most = {kind: words.number(max(each)) for kind, each in counts.items()}
        what = words("all:what", days=words.days(axis.days[0], axis.days[-1]), **most)
        rows: list[Html] = []
        for kind, each in counts.items():
            name = words(f"all:{kind}")
            chart = charts.band(
                kind,
                each,
                axis,
                anchor=f"all-{kind}",
                title=f"{words('all sites')}: {name}",
                what=what,
                week=partial(self._told, each, name),
            )
            at_most = element("span", words("all:most", n=most[kind]))
            rows += [element("p", element("b", name), " ", at_most, aria_hidden="true"), chart]
        title = words("all sites")
        return element(
            "section",
            element("h2", title),
            *rows,
            charts.months(axis, words),
            tables.of_all(axis, counts, words, name=title),
            class_="together",
        )

    def _told(self, counts: Sequence[int], name: str, number: int) -> str:
        days = self.words.days(*self.axis.week(number))
        found = (self.words.number(one) for one in counts[7 * number : 7 * number + 7])
        return f"{days}: {name} {', '.join(found)}"

    def _legend(self) -> Html:
        items = (
            element("li", charts.swatch(kind), element("span", self.words(f"legend:{kind}")))
            for kind in _LEGEND
        )
        return element(
            "footer",
            element("h2", self.words("legend")),
            element("ul", *items),
            element("p", self.words("legend:note")),
        )
