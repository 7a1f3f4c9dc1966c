"""The line to a Dask scheduler: made, checked and ended. What fails is one clear line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from newsarchive.cluster import work
from newsarchive.cluster.code import difference, fingerprint
from newsarchive.errors import CallError, NewsArchiveError

PATIENCE = 60.0  # seconds without any worker; Dask's setting for it counts first
_LOOK = 0.5  # seconds between two looks for workers
_SILENT = 5.0  # seconds in which workers that died may come again
_RETRIES = 2  # how often a part is tried again that failed; lost workers do not count
Say = Callable[[str], None]


def load() -> Any:
    """The library. Raises NewsArchiveError, which says how to get it, where it is missing."""
    try:
        import distributed
    except ModuleNotFoundError:
        raise NewsArchiveError("--dask needs Dask: pip install 'newsarchive[dask]'") from None
    # What goes wrong is said by us, in one line; Dask's own log would stand between bars and lines.
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logger = logging.getLogger(name)
            logger.handlers = [logging.NullHandler()]
            logger.propagate = False
    return distributed


class Cluster:
    """A scheduler and its workers, for as long as the block of `connect` lasts."""

    def __init__(self, client: Any, address: str, say: Say, patience: float) -> None:
        self._client = client
        self._address = address
        self._say = say
        self._patience = patience
        self._without: float | None = None  # since when there is no worker
        self._waits = self._had = False  # whether that was said; whether there was one
        self._code = fingerprint()

    def submit(self, function: Callable[..., bytes], value: Any, key: str) -> Any:
        """Have a function called on some worker; the future of what it returns."""
        return self._client.submit(
            function, self._code, value, key=key, pure=False, retries=_RETRIES
        )

    def threads(self) -> int:
        """How many threads all workers have together; 0 while there is none, which is said once.

        Raises NewsArchiveError where the scheduler is gone, or no worker came for long.
        """
        self.check()
        try:
            # Dask asks for it at times by itself, without the workers: only the sums are to be
            # relied on.
            found = int(self._client.scheduler_info(n_workers=0)["total_threads"])
        except (OSError, TimeoutError):
            raise self.gone() from None
        if found:
            self._without, self._waits, self._had = None, False, True
            return found
        self.check()
        if self._without is None:
            self._without = monotonic()
        since = monotonic() - self._without
        if not self._waits and since >= (_SILENT if self._had else 0):
            self._waits = True
            self._say(f"{self._address}: no worker is there; waiting for one")
        if since >= self._patience:
            raise NewsArchiveError(
                f"{self._address}: no worker came within {self._patience:g} s; start some with "
                f"`dask worker {self._address}`"
            )
        return 0

    def check(self) -> None:
        """Raise NewsArchiveError where the scheduler is gone."""
        if self._client.status != "running":
            raise self.gone()

    def gone(self) -> NewsArchiveError:
        """What is to be said where the scheduler is gone, and all that was in hand with it."""
        return NewsArchiveError(
            f"{self._address}: the scheduler is gone; what was taken in is kept, run it again"
        )

    def compare(self) -> None:
        """Raise NewsArchiveError unless all workers there are have the code of this process."""
        try:
            found = self._client.run(work.about, on_error="return")
        except (OSError, TimeoutError):
            raise self.gone() from None
        except Exception as error:  # a worker that cannot load the function says so in its own way
            raise _other(self._address, error) from None
        for worker, theirs in found.items():
            if not isinstance(theirs, str):
                raise _other(worker, theirs)
            if theirs != self._code:
                raise NewsArchiveError(
                    f"{worker}: this worker runs {difference(theirs, self._code)}; "
                    "install the same on all machines"
                )


def _other(worker: str, error: object) -> NewsArchiveError:
    return NewsArchiveError(
        f"{worker}: a worker has no newsarchive, or another one ({error}); install the same on all "
        "machines"
    )


@contextmanager
def connect(address: str, say: Say) -> Iterator[Cluster]:
    """The cluster whose scheduler is at an address, with at least one worker of our code.

    say: is told, in a line, what is waited for. Raises CallError for an address that is none,
    NewsArchiveError where Dask is missing, where nothing answers, or where no worker comes.
    """
    distributed = load()
    check_address(address)
    patience = _patience()
    try:
        client = distributed.Client(address, set_as_default=False, name="newsarchive")
    except (OSError, TimeoutError) as error:
        raise NewsArchiveError(f"--dask {address}: no scheduler answers ({error})") from None
    try:
        cluster = Cluster(client, address, say, patience)
        while not cluster.threads():
            sleep(_LOOK)
        cluster.compare()
        yield cluster
    finally:
        client.close(timeout=5)


def check_address(address: str) -> None:
    """Raise CallError for what is no address of a scheduler."""
    from distributed.comm.addressing import get_address_host_port

    try:
        if not address or any(letter.isspace() for letter in address):
            raise ValueError("it has spaces")
        get_address_host_port(address if "://" in address else f"tcp://{address}")
    except (ValueError, NotImplementedError) as error:
        raise CallError(
            f"--dask {address!r} is no address of a scheduler, as tcp://192.0.2.1:8786 is ({error})"
        ) from None


def _patience() -> float:
    """Seconds to wait for workers, as Dask's own settings say."""
    import dask

    told = dask.config.get("distributed.scheduler.no-workers-timeout", None)
    return PATIENCE if told is None else float(dask.utils.parse_timedelta(told, "s"))
