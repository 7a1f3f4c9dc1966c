"""CSV and JSON lines, in chunks of text: for files, and for answers over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

Row = dict[str, Any]

COLUMNS = (
    "id", "key", "site", "url", "title", "published", "published_text", "modified", "section",
    "lead", "byline", "source", "body", "captions", "image_urls", "tags", "first_seen",
    "last_seen", "version",
)  # fmt: skip
MARK = "\ufeff"  # the byte order mark by which Excel knows UTF-8
# What a spreadsheet takes for the beginning of a formula, in both widths.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where Excel's language parts cells by ';', one that was quoted for commas begins anew behind each
# of its own, and at each line: what stands there would be run, too. A line of a list ('- Đồng chí
# An') is left as it is where nothing in it could be run.
_INNER = re.compile(
    r"(?<=[;\t\r\n])([ \"]{0,50})(?=[=+@＝＋－＠-])(?!LISTED)".replace(
        "LISTED", r"[-+] {1,9}[^\W\d_]+ [^\W\d_][^|!(=;\t\r\n]*(?:[\r\n]|$)"
    )
)
# Excel breaks a longer cell over the next row, and with it the table.
CELL = 32_767
_CHUNK = 64 * 1024  # characters of a chunk, about
# json escapes the control characters below U+0020. These too act on terminals or end lines.
_ACTIVE = re.compile(
    "[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def json_line(value: Any) -> str:
    """The value as one line of JSON, readable Vietnamese in it, nothing that acts on a terminal."""
    line = json.dumps(value, ensure_ascii=False)
    return _ACTIVE.sub(lambda match: json.dumps(match.group())[1:-1], line)


def jsonl_chunks(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as JSON lines, some lines at a time; each chunk ends with a line."""
    return _gathered(json_line(row) + "\n" for row in rows)


def csv_chunks(
    rows: Iterable[Row], *, gone: bool = False, excel: bool = False, raw: bool = False
) -> Iterator[str]:
    """The rows as CSV under a line of names, some lines at a time.

    gone: with the column gone. excel: with the byte order mark, and no cell longer than Excel
    takes (the end is cut, and '…' says so). raw: cells as stored, also those that a spreadsheet
    would run as a formula, which otherwise get an apostrophe in front; in the midst of a cell, too,
    with `excel`.
    """
    return _gathered(_csv_lines(rows, gone=gone, excel=excel, raw=raw))


def write_jsonl(file: IO[str], rows: Iterable[Row]) -> None:
    """Write the rows to a text file as JSON lines. Raises OSError where it cannot be written."""
    for chunk in jsonl_chunks(rows):
        file.write(chunk)


def write_csv(
    file: IO[str],
    rows: Iterable[Row],
    *,
    gone: bool = False,
    excel: bool = False,
    raw: bool = False,
) -> None:
    """Write the rows to a text file (UTF-8, newline='') as `csv_chunks` gives them."""
    for chunk in csv_chunks(rows, gone=gone, excel=excel, raw=raw):
        file.write(chunk)


def flat(row: Row) -> Row:
    """The row with its lists joined: body, captions, image_urls and tags are text, or empty."""
    return {
        **row,
        "body": "\n\n".join(row["paragraphs"]),
        "captions": "\n".join(i["caption"] for i in row["images"] if i["caption"]),
        "image_urls": "\n".join(i["url"] for i in row["images"] if i["url"]),
        "tags": "; ".join(row["tags"]),
    }


def harmless(cell: Any) -> Any:
    """The cell so that no spreadsheet runs it: pages are written by strangers."""
    if not isinstance(cell, str):
        return cell
    # A NUL ends the file for some programs.
    cell = cell.replace("\0", "\ufffd")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def harmless_within(cell: Any) -> Any:
    """The cell so that nothing in the midst of it is run either."""
    return _INNER.sub(r"\1'", cell) if isinstance(cell, str) else cell


def _csv_lines(rows: Iterable[Row], *, gone: bool, excel: bool, raw: bool) -> Iterator[str]:
    columns = (*COLUMNS, "gone") if gone else COLUMNS
    line = io.StringIO(newline="")
    # What stands in the end of a line is quoted in a cell: '\r' must be, too.
    writer = csv.writer(line, lineterminator="\r\n")

    def taken() -> str:
        text = line.getvalue().removesuffix("\r\n")
        line.seek(0)
        line.truncate()
        return text + "\n"

    writer.writerow(columns)
    yield (MARK if excel else "") + taken()
    for row in rows:
        found = flat(row)
        cells = [found[column] for column in columns]
        if not raw:
            cells = [harmless(cell) for cell in cells]
            cells = [harmless_within(cell) for cell in cells] if excel else cells
        writer.writerow([_short(cell) for cell in cells] if excel else cells)
        yield taken()


def _short(cell: Any) -> Any:
    """The cell cut to what Excel takes, which counts in units of UTF-16."""
    if not isinstance(cell, str) or len(cell) * 2 <= CELL:
        return cell
    units = cell.encode("utf-16-le", "surrogatepass")
    if len(units) <= CELL * 2:
        return cell
    return units[: (CELL - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _gathered(lines: Iterable[str]) -> Iterator[str]:
    """The lines in chunks of about _CHUNK characters."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(held)
            held, size = [], 0
    if held:
        yield "".join(held)
