"""What Datasette shows beside the tables: titles, descriptions of tables and columns."""

from __future__ import annotations

from typing import Any

from newsarchive.web.canned import queries

_SEEN = "When we met it (UTC)."
_CAPTURE = "The response it was read from."
_ARTICLE = "Of which article."
_SITE = "Of which site."

# table -> (description, {column: description}); every table and column of the schema has one.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "articles": (
        "One row an article, as last read. Search it with accents or without.",
        {
            "id": "Number in this file; another file gives another one.",
            "key": "Identity: canonical address without scheme, www and tracking.",
            "site": "Slug of the portal.",
            "url": "Address.",
            "title": "Headline.",
            "lead": "Summary that opens the story (sapo).",
            "byline": "Authors as printed.",
            "source": "Outlet the story was taken from, if another one.",
            "section": "Deepest section named on the page.",
            "published": "When published, Vietnam's time (+07:00); a day where no time is given.",
            "published_day": "Day of publication in Vietnam.",
            "published_text": "The date as printed on the page.",
            "modified": "Later change that the page states, Vietnam's time.",
            "captions": "Captions of all pictures, joined.",
            "body": "Paragraphs, joined by blank lines.",
            "origins": "Where each field came from (JSON).",
            "parser": "Version of newsarchive that read it.",
            "version": "Number of the latest version, from 1.",
            "first_seen": "When first met (UTC).",
            "last_seen": "When last met (UTC).",
            "gone": "Since when the portal no longer has it (UTC).",
            "withheld": "Since when it is withheld (UTC).",
            "capture": _CAPTURE,
        },
    ),
    "images": (
        "Pictures of an article, in reading order.",
        {
            "article": _ARTICLE,
            "position": "Place among them, from the top.",
            "url": "Address of the file.",
            "caption": "Caption as printed, without the credit.",
            "credit": "Photographer or agency.",
        },
    ),
    "versions": (
        "Every version of an article, the first too.",
        {
            "article": _ARTICLE,
            "version": "From 1.",
            "seen": _SEEN,
            "title": "Headline.",
            "lead": "Summary that opens the story.",
            "byline": "Authors as printed.",
            "source": "Outlet the story was taken from.",
            "section": "Deepest section named on the page.",
            "published": "When published, Vietnam's time.",
            "published_text": "The date as printed.",
            "body": "Paragraphs, joined by blank lines.",
            "images": "Pictures (JSON).",
            "capture": _CAPTURE,
        },
    ),
    "urls": (
        "Every address under which an article was met.",
        {"key": "The address as an identity.", "article": _ARTICLE, "url": "The address."},
    ),
    "events": (
        "What became of an article: gone, returned, withheld, moved.",
        {"article": _ARTICLE, "seen": _SEEN, "what": "What happened.", "capture": _CAPTURE},
    ),
    "tags": ("Tags of an article.", {"article": _ARTICLE, "tag": "As shown on the page."}),
    "captures": (
        "Every response that was kept, and where its bytes lie.",
        {
            "id": "Number in this file.",
            "record_id": "Id of the WARC record.",
            "site": _SITE,
            "url": "Address that was asked.",
            "fetched": "When (UTC).",
            "status": "HTTP status.",
            "digest": "SHA-256 of the body, its encoding undone.",
            "etag": "The server's mark of this state of the page.",
            "last_modified": "The server's word on its last change.",
            "warc": "WARC file.",
            "offset": "Where in it the record begins, in bytes.",
            "length": "How long the record is, in bytes.",
            "via": "live, import, wayback or commoncrawl.",
            "archive_url": "Where a web archive holds it.",
            "crawl": "The crawl that fetched it.",
        },
    ),
    "crawls": (
        "Every run over a site.",
        {
            "id": "Number in this file.",
            "site": _SITE,
            "started": "When (UTC).",
            "finished": "When (UTC).",
            "outcome": "How it ended.",
            "requested": "Requests made.",
            "new": "Articles not known before.",
            "changed": "Articles with a new version.",
            "unchanged": "Articles met as they were.",
            "failed": "Pages that could not be fetched or read.",
            "lists": "Pages of lists that came.",
            "listed": "Articles that lists and feeds named.",
            "known": "Those of them that needed no fetch.",
            "fresh": "New ones published since shortly before the crawl before.",
            "refused": "Pages expected to be articles that are none.",
            "forbidden": "Articles that robots.txt forbids.",
            "gone": "Articles found to be taken down.",
            "returned": "Articles that were gone and are back.",
            "rechecked": "Looks at known articles.",
            "trouble": "What is wrong with the whole site, if anything.",
            "why": "That in words.",
            "fields": "Of the fresh articles, how many had each field (JSON).",
        },
    ),
    "days": (
        "What the crawls of a site counted on each day in Vietnam.",
        {
            "site": _SITE,
            "day": "The day in Vietnam.",
            "rounds": "Crawls begun.",
            "well": "Those of them without trouble of the whole site.",
            **{
                name: f"Sum of `{name}` of the crawls."
                for name in (
                    "requested",
                    "new",
                    "fresh",
                    "changed",
                    "gone",
                    "returned",
                    "rechecked",
                    "refused",
                    "failed",
                    "lists",
                )
            },
            "listed": "The largest `listed` of a crawl.",
            "articles": "Fresh articles whose fields were counted.",
            **{
                name: f"Those of them with {name}."
                for name in (
                    "published",
                    "lead",
                    "byline",
                    "section",
                    "image",
                    "caption",
                )
            },
            "characters": "Characters of their bodies.",
            "compared": "Those that a list named with a title.",
            "agreed": "Those that bear it.",
            "trouble": "Trouble of the day's last ill crawl.",
        },
    ),
    "health": (
        "How a site was when somebody was last told of it.",
        {
            "site": _SITE,
            "state": "well, or what is wrong.",
            "why": "That in words.",
            "since": "When it was told (UTC).",
        },
    ),
    "tallies": (
        "What the articles of a site have in common, counted.",
        {
            "site": _SITE,
            "field": "section, byline or hour.",
            "value": "Its value; of hours the weekday (0 is Sunday) and the hour in Vietnam.",
            "articles": "How many articles have it.",
        },
    ),
    "volumes": (
        "Articles of a site by month of publication, without those withheld.",
        {
            "site": _SITE,
            "month": "Month in Vietnam (2022-08); empty: no day is known.",
            "articles": "How many, those that are gone too.",
            "edited": "Those of them with more than one version.",
            "gone": "Those of them that the portal no longer has.",
            "first_day": "Day of the first of them.",
            "last_day": "Day of the last of them.",
        },
    ),
    "stories": (
        "Stories that several articles tell; which they are, `reprints` says.",
        {
            "id": "Number in this file.",
            "articles": "How many articles tell it.",
            "sites": "How many portals.",
            "day": "Day on which it was first published, of those that print one.",
        },
    ),
    "reprints": (
        "Articles that tell the same story as others (near-duplicates).",
        {
            "article": _ARTICLE,
            "story": "Which story.",
            "similarity": "With the article of the story that is most like it: the share of all "
            "runs of five syllables that both texts have.",
        },
    ),
    "likenesses": (
        "Pairs of articles that tell the same story, once each way.",
        {
            "article": _ARTICLE,
            "other": "The other one.",
            "similarity": "The share of all runs of five syllables that both texts have.",
        },
    ),
    "signatures": (
        "What texts are compared by: MinHash, the lowest byte of 64 slots.",
        {"article": _ARTICLE, "signature": "64 bytes."},
    ),
    "bands": (
        "Articles by each four bytes of their signatures.",
        {"band": "The bytes and their place, as a number.", "article": _ARTICLE},
    ),
    "signature_probe": (
        "The signature of a fixed text: where it is another, signatures cannot be compared.",
        {"id": "1, for there is one.", "probe": "64 bytes."},
    ),
    "reprints_due": (
        "Articles that are not compared with others yet.",
        {"article": _ARTICLE, "old": "Whether `newsarchive reprints` is to do it."},
    ),
    "rhythms": (
        "How articles of an age change, by looks at them.",
        {
            "site": _SITE,
            "age": "0: under two days, 1: two weeks, 2: three months, 3: two years, 4: older.",
            "looks": "Looks at them again.",
            "days": "Days between the looks.",
            "changes": "Changes that they found.",
        },
    ),
    "problems": (
        "What was doubtful or failed in reading.",
        {
            "capture": _CAPTURE,
            "field": "Which field.",
            "what": "What about it.",
            "seen": _SEEN,
        },
    ),
    "sites": (
        "The portals of this archive.",
        {
            "slug": "Name of the site everywhere.",
            "name": "Name.",
            "province": "Province when the portal was made.",
            "province_2025": "Province since 1 July 2025.",
            "home": "Where a crawl starts.",
            "active": "Whether it is expected to answer.",
        },
    ),
    "frontier": (
        "Addresses met, and what became of them.",
        {
            "key": "The address as an identity.",
            "site": _SITE,
            "section": "List on which it was met.",
            "url": "The address.",
            "state": "found, leased (in hand), done, refused (no article), skipped (too old), "
            "failed.",
            "day": "Day of publication, where a list or page gave it.",
            "attempts": "How often it was asked.",
            "next_try": "When a failed one is asked again at the earliest (UTC); of a done one, "
            "when it is asked unless the archive of the worker that stored it is merged.",
            "seen": _SEEN,
        },
    ),
    "sections": (
        "Lists that were walked.",
        {
            "site": _SITE,
            "url": "Address of the list.",
            "complete": "Whether it is known to its end.",
            "walked": "When last walked (UTC).",
            "newest": "Day of its latest article.",
            "resume": "Page down to which it is known, if not to its end.",
            "resumed": "As of when (UTC).",
        },
    ),
    "observations": (
        "Every look at an article that found it; its versions follow from them.",
        {
            "article": _ARTICLE,
            "seen": _SEEN,
            "capture": "The response.",
            "content": "Digest of what was read.",
        },
    ),
    "revisits": (
        "Responses without a body of their own: that of an earlier record.",
        {"capture": "The response.", "refers_to": "Id of the WARC record with the body."},
    ),
    "checks": (
        "When known articles are looked at again.",
        {
            "article": _ARTICLE,
            "due": "When next (UTC).",
            "checked": "When last (UTC).",
            "unchanged": "Looks in a row that found it as it was.",
            "missed": "When a look did not find it, not yet confirmed (UTC).",
            "how": "What was found in its place.",
            "capture": "That response.",
        },
    ),
    "listings": (
        "Lists, feeds and robots.txt, of which the same again is only counted.",
        {
            "url": "Address.",
            "site": _SITE,
            "links": "Digest of what it linked to.",
            "kept": "When it was last kept (UTC).",
            "seen": "When it was last looked at (UTC).",
            "same": "Looks since then that found the same.",
            "digest": "Of its latest body.",
            "etag": "ETag of that answer.",
            "last_modified": "Last-Modified of that answer.",
            "proved": "By which of them it may be asked: e, m; E, M: which lied.",
            "asked": "Conditional requests in a row that were answered with 304.",
        },
    ),
    "withholdings": (
        "Articles that are withheld, and stay so when met again; none of them is shown here.",
        {
            "key": "The article's identity.",
            "url": "Address.",
            "reason": "Why.",
            "since": "Since when (UTC).",
            "erased": "When its bytes were erased (UTC).",
        },
    ),
    "recoveries": (
        "Captures that a web archive lists, and what became of them.",
        {
            "source": "wayback or commoncrawl.",
            "url": "Address.",
            "captured": "When the web archive fetched it (14 digits, UTC).",
            "site": _SITE,
            "key": "The address as an identity.",
            "digest": "SHA-1 that the web archive gives.",
            "place": "Where its record lies (JSON), if it is asked by that.",
            "sure": "Whether it is listed as an HTML page with status 200.",
            "best": "Whether it is the capture that is asked first.",
            "state": "found, done, refused (no article), failed.",
            "attempts": "How often it was asked.",
        },
    ),
    "recovery_lists": (
        "How far the indexes of web archives were read.",
        {
            "site": _SITE,
            "source": "wayback or commoncrawl.",
            "query": "What was asked for.",
            "resume": "Where to go on.",
            "done": "Whether it was read to its end.",
        },
    ),
    "named_hosts": (
        "Hosts and ports that a user named for a site.",
        {"site": _SITE, "host": "Host.", "port": "Port."},
    ),
}
# Machinery of search and migrations: there for SQL, out of the way of readers.
HIDDEN = (
    "articles_exact", "articles_folded", "articles_shown", "articles_fts", "_sqlite_migrations",
)  # fmt: skip
# Described as well, but of use to nobody but the search for reprints.
MACHINERY = ("bands", "reprints_due", "signature_probe", "signatures")


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata for an archive that it knows under the name `database`."""
    tables: dict[str, dict[str, Any]] = {
        name: {"description": description, "columns": dict(columns)}
        for name, (description, columns) in TABLES.items()
    }
    tables["articles"] |= {
        "fts_table": "articles_fts",
        "fts_pk": "id",
        "label_column": "title",
        "sort_desc": "published_day",
    }
    tables["sites"] |= {"label_column": "name"}
    tables |= {name: {"hidden": True} for name in HIDDEN}
    for name in MACHINERY:
        tables[name] |= {"hidden": True}
    return {
        "title": "newsarchive",
        "description": "Vietnamese provincial police news. The news names suspects, victims and "
        "minors: think of them before you publish from it.",
        "databases": {database: {"tables": tables, "queries": queries()}},
    }
