"""Keeping action items in step with the document that names them, in the transaction that changes it.

What becomes of an item, whatever happens to its document:

- its line is edited, moved or drafted anew: it follows, and keeps what was decided (`sameness.match`);
- its line is removed by people: the item is withdrawn, not deleted. It is in no list, no count, and
  nobody is reminded, until the line comes back;
- another draft loses a line somebody has accepted or done: the line is put back (`carried`);
- the approval is void, the document unpublished, the incident reopened: nothing. People promised the
  work, not the document;
- the postmortem is discarded: its items rest until it is restored;
- a message it rests on is deleted: the words go, the decision stays; so it is with the reply that
  declined it and the reason it gave.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.action import TrackedItem
from bot.domain.changes import Version, redrafted
from bot.domain.erasure import redacted
from bot.domain.incident import Incident
from bot.domain.item_words import parse_item_reply
from bot.domain.postmortem import ActionItem, Draft
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.sameness import carried, match
from bot.domain.transcript import Evidence, Source
from bot.ports import NewItem, Records
from bot.workflow.action_reminders import remind, retell
from bot.workflow.world import World, ask


def continued(
    history: Sequence[Revision], items: Sequence[TrackedItem], fresh: Draft, only: Collection[str] = ()
) -> Draft:
    """A drafter's fresh draft with what people wrote in the revisions before it, and with the lines put back
    that somebody had accepted and it has lost. `only`: the sections to take from it, all if empty."""
    if not history:
        return fresh
    drafted = redrafted([Version(one.author != DRAFTER_AUTHOR, one.draft) for one in history], fresh, only)
    lines = carried(history[-1].draft.action_items, drafted.action_items, items)
    return drafted.model_copy(update={"action_items": lines})


def follow(records: Records, world: World, incident: Incident, draft: Draft, *, edited: bool = True) -> None:
    """Bring an incident's action items to its newest draft. `edited` says that people wrote it."""
    items, lines = records.actions.of(incident.id), draft.action_items
    matched = match(items, lines, edited=edited)
    evidence = records.evidence.some(incident.id, [label for line in lines for label in line.evidence])
    # What is imported was proposed back then: statistics must not count it as of today.
    proposed_at = (incident.resolved_at if incident.imported else None) or world.clock.now()
    for at, line in enumerate(lines):
        said = _said(line, at + 1, evidence)
        if at in matched:
            now = _write(records, matched[at], said)
            if matched[at].place is None:
                retell(records, world, incident, now)
                remind(records, world, incident, now)
        else:
            new = {"incident_id": incident.id, "proposed_at": proposed_at} | said
            records.actions.add(NewItem.model_validate(new))
    there = {item.id for item in matched.values()}
    for item in items:
        if item.id not in there and item.place is not None:
            retell(records, world, incident, _write(records, item, {"place": None}))


def _said(line: ActionItem, place: int, evidence: Sequence[Evidence]) -> dict[str, object]:
    """What a line says, as an item keeps it."""
    roles = {item.label: item.role for item in evidence if item.source is not Source.REVIEWER}
    return {
        "place": place,
        "kind": line.kind,
        "text": line.text,
        "evidence": line.evidence,
        "said_by": next((roles[label] for label in line.evidence if label in roles), None),
        "said_owner": line.owner,
        "said_due": line.due,
        "said_priority": line.priority,
    }


def _write(records: Records, item: TrackedItem, update: dict[str, object]) -> TrackedItem:
    changed = item.model_copy(update=update)
    return item if changed == item else records.actions.replace(changed)


def forget_reasons(records: Records, incident: Incident, said: Collection[str]) -> None:
    """Replies are gone that declined action items: so are the reasons they gave."""
    gone = {reason for text in said if (reason := _reason(text))}
    for item in records.actions.of(incident.id) if gone else ():
        if item.reason in gone:
            _write(records, item, {"reason": ""})


def _reason(text: str) -> str:
    try:
        found = parse_item_reply(text)
    except ValueError:
        return ""
    return found.reason if found else ""


def redact_items(
    records: Records,
    world: World,
    incident: Incident,
    evidence: Sequence[Evidence],
    gone: Collection[int],
) -> None:
    """Take the words of what is gone out of every item that repeats them, those included whose lines have
    left the document, and ask for the messages to follow in which people were told of them. `evidence`
    still has its text."""
    for item in records.actions.of(incident.id):
        alone = Draft(title="", action_items=(item.as_line(),))
        line = redacted(alone, evidence, gone).action_items[0]
        bare = _write(records, item, {"text": line.text, "said_owner": line.owner, "said_due": line.due})
        if bare.text != item.text:
            name = f"{item.id}:v{bare.version}"
            ask(records, world, "recall_reminders", name, incident=incident, item=item.id)
