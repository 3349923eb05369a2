"""Who is in a channel: as Slack tells now, or the last known where it does not tell any more."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.job import Job
from bot.errors import ChatError
from bot.ports import Records
from bot.workflow.world import World, follow_homes

GONE = frozenset({"not_in_channel", "is_archived", "channel_not_found"})
"""Slack's words for a channel that is closed to the bot: archived, deleted, or the bot was removed."""
NO_THREAD = GONE | {"thread_not_found"}
"""The same where a thread is asked for, which may be gone alone."""


class Inside(NamedTuple):
    """The people in a channel. `live` says that Slack told just now."""

    members: frozenset[str]
    live: bool


def inside(world: World, channel_id: str) -> Inside | None:
    """Who is in a channel; None where Slack does not tell and nobody ever asked. What Slack tells is
    remembered for the day it does not any more."""
    try:
        members = world.directory.members(channel_id)
    except ChatError as error:
        if error.code not in GONE:
            raise
        with world.storage.read() as records:
            known = records.members.get(world.team_id, channel_id)
        return Inside(known.members, live=False) if known else None
    _remember(world, channel_id, members)
    return Inside(members, live=True)


def _remember(world: World, channel_id: str, members: frozenset[str]) -> None:
    with world.storage.read() as records:
        known = records.members.get(world.team_id, channel_id)
    if known is None or known.members != members:
        with world.storage.begin() as records:
            records.members.save(world.team_id, channel_id, members, at=world.clock.now())


def remember_members(world: World, job: Job) -> None:
    """Job at every resolution: archiving the channel comes next, and then Slack tells no more."""
    inside(world, str(job.payload["channel"]))


def strangers_in(world: World, channel_id: str) -> bool:
    """Whether somebody reads along who may not see every public channel: a guest, or somebody of another
    company. In a channel shared with one they may come any moment, and where nobody knows who reads
    along, somebody does."""
    with world.storage.read() as records:
        channel = records.channels.get(world.team_id, channel_id)
    found = inside(world, channel_id)
    if found is None or (channel is not None and channel.is_shared):
        return True
    people = world.directory.everyone()
    strangers = {person.id for person in people if person.is_guest or person.is_external}
    unlisted = found.members - {person.id for person in people}
    return bool(found.members & strangers) or any(is_stranger(world, one) for one in unlisted)


def is_stranger(world: World, user_id: str) -> bool:
    """Whether somebody may not see every public channel of this workspace."""
    person = world.directory.person(user_id)
    return person.is_external or person.is_guest


def left(records: Records, world: World, channel_id: str, user_id: str) -> None:
    """Somebody left. Arrivals are not followed: a late delivery must let nobody in."""
    records.members.leave(world.team_id, channel_id, user_id)
    follow_homes(records, world)
