"""The report's changes: edits, articles taken down, stories that several sites brought."""

from __future__ import annotations

from newsarchive import charts
from newsarchive.charts import Row
from newsarchive.markup import Html, element, joined
from newsarchive.report.values import Copy, Report, Shown, Story
from newsarchive.text import fold
from newsarchive.wording import Wording

_SCHEMES = ("http://", "https://")


def edits(report: Report, words: Wording) -> Html:
    """Edits: how many, how long after publication, and the latest of them by name."""
    total = report.total("edits")
    if not total:
        return _section("edits", words, element("p", words("edits:none"), class_="soft"))
    note = words(
        "edits:note",
        n=words.number(total),
        articles=words.count("articles", report.articles_edited),
        shown=words.number(len(report.edits)),
    )
    delays = [
        Row(label=words(f"delay:{place}"), value=count) for place, count in enumerate(report.delays)
    ]
    names = {part.site.slug: part.site.name for part in report.parts}
    return _section(
        "edits",
        words,
        element("h3", words("delays")),
        charts.ranked(delays, title=words("delays"), number=words.number, kind="edited"),
        element("p", note, class_="soft"),
        element("ol", *(_edit(each, names, words) for each in report.edits), class_="entries"),
    )


def _edit(shown: Shown, names: dict[str, str], words: Wording) -> Html:
    edit = shown.edit
    seen = words("edit:seen", time=words.time(edit.seen), version=words.number(edit.version))
    parts = ", ".join(words.named("part", name) for name in shown.changed)
    return element(
        "li",
        _linked(edit.title, edit.url),
        element("p", _facts(names.get(edit.site, edit.site), edit.published, seen, words)),
        element("p", words("edit:changed", parts=parts)) if parts else None,
        element("p", _with_title(words, shown.before)) if shown.before else None,
    )


def _with_title(words: Wording, title: str) -> Html:
    before, _, after = words("edit:before", title="\0").partition("\0")
    return joined([before, element("span", title, lang="vi"), after])


def taken(report: Report, words: Wording) -> Html:
    """Articles taken down: by site, and by name if that was asked for."""
    total = report.total("taken")
    if not total:
        return _section("taken", words, element("p", words("taken:none"), class_="soft"))
    ordered = sorted(report.parts, key=lambda part: (-part.taken, fold(part.site.name)))
    rows = [Row(label=part.site.name, value=part.taken) for part in ordered if part.taken]
    names = {part.site.slug: part.site.name for part in report.parts}
    named = (
        element(
            "li",
            _linked(lost.title, lost.url),
            element(
                "p",
                _facts(
                    names.get(lost.site, lost.site),
                    lost.published,
                    words("taken:seen", time=words.time(lost.gone)),
                    words,
                ),
            ),
        )
        for lost in report.taken
    )
    return _section(
        "taken",
        words,
        element("p", words("taken:note", n=words.count("articles", total)), class_="soft"),
        charts.ranked(rows, title=words("taken:by"), number=words.number, kind="gone"),
        element("ol", *named, class_="entries")
        if report.gone
        else element("p", words("taken:hidden"), class_="note"),
    )


def stories(report: Report, words: Wording) -> Html:
    """The stories that most sites brought, each with its articles."""
    if not report.stories:
        return _section("stories", words, element("p", words("stories:none"), class_="soft"))
    names = {part.site.slug: part.site.name for part in report.parts}
    return _section(
        "stories",
        words,
        element("p", words("stories:note"), class_="soft"),
        element("ol", *(_story(each, names, words) for each in report.stories), class_="stories"),
    )


def _story(story: Story, names: dict[str, str], words: Wording) -> Html:
    count = words(
        "story:count",
        articles=words.count("articles", story.articles),
        sites=words.count("sites", story.sites),
    )
    left = story.articles - len(story.copies)
    more = [
        *([words("story:first")] if story.first else [words("story:unknown")]),
        *([words("story:more", articles=words.count("articles", left))] if left else []),
    ]
    copies = (element("li", *_copy(each, names, words)) for each in story.copies)
    return element(
        "li",
        element(
            "p",
            element("span", count, class_="count"),
            " · ",
            element("span", "; ".join(more), class_="soft"),
        ),
        element("ol", *copies, class_="entries"),
    )


def _copy(copy: Copy, names: dict[str, str], words: Wording) -> tuple[Html, Html]:
    facts = _facts(names.get(copy.site, copy.site), copy.published, None, words)
    return _linked(copy.title, copy.url), element("p", facts)


def _linked(title: str, url: str) -> Html:
    """A title that leads to the original address, if that is one of the web."""
    if not url.startswith(_SCHEMES):
        return element("span", title, lang="vi", class_="title")
    return element("a", title, href=url, rel="noreferrer nofollow", lang="vi", class_="title")


def _facts(site: str, published: str | None, more: str | None, words: Wording) -> Html:
    day = words("published", time=words.time(published)) if published else None
    return joined([part for part in (element("span", site, lang="vi"), day, more) if part], " · ")


def _section(name: str, words: Wording, *content: str | None) -> Html:
    return element("section", element("h2", words(name)), *content, id=name)
