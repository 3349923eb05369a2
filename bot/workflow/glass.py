"""Breaking the glass: how admins get into an incident whose channel nobody can be invited to any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.posting import Line
from bot.errors import ChatError, UserError
from bot.ports import Place
from bot.workflow.access import ask_in_vain, authorise_admin, find, unknown_incident
from bot.workflow.capture import mask_text
from bot.workflow.membership import GONE, inside
from bot.workflow.posts import post_once
from bot.workflow.world import World, ask, audit

LASTS = timedelta(hours=24)
REASON_LENGTH = 300


def break_glass(world: World, key: str, user_id: str, reason: str) -> Incident:
    """Let an admin see and change an incident for a day. Audited, and told to others (`tell_of_it`).

    Raises:
        UserError: no admin, no reason, no such incident, or people are in its channel and can invite.
    """
    authorise_admin(world, user_id)
    if not reason.strip():  # first: without a reason, which is told, nobody learns what there is
        raise UserError("Say why: `/postmortem break-glass INC-7 the reason`. Nothing was changed.")
    with world.storage.read() as records:
        incident = find(records, world, key)
    if incident is None:
        ask_in_vain(world)
        raise unknown_incident(key)
    found = inside(world, incident.channel_id)
    if found is not None and found.live:
        if incident.is_private and user_id not in found.members:
            raise unknown_incident(key)
        raise UserError(
            f"{incident.key} has a channel with people in it: join it, or ask them. Nothing changed."
        )
    with world.storage.begin() as records:
        now = world.clock.now()
        records.glass.open(incident.id, user_id, until=now + LASTS)
        why = mask_text(records, world, incident.channel_id, " ".join(reason.split()))[:REASON_LENGTH]
        audit(records, world, user_id, "broke the glass", incident, reason=why)
        ask(
            records,
            world,
            "glass",
            f"{incident.id}:{user_id}:{now.isoformat()}",
            incident=incident,
            actor=user_id,
            until=(now + LASTS).isoformat(),
            reason=why,
        )
    world.wake()
    return incident


def tell_of_it(world: World, job: Job) -> None:
    """Job: a direct message to everyone who was last known to be in the incident's channel. Where nobody
    is, the other admins are told: nobody opens an incident unseen."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        known = records.members.get(world.team_id, incident.channel_id) if incident else None
    if incident is None:
        return
    actor = str(job.payload["actor"])
    told = known.members if known else world.directory.group(world.policy.admins)
    who = world.directory.person(actor).label
    text = (
        f"{who}, an admin, opened {incident.key} by breaking the glass, until {{0}}. "
        f"The reason given: {job.payload['reason']}"
    )
    line = Line(text=text, times=(datetime.fromisoformat(str(job.payload["until"])),))
    for user_id in sorted(told - {actor}):
        try:
            post_once(world, f"{job.key}:{user_id}", Place(channel_id=user_id), line, incident_id=incident.id)
        except ChatError as error:
            if error.code not in GONE | {"user_not_found", "cannot_dm_bot", "user_disabled"}:
                raise
