"""Asking for a draft: sooner than promised, or once more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.incident import Incident, Status
from bot.errors import UserError
from bot.workflow.current import current
from bot.workflow.world import World, ask, audit


def draft_now(world: World, incident_id: int, user_id: str, sections: Sequence[str] = ()) -> Incident:
    """Bring the draft forward; one in review is drafted again: all of it, or only some sections.

    Raises:
        UserError: it is still open, or closed without a postmortem.
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        if incident.imported:
            raise UserError(incident.refusal("draft") or "")
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
                f"{name}:after-r{number}" + "".join(f":{section}" for section in sections),
                incident=incident,
                generation=incident.generation,
                redraft=incident.status is not Status.RESOLVED,
                actor=user_id,
                sections=list(sections),
            )
        audit(records, world, user_id, "draft asked for", incident)
    world.wake()
    return incident
