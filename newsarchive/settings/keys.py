"""Every setting that there is: the one list that the file, the flags and the docs follow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from newsarchive.settings.kinds import (
    ADDRESS,
    DAY,
    DURATION,
    HEADERS,
    PATH,
    TEXT,
    TEXTS,
    YES,
    Kind,
    Value,
    choice,
    number,
    whole,
)

PREFIX = "NEWSARCHIVE_"
# Variables that are no settings: the file itself, what only tests and unusual systems set, and
# what the command of [notify] is told.
APART = tuple(
    PREFIX + name for name in ("CONFIG", "NOW", "CHROMIUM", "REDIS", "SUBJECT", "CHANGES")
)
SITES = "sites"
_BOTH = ("crawl", "refresh")
_ASKING = (*_BOTH, "new-site")
_LONG = ("crawl", "refresh", "recover")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One setting.

    table: where it stands in the file; '' is the top. name: there, and of the flag. commands:
    those whose flag of this name it sets; a key at the top may stand in their tables too, and
    holds for them alone there. default: what holds where nothing is set, None for nothing.
    variable: its name in the environment where that does not follow from table and name.
    secret: never shown. example: for the sample file, where the default is none.
    """

    name: str
    kind: Kind
    help: str
    table: str = ""
    commands: tuple[str, ...] = ()
    default: Value | None = None
    variable: str = ""
    secret: bool = False
    example: Value | None = None

    def env(self, table: str | None = None) -> str:
        """The variable that sets it: for all it holds for, or as if it stood in `table`."""
        if self.variable and table in (None, self.table):
            return self.variable
        return variable(self.table if table is None else table, self.name)


def variable(table: str, name: str) -> str:
    """The name in the environment of a key in a table."""
    words = f"{table}_{name}" if table else name
    return PREFIX + "".join(c if c.isascii() and c.isalnum() else "_" for c in words).upper()


_DELAY, _CONNECTIONS, _TIMEOUT = number(0, 3600), whole(1, 64), number(0.1, 3600)

COMMON = (
    Key(
        name="db",
        kind=PATH,
        default="data/archive.db",
        help="the archive; only in a file that is named by --config or NEWSARCHIVE_CONFIG",
    ),
    Key(
        name="contact",
        kind=TEXT,
        commands=(*_LONG, "new-site"),
        example="you@example.org",
        help="mail or web address where a portal's administrator can write to",
    ),
    Key(
        name="delay",
        kind=_DELAY,
        commands=_ASKING,
        default=1.0,
        help="seconds between two requests to a host; a longer Crawl-delay wins",
    ),
    Key(
        name="concurrency", kind=_CONNECTIONS, commands=_BOTH, default=1, help="connections a host"
    ),
    Key(
        name="timeout",
        kind=_TIMEOUT,
        commands=_BOTH,
        default=60.0,
        help="seconds that a page may take, to its last byte",
    ),
    Key(
        name="max-size",
        kind=whole(1, 1024),
        commands=_BOTH,
        default=32,
        help="MiB that an answer may have, packed or unpacked; a larger one is not read",
    ),
    Key(
        name="max-ratio",
        kind=number(1, 100_000),
        commands=_BOTH,
        default=200.0,
        help="times that an answer of over 8 MiB may have grown when it is unpacked",
    ),
    Key(
        name="max-headers",
        kind=whole(1, 65_536),
        commands=_BOTH,
        default=256,
        help="KiB that the headers of an answer may have",
    ),
    Key(
        name="max-redirects",
        kind=whole(0, 100),
        commands=_BOTH,
        default=8,
        help="redirects on the way to a page",
    ),
    Key(
        name="max-wait",
        kind=number(0, 86_400),
        commands=_BOTH,
        default=60.0,
        help="longest pause, in seconds, that a portal may ask for by Retry-After or Crawl-delay; "
        "what would take longer is left to the next crawl",
    ),
    Key(
        name="images",
        kind=YES,
        commands=_BOTH,
        default=False,
        help="keep the pictures of articles too",
    ),
    Key(
        name="keep-listings",
        kind=choice("changed", "all"),
        commands=_BOTH,
        default="changed",
        help="keep a list again only if its links changed, or every time",
    ),
    Key(
        name="max-time",
        kind=DURATION,
        commands=_BOTH,
        example="50m",
        help="the crawl ends after this time, and goes on the next time",
    ),
    Key(
        name="max-requests",
        kind=whole(1),
        commands=_BOTH,
        example=5000,
        help="the crawl ends after so many requests, and goes on the next time",
    ),
    Key(
        name="log-json",
        kind=PATH,
        commands=_BOTH,
        example="refresh.jsonl",
        help="write what happens there, one JSON object a line",
    ),
    Key(name="quiet", kind=YES, commands=_LONG, default=False, help="say nothing but problems"),
    Key(name="verbose", kind=YES, commands=_LONG, default=False, help="show Scrapy's own log"),
)


def _of(command: str, *keys: tuple[str, Kind, Value | None, str, Value | None]) -> tuple[Key, ...]:
    return tuple(
        Key(
            table=command,
            commands=(command,),
            name=name,
            kind=kind,
            default=default,
            help=text,
            example=example,
        )
        for name, kind, default, text, example in keys
    )


