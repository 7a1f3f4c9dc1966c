"""A choice of articles as a WACZ file: their records, an index, the list of pages, a manifest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from newsarchive import __version__
from newsarchive.archive.holdings import Held, Holdings
from newsarchive.errors import ArchiveError, NewsArchiveError
from newsarchive.packing import copies
from newsarchive.packing.index import write_index
from newsarchive.packing.parts import Package, Part

_SOFTWARE = f"newsarchive/{__version__}"
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(slots=True, kw_only=True)
class Counts:
    """What went into a file. missing: captures left out because of a failure."""

    articles: int = 0
    versions: int = 0
    captures: int = 0
    missing: int = 0


class Packer:
    """Packs what an archive holds of chosen articles.

    held: works out what that is. warc_dir: the archive's WARC files. title, description: of the
    file. fail: told of each capture that cannot be had, in one line. progress: given how many
    captures there are, returns what is to be called at each.
    """

    def __init__(
        self,
        held: Holdings,
        warc_dir: Path,
        *,
        title: str,
        description: str,
        fail: Callable[[str], None],
        progress: Callable[[int], Callable[[], None]] = lambda _total: lambda: None,
        max_bytes: int = copies.MAX_BYTES,
    ) -> None:
        self._held = held
        self._warc_dir = warc_dir
        self._about = {"title": title, "description": description, "software": _SOFTWARE}
        self._fail = fail
        self._progress = progress
        self._max_bytes = max_bytes
        self._counts = Counts()
        self._said: Counter[str] = Counter()

    def pack(self, articles: Iterable[tuple[int, str | None]], out: IO[bytes]) -> Counts:
        """Write a WACZ file; articles: id and time of publication of each.

        Raises NewsArchiveError where there is nothing to be packed, OSError where `out` cannot
        be written.
        """
        counts, held = self._counts, self._held
        chosen = 0
        for chosen, (article, published) in enumerate(articles, 1):  # noqa: B007  used behind the loop
            held.choose(article, published)
        if not chosen:
            raise NewsArchiveError("no article matches, so no file is made")
        with Package(out, datetime.now(UTC)) as package:
            info = {"software": _SOFTWARE, "description": self._about["title"]}
            with copies.WarcParts(package, info=info, max_bytes=self._max_bytes) as warcs:
                self._copy(warcs)
            if next(held.versions(), None) is None:
                raise NewsArchiveError(
                    f"of {chosen} articles no page can be had, so no file is made"
                )
            write_index(package, held.lines())
            with package.part("pages/pages.jsonl") as part:
                main = self._write_pages(part)
            package.finish(self._about | main)
        return counts

    def _copy(self, warcs: copies.WarcParts) -> None:
        held = self._held
        advance = self._progress(held.count())
        for one in held.records():
            advance()
            if one.whole is not None and not held.has(one.whole):
                self._miss(one, f"the record that {one.capture.record_id} refers to is not there")
                continue
            try:
                found = self._found(one)
            except ArchiveError as error:
                self._miss(one, str(error))
                continue
            if found is not None:
                held.keep(one.id, warcs.add(found, one.capture.status))
                self._counts.captures += 1
        for why, times in self._said.items():
            if times > 1:
                self._fail(f"{why} ({times} captures are left out)")

    def _found(self, one: Held) -> copies.Found | None:
        """The record of a capture; None where a picture's address shows a page."""
        found = copies.read(self._warc_dir, one.capture)
        leads = 300 <= one.capture.status < 400
        page = copies.mime_of(found.member) in _HTML
        return None if one.picture and page and not leads else found

    def _miss(self, one: Held, why: str) -> None:
        self._counts.missing += 1
        self._said[why] += 1
        if self._said[why] == 1:  # a missing file is missed by many
            self._fail(f"{one.capture.url}, fetched {one.capture.fetched}: {why}")

    def _write_pages(self, part: Part) -> dict[str, str]:
        """Write the list of pages; return what the manifest says of the first."""
        part.write(
            _line({"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True})
        )
        main: dict[str, str] = {}
        latest = None
        for one in self._held.versions():
            self._counts.versions += 1
            self._counts.articles += one.article != latest
            latest = one.article
            page = {
                "id": f"{one.article}-{one.version}",
                "url": one.url,
                "ts": one.fetched,
                "title": one.title,
                "text": "\n\n".join(text for text in (one.lead, one.body) if text),
            }
            part.write(_line(page))
            main = main or {"mainPageUrl": one.url, "mainPageDate": one.fetched}
        return main


def _line(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
