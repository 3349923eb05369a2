"""Action items: deciding about them, and listing them. A draft only proposes; people accept.

Who is in the incident's channel may decide about its items, and so may the owner of one who can see the
incident. Everything is looked up and authorised when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from bot.domain.action import Step, Terms, TrackedItem, accepted, declined, done, reopened
from bot.domain.hours import zone_of
from bot.domain.incident import Incident, Status
from bot.domain.item_words import ListAsked, Which
from bot.domain.job import Job
from bot.domain.postmortem import ActionState
from bot.domain.transcript import Evidence, Person
from bot.errors import NotAllowed, UserError
from bot.ports import Listed, Records
from bot.workflow.access import NO_SUCH, authorise, may_see, member, visible_channels, visible_incident
from bot.workflow.action_reminders import PUT_AWAY, item_told, remind, retell
from bot.workflow.capture import mask_text
from bot.workflow.erasure import retract
from bot.workflow.world import World, ask, audit, follow_homes

PAGE = 6
"""Items a list shows at once."""
MOST = 60
"""Items of one incident that are shown; more are no list any more."""
_SETTLING = frozenset({Status.APPROVED, Status.PUBLISHED})
_STATES = {
    Which.OPEN: ActionState.ACCEPTED,
    Which.OVERDUE: ActionState.ACCEPTED,
    Which.DONE: ActionState.DONE,
}
Change = Callable[[TrackedItem], TrackedItem]


class Held(NamedTuple):
    """An action item with its incident, for somebody who may decide about it."""

    item: TrackedItem
    incident: Incident


def held(world: World, item_id: int, user_id: str) -> Held:
    """An item somebody may decide about.

    Raises:
        UserError: it is not there, or not theirs to see or change.
    """
    member(world, user_id)  # first: to others no answer may tell what is there
    with world.storage.read() as records:
        item, incident = _found(records, world, item_id)
    if user_id == item.owner_id and may_see(world, incident, user_id):
        return Held(item, incident)
    if incident.is_private and not may_see(world, incident, user_id):
        raise UserError(NO_SUCH)
    authorise(world, incident, user_id)
    return Held(item, incident)


def _found(records: Records, world: World, item_id: int) -> Held:
    item = records.actions.get(item_id)
    incident = records.incidents.get(item.incident_id) if item else None
    if item is None or incident is None or incident.team_id != world.team_id:
        raise UserError(NO_SUCH)
    return Held(item, incident)


def accept(world: World, item_id: int, user_id: str, terms: Terms) -> Held:
    """Take an item on, or agree on it anew: who does it, until when, how urgent it is.

    Raises:
        UserError: not theirs to decide, done already, or the owner cannot take it on.
    """
    found = held(world, item_id, user_id)
    may_own(world, found.incident, terms.owner_id)
    step: Step = "change" if found.item.is_open else "accept"
    now = world.clock.now()
    return _decide(world, found, user_id, step, lambda item: accepted(item, terms, by=user_id, at=now))


def decline(world: World, item_id: int, user_id: str, reason: str) -> Held:
    """Say that an item will not be done, and why. Raises as `accept`."""
    found = held(world, item_id, user_id)
    if reason.strip():
        with world.storage.begin() as records:
            reason = mask_text(records, world, found.incident.channel_id, reason)
    now = world.clock.now()
    return _decide(world, found, user_id, "decline", lambda item: declined(item, reason, by=user_id, at=now))


def finish(world: World, item_id: int, user_id: str) -> Held:
    """Say that an item is done. Raises as `accept`."""
    now = world.clock.now()
    return _decide(
        world, held(world, item_id, user_id), user_id, "done", lambda item: done(item, by=user_id, at=now)
    )


def reopen(world: World, item_id: int, user_id: str) -> Held:
    """Say that an item is not done after all, or propose again what was declined. Raises as `accept`."""
    now = world.clock.now()
    found = held(world, item_id, user_id)
    return _decide(world, found, user_id, "reopen", lambda item: reopened(item, by=user_id, at=now))


def check_step(found: Held, step: Step) -> None:
    """Raises `UserError` where a step makes no sense now."""
    if refusal := _refusal(found.item, found.incident, step):
        raise UserError(refusal)


def may_own(world: World, incident: Incident, user_id: str) -> Person:
    """Whether somebody can take on an item of this incident: a full member who can see it.

    Raises:
        UserError: they cannot, and why.
    """
    try:
        person = member(world, user_id)
        if may_see(world, incident, user_id):
            return person
    except NotAllowed:
        raise UserError(
            "Only a full member of this workspace with an active account can take on an action item. "
            "Nothing was changed; choose somebody else."
        ) from None
    raise UserError(
        f"They are not in the channel of {incident.key}, which is private, so they cannot take on an action "
        "item of it. Nothing was changed; invite them or choose somebody else."
    )


def _decide(world: World, found: Held, user_id: str, step: Step, change: Change) -> Held:
    """One decision with all it causes: cards and published documents follow, and so does what people were
    told of the item; reminders are due."""
    with world.storage.begin() as records:
        item, incident = _found(records, world, found.item.id)
        if refusal := _refusal(item, incident, step):
            raise UserError(refusal)
        decided = records.actions.replace(change(item))
        show_again(records, world, incident, decided)
        retell(records, world, incident, decided)
        remind(records, world, incident, decided)
        audit(records, world, user_id, f"action item {step}", incident, item=item.id)
    world.wake()
    return Held(decided, incident)


def _refusal(item: TrackedItem, incident: Incident, step: Step) -> str | None:
    if incident.status in PUT_AWAY:
        return incident.refusal("edit")
    if item.place is None:
        return f"That action item is not in the postmortem of {incident.key} any more. Nothing was changed."
    return item.refusal(step)


def show_again(records: Records, world: World, incident: Incident, item: TrackedItem) -> None:
    """Ask for the cards, and what is published, to show an item as it is now."""
    name = f"{incident.id}:item{item.id}:v{item.version}"
    ask(records, world, "refresh", name, incident=incident)
    follow_homes(records, world)
    if incident.status in _SETTLING:
        ask(records, world, "republish", name, incident=incident)


def recall_reminders(world: World, job: Job) -> None:
    """Job: take back the direct messages that told of an item whose words are erased."""
    with world.storage.read() as records:
        rows = records.posts.of(job.incident_id or 0)
    for row in rows:
        if item_told(row) == job.payload["item"]:
            retract(world, row)


# Looking


def today_of(world: World, user_id: str) -> date:
    """What day it is for somebody: by it things are overdue."""
    return world.clock.now().astimezone(zone_of(world.directory.person(user_id).tz)).date()


def listed(world: World, user_id: str, asked: ListAsked, *, page: int = 0) -> tuple[Listed, ...]:
    """The items somebody asked for, of incidents they may see: one more than a page shows.

    Raises:
        UserError: no such incident.
    """
    if asked.key:
        return _of_incident(world, visible_incident(world, asked.key, user_id), page)
    visible = visible_channels(world, user_id)
    today = today_of(world, user_id)
    with world.storage.read() as records:
        return records.actions.listed(
            world.team_id,
            _STATES[asked.which],
            visible=visible,
            owner_id=asked.owner_id,
            due_before=today if asked.which is Which.OVERDUE else None,
            limit=PAGE + 1,
            offset=page * PAGE,
        )


def _of_incident(world: World, incident: Incident, page: int) -> tuple[Listed, ...]:
    with world.storage.read() as records:
        items = records.actions.of(incident.id)
    there = [Listed(item=item, incident=incident) for item in items if item.place is not None]
    return tuple(there[page * PAGE : page * PAGE + PAGE + 1])


def of_incident(world: World, incident: Incident) -> tuple[TrackedItem, ...]:
    """The items in an incident's document, in its order."""
    with world.storage.read() as records:
        items = records.actions.of(incident.id)
    return tuple(item for item in items if item.place is not None)[:MOST]