# name, kind, default, help, example
CRAWL = _of(
    "crawl",
    ("since", DAY, None, "only what was published on this day or later", "2024-01-01"),
    ("limit", whole(1), None, "at most so many articles a site", 100),
    ("full", YES, False, "walk every section to its end, known or not", None),
    ("tls", choice("legacy"), None, "for servers that speak only old TLS", "legacy"),
    ("browser", YES, False, "show pages in Chromium first", None),
)
REFRESH = _of(
    "refresh",
    ("recheck", choice("due", "all", "none"), "due", "known articles looked at again", None),
    ("wait", YES, False, "wait for the end of another refresh", None),
)
RECOVER = (
    *_of(
        "recover",
        ("from", choice("wayback", "commoncrawl"), None, "the web archive", "wayback"),
        ("since", DAY, None, "only what was captured on this day (UTC) or later", "2015-01-01"),
        ("until", DAY, None, "only what was captured on this day or before", "2025-06-30"),
        ("limit", whole(1), None, "at most so many captures a run", 500),
        ("best-only", YES, False, "of each article its last good capture alone", None),
        ("collections", whole(1), None, "only Common Crawl's newest so many", 10),
        ("rows", whole(1, 100_000), 5000, "rows of the Wayback Machine's index at a time", None),
        ("delay", number(0, 3600), 4.0, "seconds between two requests", None),
        ("patience", number(0, 86_400), 600.0, "longest pause, in seconds, to wait for", None),
        ("timeout", number(0.1, 3600), 180.0, "seconds to wait for an answer", None),
    ),
    *(
        Key(
            table="recover",
            commands=("recover",),
            name=name,
            kind=ADDRESS,
            default=default,
            variable=f"{PREFIX}{name.upper().replace('-', '_')}_URL",
            help=text,
        )
        for name, default, text in (
            ("wayback-cdx", "https://web.archive.org/cdx/search/cdx", "index of captures"),
            ("wayback-web", "https://web.archive.org/web", "where captures are shown"),
            ("cc-index", "https://index.commoncrawl.org/collinfo.json", "list of collections"),
            ("cc-data", "https://data.commoncrawl.org", "where Common Crawl's files lie"),
        )
    ),
)
OTHERS = (
    *_of("serve", ("port", whole(0, 65535), 8001, "port of 127.0.0.1; 0 takes a free one", None)),
    *_of(
        "import",
        ("max-size", whole(1, 32), 32, "MiB of a page, unpacked; more are not read", None),
        ("max-ratio", whole(10, 100_000), 250, "times that a packed record may grow", None),
    ),
    *_of("new-site", ("requests", whole(4, 60), 15, "at most so many", None)),
)
NOTIFY = (
    Key(
        table="notify",
        name="command",
        kind=TEXT,
        example="logger -t newsarchive",
        help="command that gets what is to be told on its standard input",
    ),
    Key(
        table="notify.mail",
        name="to",
        kind=TEXTS,
        example=("you@example.org",),
        help="whom a mail is sent to; without it none is",
    ),
    Key(
        table="notify.mail",
        name="from",
        kind=TEXT,
        example="newsarchive@example.org",
        help="its sender; else user, if that is an address, or the first of to",
    ),
    Key(table="notify.mail", name="host", kind=TEXT, default="localhost", help="the mail server"),
    Key(
        table="notify.mail",
        name="port",
        kind=whole(1, 65535),
        example=587,
        help="its port; else 587 for starttls, 465 for tls, 25 for none",
    ),
    Key(table="notify.mail", name="user", kind=TEXT, example="you@example.org", help="to log in"),
    Key(
        table="notify.mail",
        name="password",
        kind=TEXT,
        secret=True,
        example="...",
        help="its password; better in a file of its own",
    ),
    Key(
        table="notify.mail",
        name="password-file",
        kind=PATH,
        example="mail-password",
        help="a file whose first line is the password",
    ),
    Key(
        table="notify.mail",
        name="tls",
        kind=choice("starttls", "tls", "none"),
        example="starttls",
        help="how the connection is encrypted; else none for this machine, starttls for others",
    ),
    Key(
        table="notify.webhook",
        name="url",
        kind=ADDRESS,
        secret=True,
        example="https://hooks.example.org/...",
        help="address that is sent what is to be told",
    ),
    Key(
        table="notify.webhook",
        name="headers",
        kind=HEADERS,
        secret=True,
        example={"Authorization": "Bearer ..."},
        help="headers sent with it; in the environment one 'Name: value' a line",
    ),
)
OF_A_SITE = tuple(
    Key(table=f"{SITES}.SITE", name=name, kind=kind, example=example, help=text)
    for name, kind, example, text in (
        ("delay", _DELAY, 5.0, "the same for this site alone"),
        ("concurrency", _CONNECTIONS, 1, "the same for this site alone"),
        ("timeout", _TIMEOUT, 120.0, "the same for this site alone"),
    )
)
KEYS = (*COMMON, *CRAWL, *REFRESH, *RECOVER, *OTHERS, *NOTIFY, *OF_A_SITE)


@cache
def tables() -> dict[str, dict[str, Key]]:
    """What may stand where in the file: table -> name -> key; all sites are 'sites.SITE'."""
    found: dict[str, dict[str, Key]] = {"": {}}
    for key in KEYS:
        found.setdefault(key.table, {})[key.name] = key
    for key in KEYS:
        for command in key.commands:
            # What a command has of its own (recover's delay) is not the common one.
            found.setdefault(command, {}).setdefault(key.name, key)
    return found


def of_command(command: str) -> dict[str, Key]:
    """The settings that set a flag of this command, by name; the archive is none of them."""
    return {name: key for name, key in tables().get(command, {}).items() if key.commands}
