"""The lists of sites: sections and how far they are known, and what each list last linked to."""

from __future__ import annotations

from typing import NamedTuple

from newsarchive.archive._writer import Writer

_SECTION = (
    "SELECT complete, walked, newest, resume, resumed FROM sections WHERE site = ? AND url = ?"
)
_COMPLETE = """
    INSERT INTO sections(site, url, complete, walked, newest) VALUES (?, ?, 1, ?, ?)
    ON CONFLICT(site, url) DO UPDATE SET complete = 1, walked = excluded.walked,
        newest = coalesce(excluded.newest, newest), resume = NULL, resumed = NULL
"""
_RESUME = """
    INSERT INTO sections(site, url, walked, resume, resumed) VALUES (:site, :url, :met, :page, :met)
    ON CONFLICT(site, url) DO UPDATE SET resume = excluded.resume, resumed = excluded.resumed
"""
_ASKED = 4  # conditional requests in a row; the fifth look takes the list whatever the server says
# A validator that stayed the same over two equal bodies is proved ('e', 'm'); one that stayed the
# same over two bodies that differ lies, and is never used again ('E', 'M').
_VALIDATORS = (("e", "etag"), ("m", "last_modified"))


class Walked(NamedTuple):
    """How far a section is known.

    complete: whether to its end, as it was at the time `walked`. newest: the latest day on which
    an article of it was published. resume: of one not complete, the page down to which it is known
    as it was at the time `resumed`.
    """

    complete: bool = False
    walked: str = ""
    newest: str | None = None
    resume: str | None = None
    resumed: str | None = None


class Sections(Writer):
    """The part of the archive that knows lists."""

    def section(self, site: str, url: str) -> Walked:
        """How far a section is known."""
        found = self._rows(_SECTION, (site, url))
        return Walked(bool(found[0][0]), *found[0][1:]) if found else Walked()

    def sections(self, site: str) -> list[str]:
        """Addresses, or names, of the site's sections met so far, in the order met."""
        return [
            row[0]
            for row in self._rows("SELECT url FROM sections WHERE site = ? ORDER BY rowid", (site,))
        ]

    def walked(self, site: str) -> str:
        """When a section of the site was last walked to its end, or met; '' if none was."""
        found = self._rows("SELECT max(walked, coalesce(resumed, '')) FROM sections WHERE site = ? "
                           "ORDER BY 1 DESC LIMIT 1", (site,))  # fmt: skip
        return str(found[0][0]) if found else ""

    def note_section(self, site: str, url: str, met: str) -> None:
        """Record a section that was met, of which nothing else is known yet."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO sections(site, url, complete, walked) VALUES (?, ?, 0, ?) "
                "ON CONFLICT DO NOTHING",
                (site, url, met),
            )

    def complete_section(
        self, site: str, url: str, walked: str, *, newest: str | None = None
    ) -> None:
        """Record that the section is known to its end, as it was at the time `walked`."""
        with self._writing() as conn:
            conn.execute(_COMPLETE, (site, url, walked, newest))

    def resume_section(self, site: str, url: str, page: str, met: str) -> None:
        """Record that all that the section lists down to this page is known, as it was then."""
        with self._writing() as conn:
            conn.execute(_RESUME, {"site": site, "url": url, "page": page, "met": met})

    # What a list linked to, and by what it may be asked.

    def listing(self, url: str) -> str | None:
        """What a list linked to when it was last kept, as `set_listing` was told."""
        found = self._rows("SELECT links FROM listings WHERE url = ?", (url,))
        return found[0][0] if found else None

    def listing_seen(self, url: str) -> str | None:
        """When a list, feed or sitemap was last answered, be it with a refusal."""
        found = self._rows("SELECT seen FROM listings WHERE url = ?", (url,))
        return found[0][0] if found else None

    def set_listing(self, site: str, url: str, links: str, seen: str) -> None:
        """Record that a list is kept as it is now; links: what tells it from other states."""
        with self._writing() as conn:
            conn.execute(
                "INSERT INTO listings(url, site, links, kept, seen) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET links = excluded.links, kept = excluded.kept, "
                "seen = excluded.seen, same = 0",
                (url, site, links, seen, seen),
            )

    def count_listing(self, url: str, seen: str, *, conditional: bool = False) -> None:
        """Count a look at a list that linked to the same as when it was last kept.

        conditional: the server only said so (304).
        """
        with self._writing() as conn:
            conn.execute(
                "UPDATE listings SET seen = ?, same = same + 1, asked = asked + ? WHERE url = ?",
                (seen, int(conditional), url),
            )

    def note_validators(
        self, url: str, *, digest: str, etag: str | None, last_modified: str | None
    ) -> None:
        """Take note of what a list's answer gives to ask by, beside the digest of its body."""
        with self._writing() as conn:
            found = conn.execute(
                "SELECT digest, etag, last_modified, proved FROM listings WHERE url = ?", (url,)
            ).fetchone()
            if found is None:
                return
            proved = _proved(*found, digest=digest, now=(etag, last_modified))
            conn.execute(
                "UPDATE listings SET digest = ?, etag = ?, last_modified = ?, proved = ?, "
                "asked = 0 WHERE url = ?",
                (digest, etag, last_modified, proved, url),
            )

    def list_validators(self, url: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified by which a list may be asked; None for what did not prove itself,
        and for both when it is time to take the list whatever the server says."""
        found = self._rows(
            "SELECT etag, last_modified, proved, asked FROM listings WHERE url = ?", (url,)
        )
        if not found or found[0][3] >= _ASKED:
            return None, None
        etag, modified, proved, _ = found[0]
        return (etag if "e" in proved else None, modified if "m" in proved else None)


def _proved(
    digest_before: str | None,
    etag: str | None,
    modified: str | None,
    proved: str,
    *,
    digest: str,
    now: tuple[str | None, str | None],
) -> str:
    marks = set(proved)
    for (mark, _), before, after in zip(_VALIDATORS, (etag, modified), now, strict=True):
        if digest_before is None or mark.upper() in marks:
            continue
        same = after is not None and after == before
        if digest != digest_before:
            marks = marks - {mark} | {mark.upper()} if same else marks
        elif same:
            marks.add(mark)
        else:
            marks.discard(mark)
    return "".join(sorted(marks))
