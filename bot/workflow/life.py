"""Opening, resolving, reopening and dismissing incidents."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import (
    Incident,
    Scope,
    StartRequest,
    Status,
    title_from_channel,
)
from bot.domain.transcript import as_ts
from bot.errors import UserError
from bot.ports import NewIncident, Records, StoredChannel
from bot.workflow.access import allow
from bot.workflow.world import World, ask, audit, refresh

PENDING = ("archive", "draft", "post")
"""Jobs that a reopening makes pointless."""


def watched_channel(world: World, channel_id: str) -> StoredChannel:
    """A channel that may hold incidents.

    Raises:
        UserError: it is none, or the bot is not in it; says what to do.
    """
    with world.storage.begin() as records:
        known = records.channels.get(world.team_id, channel_id)
    if known is None or not known.is_member or not world.policy.watches(known.name):
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
        _refuse_second(records, world, channel_id)
        new = NewIncident(
            team_id=world.team_id,
            channel_id=channel_id,
            scope=Scope.CHANNEL,
            title=request.title or title_from_channel(channel.name, world.policy.prefixes()),
            severity=request.severity,
            services=request.services,
            started_at=now,
            started_by=user_id,
            since_ts=_since(records, world, channel_id, now),
            no_model=request.no_model,
            restricted=request.restricted,
            is_private=channel.is_private,
        )
        incident = _open(records, world, new, user_id)
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
    with world.storage.begin() as records:
        known = records.incidents.in_thread(world.team_id, channel_id, root_ts)
        if known is not None and known.status is Status.OPEN:
            raise UserError(f"{known.key} is open in this thread already. Nothing was changed.")
        incident = _open_thread(records, world, channel, root_ts, user_id, title, began)
    world.wake()
    return incident


def _open_thread(
    records: Records,
    world: World,
    channel: StoredChannel,
    root_ts: str,
    user_id: str,
    title: str,
    began: datetime,
) -> Incident:
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
    return _open(records, world, new, user_id)


def _open(records: Records, world: World, new: NewIncident, user_id: str) -> Incident:
    incident = records.incidents.create(new)
    audit(records, world, user_id, "started", incident, scope=new.scope)
    refresh(records, world, incident)
    return incident


def _refuse_second(records: Records, world: World, channel_id: str) -> None:
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


def resolve(world: World, incident_id: int, user_id: str, *, by_ts: str | None = None) -> Incident:
    """Mark an incident resolved: archive now, draft after the delay. `by_ts` is the message whose
    reaction said so.

    Raises:
        UserError: it is not open.
    """
    now = world.clock.now()
    with world.storage.begin() as records:
        incident = _current(records, incident_id)
        allow(incident, "resolve")
        resolved = _resolve(records, world, incident, user_id, now, by_ts)
    world.wake()
    return resolved


def _current(records: Records, incident_id: int) -> Incident:
    incident = records.incidents.get(incident_id)
    if incident is None:
        raise UserError("That incident is not there any more.")
    return incident


def _resolve(
    records: Records, world: World, incident: Incident, user_id: str, now: datetime, by_ts: str | None
) -> Incident:
    due = now + world.policy.draft_delay
    resolved = records.incidents.replace(
        incident.model_copy(
            update={
                "status": Status.RESOLVED,
                "generation": incident.generation + 1,
                "resolved_at": now,
                "resolved_by": user_id,
                "resolved_by_ts": by_ts,
                "draft_due_at": due,
                "owner_id": incident.owner_id or user_id,
            }
        )
    )
    _follow_up(records, world, resolved, user_id, announce=_has_card(incident))
    refresh(records, world, resolved)
    detail = {"generation": resolved.generation, "by_reaction": by_ts is not None}
    audit(records, world, user_id, "resolved", resolved, **detail)
    return resolved


def _has_card(incident: Incident) -> bool:
    """Whether a card stands or is about to: where none does, the new card itself tells the resolution."""
    return incident.card_ts is not None or incident.scope is Scope.CHANNEL


def _follow_up(records: Records, world: World, resolved: Incident, user_id: str, *, announce: bool) -> None:
    """What a resolution causes: the archive now, the draft later, one line about it."""
    generation = resolved.generation
    name, delay = f"{resolved.id}:g{generation}", world.policy.draft_delay
    ask(records, world, "archive", name, incident=resolved, generation=generation)
    ask(records, world, "members", name, incident=resolved, channel=resolved.channel_id)
    ask(records, world, "draft", name, incident=resolved, after=delay, generation=generation)
    if announce:
        key = f"resolved:{name}"
        about = {"actor": user_id, "generation": generation, "where": "channel"}
        ask(records, world, "notice", key, incident=resolved, after=timedelta(0), event="resolved", **about)


def resolve_thread(
    world: World,
    channel_id: str,
    root_ts: str,
    user_id: str,
    *,
    title: str,
    began: datetime,
    by_ts: str | None,
) -> Incident:
    """Resolve the incident of a thread, opening it in the same breath where nobody had started one.

    Raises:
        UserError: no incident channel, or the thread's incident is resolved already.
    """
    channel = watched_channel(world, channel_id)
    now = world.clock.now()
    with world.storage.begin() as records:
        incident = records.incidents.in_thread(world.team_id, channel_id, root_ts)
        if incident is None or incident.scope is Scope.CHANNEL:
            incident = _open_thread(records, world, channel, root_ts, user_id, title, began)
        allow(incident, "resolve")
        resolved = _resolve(records, world, incident, user_id, now, by_ts)
    world.wake()
    return resolved


def resolve_channel(world: World, channel_id: str, user_id: str, *, by_ts: str | None) -> Incident:
    """Resolve the channel's open incident; where nobody had started one, the whole channel is it.

    Asked again about a reaction that resolved one already, it returns that one.

    Raises:
        UserError: this is no incident channel.
    """
    channel = watched_channel(world, channel_id)
    now = world.clock.now()
    with world.storage.begin() as records:
        if by_ts and (done := records.incidents.resolved_by(world.team_id, channel_id, by_ts)) is not None:
            return done
        open_here = records.incidents.in_channel(world.team_id, channel_id, Status.OPEN)
        incident = next((one for one in open_here if one.scope is Scope.CHANNEL), None)
        if incident is None:
            incident = _open(records, world, _whole(records, world, channel, user_id, now), user_id)
        resolved = _resolve(records, world, incident, user_id, now, by_ts)
    world.wake()
    return resolved


def _whole(
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


def reopen(world: World, incident_id: int, user_id: str) -> Incident:
    """Open an incident again. Pending work is cancelled; what was drafted and edited stays.

    Raises:
        UserError: it is not resolved, or another one is open in its channel.
    """
    with world.storage.begin() as records:
        incident = _current(records, incident_id)
        allow(incident, "reopen")
        if incident.scope is Scope.CHANNEL:
            _refuse_second(records, world, incident.channel_id)
        reopened = records.incidents.replace(
            incident.model_copy(
                update={
                    "status": Status.OPEN,
                    "resolved_at": None,
                    "resolved_by": None,
                    "resolved_by_ts": None,
                    "draft_due_at": None,
                    "dismissed_reason": None,
                }
            )
        )
        records.jobs.cancel(incident.id, *PENDING, at=world.clock.now())
        _tell(records, world, reopened, "reopened", user_id)
    world.wake()
    return reopened


def dismiss(world: World, incident_id: int, user_id: str, reason: str) -> Incident:
    """Close an incident without a postmortem, for a reason.

    Raises:
        UserError: there is a draft already (discard that instead).
    """
    with world.storage.begin() as records:
        incident = _current(records, incident_id)
        allow(incident, "dismiss")
        now = world.clock.now()
        dismissed = records.incidents.replace(
            incident.model_copy(
                update={
                    "status": Status.DISMISSED,
                    "dismissed_reason": " ".join(reason.split())[:300] or "no reason given",
                    "resolved_at": incident.resolved_at or now,
                    "resolved_by": incident.resolved_by or user_id,
                    "draft_due_at": None,
                }
            )
        )
        records.jobs.cancel(incident.id, *PENDING, at=now)
        _tell(records, world, dismissed, "dismissed", user_id, reason=dismissed.dismissed_reason)
    world.wake()
    return dismissed


def _tell(
    records: Records, world: World, incident: Incident, event: str, user_id: str, *, reason: str | None = None
) -> None:
    """One line about the change, the cards brought up to date, and the audit trail."""
    name = f"{event}:{incident.id}:v{incident.version}"
    ask(
        records,
        world,
        "notice",
        name,
        incident=incident,
        event=event,
        actor=user_id,
        where="channel",
        reason=reason,
    )
    refresh(records, world, incident)
    audit(records, world, user_id, event, incident)


def set_owner(world: World, incident_id: int, owner_id: str, user_id: str) -> Incident:
    """Name who sees the postmortem through."""
    with world.storage.begin() as records:
        incident = _current(records, incident_id)
        owned = records.incidents.replace(incident.model_copy(update={"owner_id": owner_id}))
        refresh(records, world, owned)
        audit(records, world, user_id, "owner set", owned, owner=owner_id)
    world.wake()
    return owned


def draft_now(world: World, incident_id: int, user_id: str) -> Incident:
    """Bring the draft forward; one in review is drafted again.

    Raises:
        UserError: it is still open, or closed without a postmortem.
    """
    with world.storage.begin() as records:
        incident = _current(records, incident_id)
        if incident.status in (Status.OPEN, Status.DISMISSED, Status.DISCARDED):
            raise UserError(incident.refusal("edit") or "")
        name = f"{incident.id}:g{incident.generation}"
        now = world.clock.now()
        forward = incident.status is Status.RESOLVED and records.jobs.bring_forward(
            f"draft:{name}", due_at=now
        )
        if forward:
            incident = records.incidents.replace(incident.model_copy(update={"draft_due_at": now}))
        else:
            latest = records.revisions.latest(incident.id)
            number = latest.number if latest else 0
            ask(
                records,
                world,
                "draft",
                f"{name}:after-r{number}",
                incident=incident,
                generation=incident.generation,
                redraft=incident.status is not Status.RESOLVED,
                actor=user_id,
            )
        audit(records, world, user_id, "draft asked for", incident)
    world.wake()
    return incident


def open_incidents(world: World, channel_id: str) -> tuple[Incident, ...]:
    """The open incidents of a channel, newest first."""
    with world.storage.begin() as records:
        return records.incidents.in_channel(world.team_id, channel_id, Status.OPEN)
