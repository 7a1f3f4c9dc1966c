"""WARC and ARC files that other programs wrote, plain and packed, into an archive."""

from __future__ import annotations

import gzip
import hashlib
import re
from base64 import b32encode

from fuzz import intake
from fuzz.holds import bounded
from fuzz.seeds import pages

LARGEST = 60_000
# What a file is called tells little: what it holds does.
_NAMES = (
    "a.warc",
    "a.warc.gz",
    "a.arc",
    "a.html",
    "a.txt",
    "a",
    "a.wacz",
    "congan.vidu.vn/tin/a-1.html",
)
_RECORD = re.compile(rb"(?=WARC/1\.[01]\r?\n)")
WORDS = tuple(
    word.encode()
    for word in (
        "WARC/1.0\r\n", "WARC/1.1\r\n", "WARC/0.17\r\n", "WARC/1.0\n", "\r\n\r\n", "\r\n", "\n\n", "WARC-Type: response\r\n",
        "WARC-Type: resource\r\n", "WARC-Type: revisit\r\n", "WARC-Type: request\r\n", "WARC-Type: warcinfo\r\n", "WARC-Type: continuation\r\n",
        "WARC-Target-URI: http://congan.vidu.vn/a-2.html\r\n", "WARC-Target-URI: urn:x\r\n", "WARC-Target-URI: <http://h.vn/ý?a=\x00>\r\n",
        "WARC-Date: 2022-08-22T03:11:00Z\r\n", "WARC-Date: 20220822031100\r\n", "WARC-Date: 2022-08-22T03:11:00.123456+07:00\r\n",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n", "WARC-Record-ID: \r\n", "WARC-Record-ID: x\x1b\r\n",
        "Content-Length: 0\r\n", "Content-Length: 99999999999\r\n", "Content-Length: -1\r\n", "Content-Length: 10\r\n", "Content-Length: +5\r\n",
        "WARC-Payload-Digest: sha1:AAAA\r\n", "WARC-Block-Digest: sha256:00\r\n", "WARC-Segment-Number: 1\r\n", "WARC-Truncated: length\r\n",
        "WARC-Refers-To: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n", "WARC-Refers-To-Target-URI: http://congan.vidu.vn/a-1.html\r\n",
        "WARC-Refers-To-Date: 2022-08-22T03:11:00Z\r\n", "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n",
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 304 Not Modified\r\n", "HTTP/1.1 \r\n", "HTTP/2 200\r\n", "Content-Encoding: gzip\r\n",
        "Content-Encoding: br\r\n", "Content-Encoding: zstd\r\n", "Content-Encoding: deflate, gzip\r\n", "Transfer-Encoding: chunked\r\n",
        "Content-Type: text/html; charset=utf-8\r\n", "Content-Type: text/plain\r\n", "Content-Type: application/http; msgtype=response\r\n",
        "5\r\nabcde\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\n", "filedesc://x.arc 0.0.0.0 20220822031100 text/plain 10\n",
        "http://congan.vidu.vn/a-1.html 192.0.2.1 20220822031100 text/html 100\n", " folded: x\r\n", ": x\r\n", "\x1f\x8b\x08", "\x00",
        "http://user:pass@congan.vidu.vn:81/", "http://[::1]/", "http://congan.vidu.vn\\@x/", "https://", "ETag: \"\x07\"\r\n",
    )
)  # fmt: skip


def one(data: bytes) -> None:
    """First byte: name and form of the file; its content behind it."""
    how, content = (data[0], data[1:]) if data else (0, b"")
    form = how >> 3 & 3
    if form == 1:
        content = b"".join(gzip.compress(part, 1, mtime=0) for part in _RECORD.split(content))
    elif form == 2:
        content = gzip.compress(content, 1, mtime=0)
    elif form == 3:
        whole = gzip.compress(content, 1, mtime=0)
        content = whole[: len(whole) * (how >> 5) // 8] + b"\0" * (how >> 5)
    with bounded(len(data)):
        intake.taken(_NAMES[how & 7].replace("/", "-"), content)


def record(kind: str, url: str, block: bytes, **more: str) -> bytes:
    """One WARC record; more: its further headers, '_' for '-'."""
    digest = b32encode(hashlib.sha1(block).digest()).decode()
    number = hashlib.md5(url.encode() + block).hexdigest()
    lines = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2022-08-22T03:11:00Z",
        "WARC-Record-ID": f"<urn:uuid:{number}>",
        "WARC-Block-Digest": f"sha1:{digest}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes, head: str = "") -> bytes:
    """An HTTP answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}\r\n"
    return head.encode() + body


def files() -> list[bytes]:
    """Plain WARC and ARC files."""
    short = [page for page in pages() if len(page) < 6_000][:12]
    url = "http://congan.vidu.vn/tin-tuc/bai-{}.html"
    one = [record("response", url.format(n), answer(page)) for n, page in enumerate(short)]
    packed = answer(gzip.compress(short[0], mtime=0), "Content-Encoding: gzip\r\n")
    body = short[1]
    pieces = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    coded = [
        record("response", url.format(90), packed),
        record("response", url.format(91), answer(pieces, "Transfer-Encoding: chunked\r\n")),
        record("resource", url.format(92), short[2], Content_Type="text/html"),
        record("resource", "urn:x:1", b"Ti\xc3\xaau\n\n" * 9, Content_Type="text/plain"),
    ]
    again = record(
        "revisit", url.format(0), answer(b""), WARC_Refers_To_Target_URI=url.format(0),
        WARC_Refers_To_Date="2022-08-22T03:11:00Z", WARC_Date="2022-08-23T03:11:00Z",
        WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    )  # fmt: skip
    about = b"1 0 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    old = b"filedesc://x.arc 0.0.0.0 20220822031100 text/plain %d\n%s\n" % (len(about), about)
    block = answer(short[3])
    old += b"%s 192.0.2.1 20220822031100 text/html %d\n%s\n" % (
        url.format(3).encode(), len(block), block,
    )  # fmt: skip
    info = record("warcinfo", "", b"software: x\r\n")
    return [*one, *coded, info + one[0] + again, old, b"".join([info, *one[:3]]), short[4]]


def seeds() -> list[bytes]:
    """The files in several forms."""
    return [bytes([form * 8 + n % 3]) + file for n, file in enumerate(files()) for form in range(3)]
