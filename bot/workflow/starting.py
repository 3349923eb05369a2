"""Opening incidents: a channel's, a thread's, or one that nobody had opened before it was over."""

from __future__ import annotations

from datetime import datetime

from bot.domain.incident import Incident, Scope, StartRequest, Status, title_from_channel
from bot.domain.transcript import as_ts
from bot.errors import UserError
from bot.ports import NewIncident, Records, StoredChannel
from bot.workflow.capture import mask_text
from bot.workflow.indexing import index
from bot.workflow.watching import is_watched
from bot.workflow.world import World, audit, refresh


def watched_channel(world: World, channel_id: str) -> StoredChannel:
    """A channel that may hold incidents.

    Raises:
        UserError: it is none, or the bot is not in it; says what to do.
    """
    with world.storage.read() as records:
        known = records.channels.get(world.team_id, channel_id)
        watched = known is not None and is_watched(records, world, known)
    if known is None or not known.is_member or not watched:
        patterns = ", ".join(f"#{pattern}" for pattern in world.policy.watched)
        raise UserError(
            f"This is no incident channel. I watch {patterns}: create such a channel (I join public ones by "
            "myself) or invite me to a private one, then start the incident there. Searching works anywhere."
        )
    return known


def start(world: World, channel_id: str, user_id: str, request: StartRequest) -> Incident:
    """Open a channel incident; its card follows.

    Raises:
        UserError: no incident channel, or one is open there already.
    """
    channel = watched_channel(world, channel_id)
    now = world.clock.now()
    with world.storage.begin() as records:
        refuse_second(records, world, channel_id)
        title = mask_text(records, world, channel_id, request.title) if request.title else ""
        new = NewIncident(
            team_id=world.team_id,
            channel_id=channel_id,
            scope=Scope.CHANNEL,
            title=title or title_from_channel(channel.name, world.policy.prefixes()),
            severity=request.severity,
            services=request.services,
            started_at=now,
            started_by=user_id,
            since_ts=_since(records, world, channel_id, now),
            no_model=request.no_model,
            restricted=request.restricted,
            is_private=channel.is_private,
        )
        incident = open_incident(records, world, new, user_id)
    world.wake()
    return incident


def start_thread(
    world: World, channel_id: str, root_ts: str, user_id: str, *, title: str, began: datetime
) -> Incident:
    """Open an incident whose transcript is one thread. `began` is when its root was posted.

    Raises:
        UserError: no incident channel, or that thread has an open incident already.
    """
    channel = watched_channel(world, channel_id)
    with world.storage.read() as records:
        known = records.incidents.in_thread(world.team_id, channel_id, root_ts)
        if known is not None and known.status is Status.OPEN:
            raise UserError(f"{known.key} is open in this thread already. Nothing was changed.")
        incident = open_thread(
            records, world, channel, root_ts=root_ts, user_id=user_id, title=title, began=began
        )
    world.wake()
    return incident


def open_thread(
    records: Records,
    world: World,
    channel: StoredChannel,
    *,
    root_ts: str,
    user_id: str,
    title: str,
    began: datetime,
) -> Incident:
    """Open a thread's incident in a transaction of the caller's; without a title it has the channel's."""
    new = NewIncident(
        team_id=world.team_id,
        channel_id=channel.id,
        scope=Scope.THREAD,
        root_ts=root_ts,
        title=title or title_from_channel(channel.name, world.policy.prefixes()),
        started_at=began,
        started_by=user_id,
        since_ts=root_ts,
        is_private=channel.is_private,
    )
    return open_incident(records, world, new, user_id)


def open_incident(records: Records, world: World, new: NewIncident, user_id: str) -> Incident:
    """Store it with all a beginning causes: audit, index, card. The caller commits, and wakes the worker."""
    incident = records.incidents.create(new)
    audit(records, world, user_id, "started", incident, scope=new.scope)
    index(records, world, incident)
    refresh(records, world, incident)
    return incident


def refuse_second(records: Records, world: World, channel_id: str) -> None:
    """Let a channel have one open incident of its own.

    Raises:
        UserError: it has one.
    """
    for known in records.incidents.in_channel(world.team_id, channel_id, Status.OPEN):
        if known.scope is Scope.CHANNEL:
            raise UserError(
                f"{known.key} is open in this channel already. For a second one start a thread: open the "
                "message's menu and choose “Start incident here”. Nothing was changed."
            )


def _since(records: Records, world: World, channel_id: str, now: datetime) -> str:
    """Where a channel incident's transcript begins: some time before the start, so that the alert that
    led to it counts, but never inside the one before."""
    earliest = now - world.policy.lookback
    for earlier in records.incidents.in_channel(world.team_id, channel_id):
        if earlier.scope is Scope.CHANNEL and earlier.resolved_at is not None:
            earliest = max(earliest, earlier.resolved_at)
            break
    return as_ts(earliest)


def whole_channel(
    records: Records, world: World, channel: StoredChannel, user_id: str, now: datetime
) -> NewIncident:
    """An incident that is the whole channel, from the first thing said in it."""
    since = _since(records, world, channel.id, now)
    said = records.messages.in_channel(world.team_id, channel.id, oldest=since, latest=as_ts(now))
    return NewIncident(
        team_id=world.team_id,
        channel_id=channel.id,
        scope=Scope.CHANNEL,
        title=title_from_channel(channel.name, world.policy.prefixes()),
        started_at=next((message.at for message in said if not message.deleted), now),
        started_by=user_id,
        since_ts=since,
        is_private=channel.is_private,
    )


def open_incidents(world: World, channel_id: str) -> tuple[Incident, ...]:
    """The open incidents of a channel, newest first."""
    with world.storage.read() as records:
        return records.incidents.in_channel(world.team_id, channel_id, Status.OPEN)
