"""One page that was read, on its way into the archive: its record first, then what it says."""

from __future__ import annotations

from typing import Literal

from newsarchive.archive import Archive, known
from newsarchive.archive.known import Before
from newsarchive.archive.records import base32_sha1
from newsarchive.archive.warc import Original
from newsarchive.intake.pages import Found
from newsarchive.intake.places import PARSER, Places, identity
from newsarchive.model import Article, Capture

Fate = Literal["new", "changed", "unchanged", "withheld", "duplicates", "no_article"]
_SAME = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


def store(
    archive: Archive,
    places: Places,
    found: Found,
    article: Article,
    digest: str,
    before: Before | None = None,
) -> Fate:
    """Store what was read on a page; say what became of it.

    digest: of its decoded body. before: of a revisit record, the capture that it repeats.
    """
    urn = f"urn:{digest}"
    try:
        url, key = identity(found.url, article.url) if found.url else (urn, urn)
        if known.is_erased(archive, key, url):
            return "withheld"
        slug = places.slug(found.url)
    except ValueError:
        return "no_article"  # its address is malformed
    capture = _capture(archive, places, found, digest, slug, before)
    if capture is None:
        return "duplicates"
    return archive.store(
        article,
        site=slug,
        key=key,
        url=url,
        capture=capture,
        seen=found.fetched,
        parser=PARSER,
    )


def _capture(
    archive: Archive,
    places: Places,
    found: Found,
    digest: str,
    slug: str,
    before: Before | None,
) -> int | None:
    """The capture to store an article by, its record written if need be; None if it was stored by
    it already."""
    url = found.url or found.target
    same = known.of_body(archive, url, digest)
    there = known.of_record(archive, found.record_id) or same.get(found.fetched)
    if there is not None:
        return None if there.told else there.capture
    original = None
    if before is not None:
        original = Original(
            record_id=before.record_id,
            url=before.url,
            fetched=before.fetched,
            digest=found.headers.get("WARC-Payload-Digest", ""),
        )
    elif same:
        original = _original(archive, found, url, digest)
    headers, block = found.headers, found.block
    if original is not None:
        headers, block = _revisit(found, original)
    kept = places.writer(slug).write_as_is(headers, block)
    capture = Capture(
        record_id=kept.record_id,
        site=slug,
        url=url,
        fetched=found.fetched,
        status=found.status,
        digest=digest,
        etag=found.http.get("etag"),
        last_modified=found.http.get("last-modified"),
        warc=kept.warc,
        offset=kept.offset,
        length=kept.length,
        via="import",
    )
    if original is None:
        return archive.add_capture(capture)
    return archive.add_revisit(capture, original.record_id)


def _original(archive: Archive, found: Found, url: str, digest: str) -> Original | None:
    """The record that has this very body from this address, as it was sent."""
    if found.status != 200 or (same := archive.original(url, digest)) is None:
        return None
    digests = (found.headers["WARC-Payload-Digest"], f"sha1:{base32_sha1(found.payload)}")
    return same[0] if same[0].digest in digests else None


def _revisit(found: Found, original: Original) -> tuple[dict[str, str], bytes]:
    """A record that says that a body was the same again: its headers and block."""
    kept = ("WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "WARC-IP-Address")
    headers = {
        "WARC-Type": "revisit",
        **{name: found.headers[name] for name in kept if name in found.headers},
        "WARC-Profile": found.headers.get("WARC-Profile", _SAME),
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.url,
        "WARC-Refers-To-Date": original.fetched,
    }
    if original.digest:
        headers["WARC-Payload-Digest"] = original.digest
    if found.kind == "resource":
        return headers, b""
    headers["Content-Type"] = "application/http; msgtype=response"
    return headers, found.block[: found.payload_at]
