"""`newsarchive parse`: pages or text dumps to JSON lines; touches no archive."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from newsarchive.cli import fail
from newsarchive.errors import CallError, NotAnArticle

_MOST = 32 * 2**20  # bytes of a page


@click.command(
    epilog="\b\nExamples:\n  newsarchive parse page.html\n"
    "  newsarchive parse --url https://congan.example.vn/tin/bai-1.html page.html.gz\n"
    "  newsarchive parse --manifest pages.tsv > articles.jsonl\n"
    "  curl -s https://... | newsarchive parse --url https://... -\n"
    "  newsarchive parse --explain page.html   # why it is read so"
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--url", help="Address of the page; makes links absolute and names the site.")
@click.option(
    "--manifest",
    metavar="TSV",
    help="A file of lines `url<TAB>file` (the URL may be empty) in place of FILE...",
)
@click.option("--explain", is_flag=True, help="For one FILE: each field's candidates, and why.")
def parse(files: tuple[str, ...], url: str | None, manifest: str | None, explain: bool) -> int:
    """Read pages or text dumps to JSON lines, one article a line, in the order given.

    FILE is HTML or the text dump of a page; '-' is stdin; gzip is seen through. What is no
    article prints nothing on stdout, one line on stderr, and makes the exit status 1.
    """
    if manifest is None and not files:
        raise click.UsageError("name a FILE, '-' for stdin, or --manifest TSV")
    if manifest is not None and (files or url):
        raise click.UsageError("--manifest stands alone: no FILE and no --url beside it")
    if url is not None and len(files) > 1:
        raise click.UsageError("--url goes with one FILE; a --manifest gives each file its own")
    if explain:
        return _explain(files, url)
    work = _manifest(manifest) if manifest is not None else ((url, name) for name in files)
    status = 0
    for address, name in work:
        try:
            line = _line(address, name, listed=manifest is not None)
        except NotAnArticle as refusal:
            fail(f"{name}: {refusal}")
            status = 1
        except OSError as error:
            fail(f"{name}: cannot be read: {error.strerror or error}")
            status = 1
        else:
            click.echo(line)
    return status


def _explain(files: tuple[str, ...], url: str | None) -> int:
    if len(files) != 1:
        raise click.UsageError("--explain goes with one FILE")
    from newsarchive.cli._print import color
    from newsarchive.cli.explain import explained

    try:
        lines, is_article = explained(_content(files[0]), url)
    except OSError as error:
        fail(f"{files[0]}: cannot be read: {error.strerror or error}")
        return 1
    for line in lines:
        click.echo(line, color=color())
    return 0 if is_article else 1


def _content(name: str, *, listed: bool = False) -> bytes:
    """The bytes of a file. listed: it stands in a manifest, and is not what somebody typed.

    Raises OSError, also for what is no file or too large for a page.
    """
    if "\0" in name:
        raise OSError(errno.EINVAL, "there is a NUL in its name")
    if name == "-":
        content = sys.stdin.buffer.read(_MOST + 1)
    elif listed and Path(name).exists() and not Path(name).is_file():
        raise OSError(errno.EINVAL, "is no file")  # opening a pipe would wait for its other end
    else:
        with Path(name).open("rb") as file:
            content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise OSError(errno.EFBIG, f"too large for a page (over {_MOST} bytes)")
    return content


def _line(url: str | None, name: str, *, listed: bool) -> str:
    from newsarchive.reader import parse as read

    article = read(_content(name, listed=listed), url)
    return json.dumps({"file": name, **article.to_json()}, ensure_ascii=False)


def _manifest(path: str) -> Iterator[tuple[str | None, str]]:
    """(url or None, file) of each line; files are named as in the manifest."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"{path}: the manifest cannot be read: {error}") from None
    rows = []
    for number, line in enumerate(text.split("\n"), 1):  # names may hold other kinds of breaks
        if not line.strip():
            continue
        url, tab, name = line.partition("\t")
        if not tab or not name.strip():
            raise CallError(f"{path}, line {number}: not `url<TAB>file`")
        rows.append((url.strip() or None, name.strip()))
    yield from rows
