"""An import or a reparse whose pages a cluster reads: all it needs, begun and ended together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsarchive.cluster.connection import Say, connect
from newsarchive.cluster.readers import Readers
from newsarchive.cluster.tasks import Tasks

if TYPE_CHECKING:
    from newsarchive.cluster.source import Parts


@dataclass(frozen=True, slots=True)
class Machines:
    """A cluster at work for one command."""

    tasks: Tasks
    readers: Readers

    def source(self, site: str | None, *, blocks: bool = True) -> Parts:
        """What finds pages at paths. site: slug for pages without an address. blocks: whether
        their records are wanted."""
        from newsarchive.cluster.source import Parts
        from newsarchive.sites import all_sites

        return Parts(self.tasks, site if site in all_sites() else None, blocks=blocks)


@contextmanager
def machines(address: str, say: Say, warcs: str | None = None) -> Iterator[Machines]:
    """The cluster at an address. say, and what is raised: as in `connect`. warcs: as in Readers."""
    with connect(address, say) as cluster:
        tasks = Tasks(cluster)
        readers = Readers(tasks, warcs)
        try:
            yield Machines(tasks, readers)
        finally:
            tasks.close()
            readers.close()
