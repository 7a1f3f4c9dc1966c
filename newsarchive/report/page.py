"""A report as one page: HTML that holds all it needs, runs no script, asks nobody."""

from __future__ import annotations

import calendar
from importlib.resources import files

from newsarchive import charts
from newsarchive.health.page_cards import short
from newsarchive.markup import Html, element, joined
from newsarchive.report import changes, cover, volumes
from newsarchive.report.texts import TEXTS
from newsarchive.report.values import VERDICTS, Report
from newsarchive.wording import Wording

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'"
)

# The names of more sites than that are folded away.
_FEW = 12


def page(report: Report, *, language: str = "vi") -> str:
    """The report as an HTML document. language: 'vi' or 'en'; CallError for another one."""
    words = Wording(language, report.now, TEXTS)
    body = element(
        "body",
        element("a", words("skip"), href="#main", class_="skip"),
        cover.PATTERNS,
        _header(report, words),
        element("main", *_sections(report, words), id="main"),
        _footer(report, words),
    )
    html = element("html", _head(report, words), body, lang=language)
    return f"<!DOCTYPE html>\n{html}\n"


def name_of_time(report: Report, words: Wording) -> str:
    """The time in words: a month or a year by its name, any other by its days."""
    since, until = report.period.since, report.period.until
    whole_month = since.day == 1 and until.day == calendar.monthrange(until.year, until.month)[1]
    if whole_month and (since.year, since.month) == (until.year, until.month):
        name = words(f"month:{since.month}")
        return words("time:month", month=str(since.month), name=name, year=str(since.year))
    if whole_month and since.year == until.year and (since.month, until.month) == (1, 12):
        return words("time:year", year=str(since.year))
    return words.day(since) if since == until else words.days(since, until)


def _scope(report: Report, words: Wording) -> str:
    return report.scope or words("all", archive=report.archive)


def _head(report: Report, words: Wording) -> Html:
    own = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    title = words("title", time=name_of_time(report, words))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="generator", content=f"newsarchive {report.version}"),
        element("title", f"{title} – {_scope(report, words)} – newsarchive"),
        # Or a browser that has the page from a server would ask it for a favicon.
        element("link", rel="icon", href="data:,"),
        element("style", Html(charts.style()), Html(own)),
    )


def _header(report: Report, words: Wording) -> Html:
    return element(
        "header",
        element("h1", words("title", time=name_of_time(report, words))),
        element("p", _scope(report, words), class_="scope"),
        element("p", words("intro"), " ", element("time", words.moment(), datetime=words.iso())),
        None if report.whole else element("p", words("open"), class_="note warn"),
        _figures(report, words),
    )


def _figures(report: Report, words: Wording) -> Html:
    number = words.number
    crawled = [part for part in report.parts if part.verdict != "never"]
    every = len(crawled) * len(report.period.days)
    looked = sum(part.count("looked") for part in crawled)
    returned = report.total("returned")
    before = number(report.total("before"))
    edited = words.count("figure:edited", report.articles_edited) if report.edits else None
    figures = (
        ("articles", number(report.articles), words("figure:before", n=before)),
        ("sites", number(sum(part.articles > 0 for part in report.parts)), None),
        ("edits", number(report.total("edits")), edited),
        ("taken", number(report.total("taken")),
         words("figure:returned", n=number(returned)) if returned else None),
        ("known", words.percent(looked / every if every else None),
         words("figure:known:of", n=number(looked), all=number(every))),
    )  # fmt: skip
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", words(f"figure:{name}", all=number(len(report.parts)))),
                element("dd", value, class_="value"),
                element("dd", more, class_="more") if more else None,
                class_=name,
            )
            for name, value, more in figures
        ),
        class_="figures",
    )


def _sections(report: Report, words: Wording) -> list[Html]:
    empty = element(
        "p", element("strong", words("empty")), " ", words("empty:silent"), class_="note warn"
    )
    return [
        *([] if report.articles else [empty]),
        _sure(report, words),
        volumes.over_time(report, words, time=name_of_time(report, words)),
        *([volumes.provinces(report, words)] if report.scope is None else []),
        volumes.sites(report, words),
        changes.edits(report, words),
        changes.taken(report, words),
        changes.stories(report, words),
        cover.ill(report, words),
        cover.strips(report, words),
    ]


def _sure(report: Report, words: Wording) -> Html:
    """What the numbers can and cannot say, site by site in groups."""
    rows = []
    for verdict in VERDICTS:
        found = [part for part in report.parts if part.verdict == verdict]
        if not found:
            continue
        text = words(f"sure:{verdict}", sites=words.count("sites", len(found)))
        links = (
            element("a", short(part.site.name), href=f"#{cover.anchor(part)}", lang="vi")
            for part in found
        )
        names = element("p", joined(links, ", "), class_="names")
        if len(found) > _FEW:
            names = element("details", element("summary", words("names")), names)
        rows.append(
            element(
                "li",
                cover.sign(verdict),
                element("div", text, names),
                class_=verdict,
            )
        )
    return element(
        "section",
        element("h2", words("sure")),
        element("ul", *rows, class_="sure"),
        id="sure",
    )


def _footer(report: Report, words: Wording) -> Html:
    first, last = report.span or (None, None)
    made = words(
        "method:version",
        version=report.version,
        time=words.moment(),
        first=words.day(first) if first else "–",
        last=words.day(last) if last else "–",
    )
    notes = (words(f"method:{name}") for name in ("dates", "edits", "missing", "people"))
    with_articles = sum(part.articles > 0 for part in report.parts)
    citation = words(
        "citation",
        version=report.version,
        time=name_of_time(report, words),
        scope=_scope(report, words),
        articles=words.count("articles", report.articles),
        sites=words.count("sites", with_articles),
        archive=report.archive,
        now=words.moment(),
    )
    return element(
        "footer",
        element("h2", words("method")),
        *(element("p", text) for text in (*notes, made)),
        element("h2", words("cite")),
        element("p", citation, class_="citation"),
        element("p", words("sources")),
    )
