"""Everything that is derived from postmortems, derived anew: what finds, compares, counts and lists them.

Nothing needs it but a database of an earlier version, one that was damaged, or a version that says so. The
same rules hold as when it was made: restricted incidents and those that were put away are neither found nor
compared, and what an incident's privacy hides is looked up when somebody asks. No text is read but that of
incidents and their newest revisions, so nothing that was erased comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.incident import Incident
from bot.domain.review import Revision
from bot.errors import Conflict
from bot.ports import Records
from bot.workflow.indexing import find_by
from bot.workflow.portraits import drafted_portrait, is_compared, take_back
from bot.workflow.tracking import follow
from bot.workflow.world import World, ask

AT_A_TIME = 20
"""Incidents in one transaction, so that events need not wait long."""
_ALL = 10_000_000


class Rebuilt(NamedTuple):
    """Incidents, those that have a draft, and action items that were there only as lines of one."""

    incidents: int = 0
    drafted: int = 0
    items: int = 0

    def plus(self, other: Rebuilt) -> Rebuilt:
        """Both together."""
        return Rebuilt(*(one + more for one, more in zip(self, other, strict=True)))


def rebuild_shared(records: Records) -> None:
    """The search's index and what statistics count, of all workspaces in one transaction: others wait
    meanwhile. It comes first: words are taken out of the index by the rules they were put in by."""
    records.search.rebuild()
    records.statistics.rebuild()


def rebuild(world: World, numbers: tuple[int, ...], tell: Callable[[int], object]) -> Rebuilt:
    """Derive anew what hangs on each of these incidents; `tell` hears how many more are done. Twice does
    what once does.

    Raises:
        Retryable: the database is away; what is done stays done.
    """
    done = Rebuilt()
    for at in range(0, len(numbers), AT_A_TIME):
        some = numbers[at : at + AT_A_TIME]
        with world.storage.begin() as records:
            for incident in _those(records, some):
                done = done.plus(_derive(records, world, incident))
        tell(len(some))
    return done


def incidents_of(records: Records, team_id: str) -> tuple[int, ...]:
    """The ids of all incidents of a workspace, the oldest first."""
    return tuple(sorted(one.id for one in records.incidents.recent(team_id, visible=None, limit=_ALL)))


def _those(records: Records, numbers: tuple[int, ...]) -> Iterator[Incident]:
    """Those that have not been forgotten meanwhile."""
    found = (records.incidents.get(number) for number in numbers)
    return (one for one in found if one is not None)


def _derive(records: Records, world: World, incident: Incident) -> Rebuilt:
    revision = records.revisions.latest(incident.id)
    find_by(records, incident)
    if not is_compared(incident):
        records.likeness.remove(incident.id)
        take_back(records, world, incident)
    elif revision is not None:
        records.likeness.put(incident.id, incident.team_id, drafted_portrait(incident, revision.draft))
        _ask_for_vector(records, world, incident)
    items = 0
    if revision is not None and revision.draft.action_items and not records.actions.of(incident.id):
        items = _listed(records, world, incident, revision)
    return Rebuilt(1, int(revision is not None), items)


def _ask_for_vector(records: Records, world: World, incident: Incident) -> None:
    """Where vectors are made: those that went with terms that changed."""
    wanted = world.embedder is not None and world.may_ask_model(incident)
    if wanted and records.likeness.vector(incident.id) is None:
        ask(records, world, "embed", f"{incident.id}:{world.clock.now().isoformat()}", incident=incident)


@dataclass(frozen=True)
class _Then:
    """A clock that shows when a draft was stored: its items were proposed then, not today."""

    at: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.at


def _listed(records: Records, world: World, incident: Incident, revision: Revision) -> int:
    """List the action items of a draft from before there were any; returns how many. One that is changed in
    this very moment lists them itself."""
    try:
        incident = records.incidents.replace(incident)
    except Conflict:
        return 0
    follow(records, replace(world, clock=_Then(revision.created_at)), incident, revision.draft)
    return len(records.actions.of(incident.id))
