"""Events may have been missed: what was read by now is doubted, and read again."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.incident import Incident, Status
from bot.ports import Records
from bot.workflow.world import World, ask_once_in

EVERY = timedelta(minutes=5)
"""However often events are missed, a channel is read again once within so long."""
PUBLISHED_EVERY, APART = timedelta(hours=1), timedelta(minutes=1)
"""The same of what is published, and how long one such reading waits for another: it hurries nobody."""
MOST = 50
"""Reviews that are looked after at once, and publications, the newest first."""
LATELY = timedelta(days=30)
"""Publications of older resolutions are left alone: nobody edits what was said then."""
_IN_REVIEW = (Status.IN_REVIEW, Status.APPROVED)


def doubt(records: Records, world: World) -> int:
    """Doubt what was read, in this transaction; returns how many readings that concerns.

    A reading under way is made again by itself, and one that is over before the next draft. Where a draft is
    in review or published neither may ever come: its channel is read once more, for its card to tell what
    changed, and for what was deleted to go.
    """
    private = frozenset(records.incidents.private_channels(world.team_id))
    reviewed = records.incidents.standing(world.team_id, *_IN_REVIEW, visible=private, limit=MOST)
    published = _published_lately(records, world, private)
    doubted = records.archives.doubt(world.team_id, besides=[incident.id for incident in published])
    for incident in reviewed:
        _read_again(records, world, incident, EVERY)
    for place, incident in enumerate(published):
        _read_again(records, world, incident, PUBLISHED_EVERY, wait=place * APART)
    return doubted


def _published_lately(records: Records, world: World, private: frozenset[str]) -> list[Incident]:
    """What is purged must not be read back in, so what is older than the retention is not looked at."""
    since = world.clock.now() - min(LATELY, world.policy.retention)
    published = records.incidents.standing(world.team_id, Status.PUBLISHED, visible=private, limit=MOST)
    return [one for one in published if one.resolved_at is not None and one.started_at >= since]


def _read_again(
    records: Records, world: World, incident: Incident, every: timedelta, wait: timedelta = timedelta(0)
) -> None:
    state = records.archives.load(incident.id)
    if state is None or not state.complete or state.unreadable:
        return
    key, work = f"{incident.id}:g{incident.generation}:doubted", {"generation": incident.generation}
    named = work | {"name": state.name}
    ask_once_in(records, world, every, "archive", key, grace=wait, incident=incident, **named)
