"""`--dask` and `--parts`: options of the commands that read on several machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsarchive.errors import CallError
from newsarchive.text import inert

if TYPE_CHECKING:
    from newsarchive.cluster.run import Machines
    from newsarchive.intake.progress import Progress

_Command = TypeVar("_Command", bound=Callable[..., Any])


def dask_options(command: _Command) -> _Command:
    """Add `--dask ADDRESS`, `--parts DIR` and `--overwrite`, as text, path and flag."""
    command = click.option("--overwrite", is_flag=True, help="Replace what --parts DIR holds.")(
        command
    )
    command = click.option(
        "--parts",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="With --dask: write what was read to Parquet files in this new folder, and not to "
        "the archive.",
    )(command)
    return click.option(
        "--dask",
        metavar="ADDRESS",
        help="Read on the workers of the Dask scheduler there, as tcp://192.0.2.1:8786 "
        "(docs/scaling.md).",
    )(command)


def check_dask(dask: str | None, parts: Path | None, *, overwrite: bool) -> None:
    """Refuse what does not go together."""
    if parts is not None and dask is None:
        raise CallError("--parts goes with --dask ADDRESS")
    if overwrite and parts is None:
        raise CallError("--overwrite goes with --parts DIR")


@contextmanager
def connected(
    address: str, shown: Progress, *, quiet: bool, warcs: str | None = None
) -> Iterator[Machines]:
    """The cluster at an address; what is waited for is a line on stderr."""
    from newsarchive.cluster.run import machines

    started = False

    def say(line: str) -> None:
        if started:
            shown.trouble(line)
        elif not quiet:
            click.echo(inert(line), err=True)

    with machines(address, say, warcs) as found:
        started = True
        yield found
