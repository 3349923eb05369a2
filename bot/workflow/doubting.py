"""Events may have been missed: what was read by now is doubted, and read again."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.incident import Incident, Status
from bot.ports import Records
from bot.workflow.world import World, ask_once_in

EVERY = timedelta(minutes=5)
"""However often events are missed, a channel is read again once within so long."""
MOST = 50
"""Reviews that are looked after at once, the newest first."""
_REVIEWED = (Status.IN_REVIEW, Status.APPROVED)


def doubt(records: Records, world: World) -> int:
    """Doubt what was read, in this transaction; returns how many readings that concerns.

    A reading under way is made again by itself, and one that is over before the next draft. Where a draft is
    in review neither may ever come: its channel is read once more, for its card to tell what changed, and
    for what was deleted to go.
    """
    doubted = records.archives.doubt(world.team_id)
    private = frozenset(records.incidents.private_channels(world.team_id))
    for incident in records.incidents.standing(world.team_id, *_REVIEWED, visible=private, limit=MOST):
        state = records.archives.load(incident.id)
        if state is not None and state.complete and not state.unreadable:
            _read_again(records, world, incident, state.name)
    return doubted


def _read_again(records: Records, world: World, incident: Incident, name: str) -> None:
    key, generation = f"{incident.id}:g{incident.generation}:doubted", incident.generation
    ask_once_in(records, world, EVERY, "archive", key, incident=incident, generation=generation, name=name)