def links_of(world: World, incident: Incident, items: Sequence[TrackedItem]) -> dict[int, str]:
    """Label → permalink of what items rest on, as far as it is still there."""
    labels = {label for item in items for label in item.evidence}
    with world.storage.read() as records:
        evidence = records.evidence.some(incident.id, labels)
    return {one.label: one.permalink for one in evidence if one.permalink and not one.deleted}


def suggested_terms(world: World, found: Held, user_id: str) -> Terms:
    """What to fill the form in with: what was agreed, else what was said, else whoever asks."""
    item = found.item
    if item.owner_id is not None:
        return Terms(owner_id=item.owner_id, due=item.due, priority=item.priority)
    with world.storage.read() as records:
        evidence = records.evidence.of(found.incident.id)
    return Terms(
        owner_id=_said_owner(world, found, evidence) or user_id,
        due=item.said_due,
        priority=item.said_priority,
    )


def _said_owner(world: World, found: Held, evidence: tuple[Evidence, ...]) -> str | None:
    """Who is behind the role an item was said to be for, if they could take it on."""
    role = found.item.said_owner
    known = next((one.author_id for one in evidence if role and one.role == role and one.author_id), None)
    if known is None:
        return None
    try:
        return may_own(world, found.incident, known).id
    except UserError:
        return None
