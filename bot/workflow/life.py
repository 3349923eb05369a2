"""Resolving, reopening and dismissing incidents."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import Incident, Scope, Status
from bot.ports import Records
from bot.workflow.access import allow
from bot.workflow.action_reminders import rest, resume
from bot.workflow.capture import mask_text
from bot.workflow.current import current
from bot.workflow.indexing import index
from bot.workflow.starting import open_incident, open_thread, refuse_second, watched_channel, whole_channel
from bot.workflow.world import World, ask, audit, refresh

PENDING = ("archive", "draft", "post", "remind")
"""Jobs that a reopening makes pointless."""


def resolve(world: World, incident_id: int, user_id: str, *, by_ts: str | None = None) -> Incident:
    """Mark an incident resolved: archive now, draft after the delay. `by_ts` is the message whose
    reaction said so.

    Raises:
        UserError: it is not open.
    """
    now = world.clock.now()
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        allow(incident, "resolve")
        resolved = _resolve(records, world, incident, user_id, now, by_ts)
    world.wake()
    return resolved


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
            incident = open_thread(
                records, world, channel, root_ts=root_ts, user_id=user_id, title=title, began=began
            )
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
            incident = open_incident(
                records, world, whole_channel(records, world, channel, user_id, now), user_id
            )
        resolved = _resolve(records, world, incident, user_id, now, by_ts)
    world.wake()
    return resolved


def reopen(world: World, incident_id: int, user_id: str) -> Incident:
    """Open an incident again. Pending work is cancelled; what was drafted and edited stays.

    Raises:
        UserError: it is not resolved, or another one is open in its channel.
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        allow(incident, "reopen")
        if incident.scope is Scope.CHANNEL:
            refuse_second(records, world, incident.channel_id)
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
        if incident.status is Status.DISMISSED:
            resume(records, world, reopened)
    world.wake()
    return reopened


def dismiss(world: World, incident_id: int, user_id: str, reason: str) -> Incident:
    """Close an incident without a postmortem, for a reason.

    Raises:
        UserError: there is a draft already (discard that instead).
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        allow(incident, "dismiss")
        now = world.clock.now()
        why = mask_text(records, world, incident.channel_id, " ".join(reason.split()))[:300]
        dismissed = records.incidents.replace(
            incident.model_copy(
                update={
                    "status": Status.DISMISSED,
                    "dismissed_reason": why or "no reason given",
                    "resolved_at": incident.resolved_at or now,
                    "resolved_by": incident.resolved_by or user_id,
                    "draft_due_at": None,
                }
            )
        )
        records.jobs.cancel(incident.id, *PENDING, at=now)
        _tell(records, world, dismissed, "dismissed", user_id, reason=dismissed.dismissed_reason)
        rest(records, world, dismissed)
    world.wake()
    return dismissed


def _tell(
    records: Records, world: World, incident: Incident, event: str, user_id: str, *, reason: str | None = None
) -> None:
    """One line about the change, the cards brought up to date, and the audit trail."""
    index(records, world, incident)
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
        incident = current(records, incident_id)
        owned = records.incidents.replace(incident.model_copy(update={"owner_id": owner_id}))
        refresh(records, world, owned)
        audit(records, world, user_id, "owner set", owned, owner=owner_id)
    world.wake()
    return owned
