"""Under which addresses an article and its pictures were, or may have been, fetched."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterator

from newsarchive.sites import all_sites, site_of_host
from newsarchive.urls import host_port
from newsarchive.urls import key as url_key

_KNOWN = """
    SELECT url FROM urls WHERE article = :article OR key = :key
    UNION SELECT url FROM withholdings WHERE key = :key
    UNION SELECT url FROM frontier WHERE key = :key
    UNION SELECT url FROM recoveries WHERE source IN ('wayback', 'commoncrawl') AND key = :key
"""
_PICTURES = """
    SELECT url FROM images WHERE article = :article AND url IS NOT NULL
    UNION SELECT json_extract(i.value, '$.url') FROM versions AS v, json_each(v.images) AS i
        WHERE v.article = :article AND json_extract(i.value, '$.url') IS NOT NULL
"""
_OTHERS = """
    SELECT url FROM images
    WHERE url IN (SELECT value FROM json_each(:urls))
        AND article NOT IN (SELECT value FROM json_each(:articles))
    UNION SELECT json_extract(i.value, '$.url') FROM versions AS v, json_each(v.images) AS i
        WHERE json_extract(i.value, '$.url') IN (SELECT value FROM json_each(:urls))
            AND v.article NOT IN (SELECT value FROM json_each(:articles))
"""
_WORD = re.compile("[A-Za-z0-9]+")


def key_of(url: str) -> str:
    """The key that a crawl gives this address. Raises ValueError where it is none."""
    site = site_of_host(host_port(url)[0])
    return url_key(url, id_params=site.id_params if site is not None else ())


def addresses(conn: sqlite3.Connection, article: int | None, keys: Collection[str]) -> set[str]:
    """Every address of these keys, and of the article, that the archive knows or has asked."""
    found: set[str] = set()
    for key in keys:
        found.update(url for (url,) in conn.execute(_KNOWN, {"article": article, "key": key}))
        found.update(url for url, name in _asked(conn, key) if name == key)
    return found


def _asked(conn: sqlite3.Connection, key: str) -> Iterator[tuple[str, str]]:
    """Addresses of captures that may have this key, each with the key that it has."""
    # Nobody encodes letters: what is one word in the key is so in every address that has it.
    words = _WORD.findall(key.partition("/")[2]) or _WORD.findall(key)
    sites = all_sites()
    word = max(words, key=len, default=key)
    sql = "SELECT DISTINCT url, site FROM captures WHERE instr(url, ?)"
    for url, slug in conn.execute(sql, (word,)):
        site = sites.get(slug)
        try:
            yield url, url_key(url, id_params=site.id_params if site is not None else ())
        except ValueError:
            continue


def pictures(
    conn: sqlite3.Connection, article: int, *erased: tuple[sqlite3.Connection, Collection[int]]
) -> set[str]:
    """Addresses of the article's pictures that only articles show which are erased too.

    erased: those of each archive to be asked.
    """
    found = {url for (url,) in conn.execute(_PICTURES, {"article": article})}
    for archive, articles in erased if found else ():
        values = {"urls": json.dumps(sorted(found)), "articles": json.dumps(sorted(articles))}
        found -= {url for (url,) in archive.execute(_OTHERS, values)}
    return found
