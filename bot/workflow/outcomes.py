"""What became of an action item, in one line; and the direct messages that told of it, which then say so.

A reminder offers buttons. Once its item was decided about, wherever that was (in the reminder itself, in a
list, on Home, by a reply) or was put away with its postmortem, they lead nowhere: a durable job puts the
line in their place, so that no crash between the decision and the answer to a press leaves them standing.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.action import TrackedItem
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.posting import Line
from bot.domain.postmortem import ActionState
from bot.errors import ChatError, Retryable
from bot.ports import Posted, PostRow
from bot.workflow.access import is_member
from bot.workflow.action_reminders import PUT_AWAY, item_told, retold, still_stands
from bot.workflow.erasure import retract
from bot.workflow.posts import UNREACHED, found
from bot.workflow.privacy import outsiders, told_person
from bot.workflow.show import labels, update_post
from bot.workflow.world import World

_WORDS = {
    ActionState.DONE: "Done",
    ActionState.DECLINED: "Declined",
    ActionState.PROPOSED: "Proposed again",
}
_LOOK_AGAIN = timedelta(seconds=5)
"""Until a message that is on its way is looked for again."""


def outcome(world: World, item: TrackedItem, incident: Incident) -> str:
    """What became of an item, for whoever decided and for whoever was told of it."""
    if not item.is_open:
        return f"{_WORDS[item.state]}: {item.text}"
    if incident.status in PUT_AWAY:
        return f"{incident.key} was put away, and this action item of it rests: {item.text}"
    if item.place is None:
        return f"Not in the postmortem of {incident.key} any more: {item.text}"
    due = f", due {item.due}" if item.due else ""
    return f"{labels(world)(item.owner_id)} takes that on{due}: {item.text}"


def redraw_reminders(world: World, job: Job) -> None:
    """Job: the direct messages that told of an item (of every item of the incident, where the job names none)
    show what is true now. Whoever may not hear of a private incident any more loses theirs; who is no full
    member any more is told nothing new.

    Raises:
        Retryable: one of them is still on its way.
    """
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        rows = records.posts.of(job.incident_id or 0)
    if incident is None:
        return
    wanted = job.payload.get("item")
    told = [row for row in rows if (about := item_told(row)) is not None and wanted in (None, about)]
    outside = outsiders(world, incident, told)
    waiting: Retryable | None = None
    for row in told:
        try:
            _bring_up_to_date(world, row, is_outside=row.channel_id in outside)
        except Retryable as error:
            waiting = error  # the others need not wait for it
    if waiting is not None:
        raise waiting


def _bring_up_to_date(world: World, row: PostRow, *, is_outside: bool) -> None:
    if is_outside:
        retract(world, row)
    elif is_member(world, told_person(row)) and (at := _found(world, row)) is not None:
        _redraw(world, row, at)


def _found(world: World, row: PostRow) -> Posted | None:
    """Where it stands; None for one that was never made, or whose reader nothing reaches.

    Raises:
        Retryable: it may still be on its way.
    """
    try:
        return found(world, row, look_again=_LOOK_AGAIN)
    except ChatError as error:
        if error.code not in UNREACHED:
            raise
        return None


def _redraw(world: World, row: PostRow, at: Posted) -> None:
    """Two decisions may be shown by two workers at once, in any order: whoever drew looks again whether that
    is still what is true, so that the last word is the newest."""
    line = _line_now(world, row)
    while line is not None:
        update_post(world, at, line)
        drawn, line = line, _line_now(world, row)
        if line == drawn:
            return


def _line_now(world: World, row: PostRow) -> Line | None:
    with world.storage.read() as records:
        item = records.actions.get(item_told(row) or 0)
        incident = records.incidents.get(item.incident_id) if item else None
    if item is None or incident is None:
        return None
    if still_stands(row, item, incident):
        return retold(world, row, item, incident)
    return Line(text=outcome(world, item, incident))
