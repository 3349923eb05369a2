"""Replies in a review that decide about action items: `done action 2`, `accept action 2 @ana by …`."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.action import Terms, TrackedItem
from bot.domain.incident import Incident
from bot.domain.item_words import ItemReply, parse_item_reply
from bot.domain.posting import Line
from bot.domain.postmortem import ActionState
from bot.domain.sameness import match
from bot.domain.transcript import Message, Person
from bot.errors import UserError
from bot.ports import Place
from bot.workflow import actions, review
from bot.workflow.actions import Held
from bot.workflow.outcomes import outcome
from bot.workflow.show import review_row
from bot.workflow.world import World

MOST_NAMED = 5
"""People that an answer names where a typed name may be several."""


def decided(world: World, incident: Incident, message: Message) -> bool:
    """Act on a reply that decides about an action item, and tell its author what came of it. False for
    any other reply. Raises nothing that a person could mend: that is told them too."""
    author = message.author_id or ""
    try:
        asked = parse_item_reply(message.text)
        if asked is None:
            return False
        said = outcome(world, *_decide(world, incident, author, asked))
    except UserError as refusal:
        said = str(refusal)
    except ValueError as unreadable:
        said = f"{unreadable} Nothing was changed."
    tell(world, incident, author, said)
    review.comment(world, incident.id, author, message.text, message.ts)
    return True


def tell(world: World, incident: Incident, user_id: str, text: str) -> None:
    """Tell one person in the review thread."""
    channel_id, thread_ts = incident.review_place
    world.poster.whisper(Place(channel_id=channel_id, thread_ts=thread_ts), user_id, Line(text=text))


def _decide(world: World, incident: Incident, user_id: str, asked: ItemReply) -> Held:
    item = _numbered(world, incident, asked.number)
    if asked.step == "accept":
        if asked.owner_name:
            asked = asked.model_copy(update={"owner_id": _called(world, asked.owner_name)})
        return actions.accept(world, item.id, user_id, _terms(item, asked, user_id))
    if asked.step == "decline":
        return actions.decline(world, item.id, user_id, asked.reason)
    if asked.step == "reopen":
        return actions.reopen(world, item.id, user_id)
    return actions.finish(world, item.id, user_id)


def _called(world: World, name: str) -> str:
    """Who goes by a name that was typed and not chosen from Slack's list.

    Raises:
        UserError: nobody does, or more than one: a promise must not land with the wrong person.
    """
    wanted = " ".join(name.casefold().split())
    same: list[Person] = []
    close: list[Person] = []
    for person in world.directory.everyone():
        names = {" ".join(one.casefold().split()) for one in person.names()}
        if wanted in names:
            same.append(person)
        elif any(wanted in one.split() for one in names):
            close.append(person)
    if len(same) == 1:
        return same[0].id
    how = "Type @ and choose the person from the list that Slack shows. Nothing was changed."
    if not (same or close):
        raise UserError(f"Nobody here is called “{name}”. {how}")
    listed = ", ".join(f"{one.label} (@{one.handle})" for one in (same or close)[:MOST_NAMED])
    raise UserError(f"“{name}” may be {listed}{' …' if len(same or close) > MOST_NAMED else ''}. {how}")


def _terms(item: TrackedItem, asked: ItemReply, user_id: str) -> Terms:
    """What the reply says; what it leaves open is as agreed before, or as it was said."""
    return Terms(
        owner_id=asked.owner_id or item.owner_id or user_id,
        due=asked.due or (item.due if item.is_open else item.said_due),
        priority=asked.priority or (item.priority if item.is_open else item.said_priority),
    )


def _numbered(world: World, incident: Incident, number: int) -> TrackedItem:
    """The nth action item of the document people look at, whichever line it has become since."""
    with world.storage.read() as records:
        row = review_row(records, incident)
        latest = records.revisions.latest(incident.id)
        shown = records.revisions.get(incident.id, row.shown) if row and row.shown else latest
        items = records.actions.of(incident.id)
    lines = shown.draft.action_items if shown else ()
    found = match(items, lines).get(number - 1)
    if found is None:
        raise UserError(
            f"There is no action item {number}; the document has {len(lines)}. Nothing was changed."
        )
    return found


def accept_named(world: World, incident: Incident, user_id: str, owners: Mapping[str, str]) -> None:
    """A reviewer added an action item for somebody they named with an @: that is a decision. `owners` maps
    user ids to the names the document shows. Who cannot take it on leaves it a proposal, and the reviewer
    is told."""
    named = {name: owner for owner, name in owners.items()}
    for item in actions.of_incident(world, incident):
        owner = named.get(item.said_owner or "")
        if owner is None or item.state is not ActionState.PROPOSED:
            continue
        try:
            terms = Terms(owner_id=owner, due=item.said_due, priority=item.said_priority)
            actions.accept(world, item.id, user_id, terms)
        except UserError as refusal:
            tell(world, incident, user_id, str(refusal))
