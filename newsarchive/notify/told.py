"""Tells of sites whose state changed, once: who was told what is kept in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newsarchive.clock import stamp
from newsarchive.errors import ArchiveError
from newsarchive.notify.sending import deliver, names
from newsarchive.notify.values import Message
from newsarchive.settings.values import Notify
from newsarchive.text import clean

if TYPE_CHECKING:
    from newsarchive.archive.rounds import Told

WELL = "well"


class Change(Protocol):
    """A site whose state is not the one last told; as text, one line about it.

    before: the state last told, None where nobody was told. since: when the present one began.
    """

    @property
    def site(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def since(self) -> str | None: ...


def announce(
    archive_path: Path,
    changes: Sequence[Change],
    to: Notify,
    *,
    now: datetime,
    quiet: bool = True,
) -> list[str]:
    """Send one message about all changes; return lines of trouble, none if all went well.

    What was told is recorded in the archive as soon as one channel took the message. If none
    did, or none is set up, nothing is recorded, so that the next run has the same changes to tell.
    quiet: as for `deliver`.
    """
    from newsarchive.archive import Archive

    if not changes or not names(to):
        return []
    message = compose(archive_path, changes, now)
    trouble: list[str] | None = None
    try:
        # Before anything is sent: an archive that takes no notes would make it an hourly message.
        with Archive.open(archive_path, create=False) as archive:
            sent = deliver(message, to, quiet=quiet)
            trouble = list(sent.trouble)
            if sent.taken:
                archive.set_told([(c.site, _told(c, now)) for c in changes])
    except ArchiveError as error:
        if trouble is None:
            return [f"notify: nobody is told of what changed: {error}"]
        return [*trouble, f"notify: what was told will be told again, for {error}"]
    return trouble


def _told(change: Change, now: datetime) -> Told:
    from newsarchive.archive.rounds import Told

    return Told(state=change.after, why=clean(change.why), since=stamp(now))


def compose(archive_path: Path, changes: Sequence[Change], now: datetime) -> Message:
    """One message about all changes."""
    if len(changes) == 1:
        state = "well again" if changes[0].after == WELL else changes[0].after
        what = f"{changes[0].site} {state}"
    else:
        what = f"{len(changes)} sites changed"
    lines = []
    for change in changes:
        lines += [clean(str(change)), f"    newsarchive health {clean(change.site)}"]
    lines += ["", f"Archive: {clean(str(archive_path))}", f"Time: {stamp(now)}"]
    return Message(
        subject=f"newsarchive: {what}",
        text="\n".join(lines),
        changes=tuple(
            {
                "site": c.site, "name": c.name, "before": c.before, "after": c.after,
                "why": c.why, "since": c.since,
            }
            for c in changes
        ),
    )  # fmt: skip
