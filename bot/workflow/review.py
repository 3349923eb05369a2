"""Review: decisions and comments about a revision; an approval names the revision it approves."""

from __future__ import annotations

from bot.domain.incident import Incident, Status
from bot.domain.review import Decision, Review, Revision
from bot.errors import UserError
from bot.ports import Records
from bot.workflow.access import allow
from bot.workflow.indexing import index
from bot.workflow.world import World, ask, audit, refresh


def approve(
    world: World, incident_id: int, revision: int, user_id: str, *, ts: str | None = None
) -> Incident:
    """Approve the revision a person was looking at, and publish it.

    Raises:
        UserError: there is a newer revision, or nothing to approve.
    """
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        allow(incident, "approve")
        if revision != latest.number:
            raise UserError(
                f"Revision {latest.number} has come since you looked at revision {revision}. Read it, then "
                "approve again. Nothing was changed."
            )
        decide(records, world, incident, latest.number, user_id, Decision.APPROVED, ts=ts)
        approved = records.incidents.replace(incident.model_copy(update={"status": Status.APPROVED}))
        publishers = () if incident.restricted else tuple(world.publishers)
        for publisher in publishers:
            name = f"{incident.id}:r{latest.number}:v{approved.version}:{publisher}"
            ask(
                records,
                world,
                "publish",
                name,
                incident=approved,
                publisher=publisher,
                revision=latest.number,
            )
        if not publishers:
            approved = records.incidents.replace(approved.model_copy(update={"status": Status.PUBLISHED}))
            index(records, world, approved)
        refresh(records, world, approved)
        audit(records, world, user_id, "approved", approved, revision=latest.number)
    world.wake()
    return approved


def reviewed(records: Records, incident_id: int) -> tuple[Incident, Revision]:
    incident = records.incidents.get(incident_id)
    revision = records.revisions.latest(incident_id)
    if incident is None or revision is None:
        raise UserError("There is no draft yet. Nothing was changed.")
    return incident, revision


def decide(
    records: Records,
    world: World,
    incident: Incident,
    revision: int,
    user_id: str,
    decision: Decision,
    *,
    text: str = "",
    ts: str | None = None,
) -> bool:
    return records.reviews.add(
        Review(
            incident_id=incident.id,
            revision=revision,
            user_id=user_id,
            decision=decision,
            text=text,
            ts=ts,
            at=world.clock.now(),
        )
    )


def comment(world: World, incident_id: int, user_id: str, text: str, ts: str) -> None:
    """Keep what somebody said about a draft; it is no part of the transcript."""
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        decide(records, world, incident, latest.number, user_id, Decision.COMMENTED, text=text, ts=ts)


def discard(world: World, incident_id: int, user_id: str, reason: str) -> Incident:
    """Discard the postmortem, restorable. Raises `UserError` where there is none to discard."""
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        allow(incident, "discard")
        text = " ".join(reason.split())[:300]
        decide(records, world, incident, latest.number, user_id, Decision.DISCARDED, text=text)
        changed = _moved(records, world, incident, Status.DISCARDED, user_id, "discarded")
    world.wake()
    return changed


def restore(world: World, incident_id: int, user_id: str) -> Incident:
    """Bring a discarded postmortem back into review."""
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        allow(incident, "restore")
        decide(records, world, incident, latest.number, user_id, Decision.RESTORED)
        changed = _moved(records, world, incident, Status.IN_REVIEW, user_id, "restored")
    world.wake()
    return changed


def unpublish(world: World, incident_id: int, user_id: str) -> Incident:
    """Take the published document back; the postmortem goes back into review."""
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        allow(incident, "unpublish")
        decide(records, world, incident, latest.number, user_id, Decision.UNPUBLISHED)
        changed = _moved(records, world, incident, Status.IN_REVIEW, user_id, "unpublished")
        ask(records, world, "withdraw", f"{incident.id}:v{changed.version}", incident=changed)
    world.wake()
    return changed


def _moved(
    records: Records, world: World, incident: Incident, status: Status, user_id: str, action: str
) -> Incident:
    changed = records.incidents.replace(incident.model_copy(update={"status": status}))
    index(records, world, changed)
    refresh(records, world, changed)
    audit(records, world, user_id, action, changed)
    return changed
