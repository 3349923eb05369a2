"""Review: decisions and comments about a revision; an approval names the revision it approves."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.incident import Incident, Status
from bot.domain.review import Decision, Review, Revision, approvals
from bot.domain.transcript import as_ts
from bot.errors import Conflict, UserError
from bot.ports import Records
from bot.workflow.access import allow
from bot.workflow.action_reminders import rest, resume
from bot.workflow.capture import mask_words
from bot.workflow.indexing import index
from bot.workflow.reminding import remind_later
from bot.workflow.world import World, ask, ask_to_publish, audit, refresh


class Approved(NamedTuple):
    """An approval taken in: how many people have approved this revision now, of how many needed."""

    incident: Incident
    given: int
    needed: int

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(0, self.needed - self.given)


def approve(
    world: World, incident_id: int, revision: int, user_id: str, *, ts: str | None = None
) -> Approved:
    """Approve the revision a person was looking at; with enough approvals of it, it is published.

    Raises:
        UserError: there is a newer revision, nothing to approve, or they approved it before.
    """
    while True:
        try:
            with world.storage.begin() as records:
                approved = _approve(records, world, incident_id, revision, user_id, ts)
        except Conflict:
            continue  # another approval or a change of the card's place came first; look again
        world.wake()
        return approved


def _approve(
    records: Records, world: World, incident_id: int, revision: int, user_id: str, ts: str | None
) -> Approved:
    incident, latest = reviewed(records, incident_id)
    allow(incident, "approve")
    if revision != latest.number:
        raise UserError(
            f"Revision {latest.number} has come since you looked at revision {revision}. Read it, then "
            "approve again. Nothing was changed."
        )
    needed = world.policy.approvals_needed
    before = approvals(records.reviews.of(incident.id), latest.number)
    if user_id in {one.user_id for one in before}:
        raise UserError(
            f"You have approved revision {revision} already: {len(before)} of {needed} approvals. "
            "Somebody else has to give the next one."
        )
    decide(records, world, incident, latest.number, user_id, Decision.APPROVED, ts=ts)
    given = len(before) + 1
    audit(records, world, user_id, "approved", incident, revision=latest.number, given=given, needed=needed)
    if given < needed:
        return Approved(_counted(records, world, incident, latest, user_id, given), given, needed)
    return Approved(_to_publishers(records, world, incident, latest), given, needed)


def _counted(
    records: Records, world: World, incident: Incident, latest: Revision, user_id: str, given: int
) -> Incident:
    """One of several approvals: the card shows it, and a line says so."""
    touched = records.incidents.replace(incident)
    refresh(records, world, touched)
    ask(
        records,
        world,
        "notice",
        f"approved:{incident.id}:r{latest.number}:v{touched.version}",
        incident=touched,
        event="approved",
        actor=user_id,
        revision=latest.number,
        given=given,
        needed=world.policy.approvals_needed,
    )
    return touched


def _to_publishers(records: Records, world: World, incident: Incident, latest: Revision) -> Incident:
    approved = records.incidents.replace(incident.model_copy(update={"status": Status.APPROVED}))
    publishers = () if incident.restricted else tuple(world.publishers)
    if publishers:
        ask_to_publish(records, world, approved, latest.number)
    else:
        approved = records.incidents.replace(approved.model_copy(update={"status": Status.PUBLISHED}))
        index(records, world, approved)
    refresh(records, world, approved)
    return approved


def reviewed(records: Records, incident_id: int) -> tuple[Incident, Revision]:
    """The incident and its newest revision. Raises `UserError` where there is no draft."""
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
    """Store a decision; `ts` is the reply's that said it, else the moment, so that each is a line of its
    own. False if that reply's is there already."""
    return records.reviews.add(
        Review(
            incident_id=incident.id,
            revision=revision,
            user_id=user_id,
            decision=decision,
            text=text,
            ts=ts or as_ts(world.clock.now()),
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
        text = mask_words(records, world, incident.channel_id, " ".join(reason.split()))[:300]
        decide(records, world, incident, latest.number, user_id, Decision.DISCARDED, text=text)
        changed = _moved(records, world, incident, Status.DISCARDED, user_id, "discarded")
        rest(records, world, changed)
    world.wake()
    return changed


def restore(world: World, incident_id: int, user_id: str) -> Incident:
    """Bring a discarded postmortem back into review."""
    with world.storage.begin() as records:
        incident, latest = reviewed(records, incident_id)
        allow(incident, "restore")
        decide(records, world, incident, latest.number, user_id, Decision.RESTORED)
        changed = _moved(records, world, incident, Status.IN_REVIEW, user_id, "restored")
        resume(records, world, changed)
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
    if status is Status.IN_REVIEW:
        remind_later(records, world, changed)
    index(records, world, changed)
    refresh(records, world, changed)
    audit(records, world, user_id, action, changed)
    return changed
