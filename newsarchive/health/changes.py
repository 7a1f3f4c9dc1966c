"""What to tell of the sites: which are ill, and which are not as they were when last told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsarchive.clock import day_in_vietnam, instant
from newsarchive.health.values import WELL, Diagnosis
from newsarchive.health.words import span

if TYPE_CHECKING:
    from newsarchive.archive.rounds import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A site is otherwise than when it was last told of; as text: one line that says so.

    before, after: WELL or a Kind. why: of what is wrong now, '' if nothing. since: when that
    began, as far as can be told; of a site that is well again, when its illness was told. lasted:
    hours that it was ill, None where that is not known.
    """

    site: str
    name: str
    before: str
    after: str
    why: str = ""
    since: str
    lasted: float | None = None

    def __str__(self) -> str:
        if self.after == WELL:
            lasted = f" for {span(self.lasted)}" if self.lasted and self.lasted >= 1 else ""
            return f"{self.site}: well again (was {self.before}{lasted})"
        since = day_in_vietnam(instant(self.since))
        return f"{self.site}: {self.after} since {since} ({self.why}); before: {self.before}"


def changes(diagnoses: Iterable[Diagnosis], told: Mapping[str, Told]) -> list[Change]:
    """Sites whose state is another than the one last told; told: by site, as the archive has it.

    A site never told of was well. A state that stays is no change, whatever its reason.
    """
    found = []
    for diagnosis in diagnoses:
        last = told.get(diagnosis.site)
        before = last.state if last is not None else WELL
        if diagnosis.state == before:
            continue
        if diagnosis.is_well:
            assert last is not None
            found.append(_recovered(diagnosis, last))
        else:
            fault = diagnosis.faults[0]
            found.append(
                Change(
                    site=diagnosis.site,
                    name=diagnosis.name,
                    before=before,
                    after=diagnosis.state,
                    why=fault.why,
                    since=fault.since,
                )
            )
    return found


def _recovered(diagnosis: Diagnosis, last: Told) -> Change:
    lasted = None
    if diagnosis.last_success is not None:
        lasted = _hours(instant(last.since), instant(diagnosis.last_success))
    return Change(
        site=diagnosis.site,
        name=diagnosis.name,
        before=last.state,
        after=WELL,
        since=last.since,
        lasted=lasted,
    )


def _hours(early: datetime, late: datetime) -> float:
    return (late - early).total_seconds() / 3600


def lines(diagnoses: Iterable[Diagnosis]) -> list[str]:
    """One line for each site that is ill: `site: what is wrong`, all of it, the gravest first."""
    return [
        f"{diagnosis.site}: "
        + "; ".join(
            f"{fault.kind} since {day_in_vietnam(instant(fault.since))} ({fault.why})"
            for fault in diagnosis.faults
        )
        for diagnosis in diagnoses
        if not diagnosis.is_well
    ]
