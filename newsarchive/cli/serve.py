"""`newsarchive serve`: Datasette over the archive, on this machine alone."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import click

from newsarchive import query
from newsarchive.cli._options import db_option
from newsarchive.errors import NewsArchiveError
from newsarchive.text import inert

HOST = "127.0.0.1"


@click.command(
    epilog="\b\nExamples:\n"
    "  newsarchive serve\n"
    "  newsarchive serve --db data/demo.db --open\n"
    "  newsarchive serve --port 0          # any free port"
)
@db_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="0 takes a free one.",
)
@click.option("--open", "browse", is_flag=True, help="Open a browser on it.")
def serve(db: Path, port: int, browse: bool) -> None:
    """Look at the archive in the browser, on this machine; nothing can be written through it.

    Needs the extra 'web': pip install 'newsarchive[web]'.
    """
    with closing(query.open_readonly(db)):
        pass  # what is wrong with the file is said before anything starts
    try:
        from newsarchive.web import server
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("newsarchive"):
            raise
        raise NewsArchiveError(
            f"serve needs Datasette ({error.name} is missing): pip install 'newsarchive[web]'"
        ) from None
    with closing(_listen(port)) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        click.echo(inert(f"{db}: {address} (Ctrl-C ends it)"))
        if browse:
            click.launch(address)
        server.run(db, listener)


def _listen(port: int) -> socket.socket:
    """A listening socket; a browser that asks before the server runs waits in its queue."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise NewsArchiveError(
            f"port {port}: {(error.strerror or str(error)).lower()}; name another with --port, or 0"
        ) from None
    return listener
