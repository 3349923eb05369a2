"""Channels that are private, or have become so: what of their incidents others saw is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.past import Kind
from bot.errors import ChatError
from bot.ports import Place, PostRow, Records
from bot.workflow.access import may_hear
from bot.workflow.dossier import is_reviewed
from bot.workflow.erasure import detach, file_name, picture_name, retract
from bot.workflow.membership import GONE
from bot.workflow.turned import made_private
from bot.workflow.world import World, ask


def is_private_now(world: World, incident: Incident) -> bool:
    """Whether an incident is private at this moment, asked of Slack: events may be late or lost.

    A channel that Slack does not show any more counts as private: nobody can tell that it is not.
    """
    if incident.is_private or _is_document(world, incident):
        return incident.is_private
    try:
        channel = world.directory.channel(incident.channel_id)
    except ChatError as error:
        if error.code not in GONE:
            raise
        return True
    if channel.is_private:
        with world.storage.begin() as records:
            made_private(records, world, incident.channel_id)
        world.wake()
    return channel.is_private


def _is_document(world: World, incident: Incident) -> bool:
    """Whether it was imported from a document, which has no channel that Slack could tell of."""
    if not incident.imported:
        return False
    with world.storage.read() as records:
        rows = records.imports.of_channel(world.team_id, incident.channel_id)
    return any(row.kind is Kind.DOCUMENT for row in rows)


def withdraw_posts(world: World, job: Job) -> None:
    """Job: what stands of a private incident where others see it is taken from there: in other channels,
    and in direct messages to people who are not in its channel. A draft that stood there is delivered
    again where only members see it."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        rows = records.posts.of(job.incident_id or 0)
    if incident is None or not incident.is_private:
        return
    outside = outsiders(world, incident, rows)
    strayed = [row for row in rows if row.channel_id in outside or _is_elsewhere(row, incident)]
    _take_files_back(world, incident, strayed)
    for row in strayed:
        retract(world, row)
    if incident.review_place[0] in {row.channel_id for row in strayed}:
        with world.storage.begin() as records:
            _home_again(records, world, incident.id)
        world.wake()


def outsiders(world: World, incident: Incident, rows: Iterable[PostRow]) -> frozenset[str]:
    """The direct messages in which a private incident stands and whose reader may not hear of it now, or is
    not known: drafts that versions before `to` in `review_key` sent say nothing of it, and come again."""
    if not incident.is_private:
        return frozenset()
    readers = _readers(rows)
    entitled = may_hear(world, incident, filter(None, readers.values()))
    return frozenset(channel_id for channel_id, person in readers.items() if person not in entitled)


def _readers(rows: Iterable[PostRow]) -> dict[str, str]:
    """The direct messages that tell of the incident itself → whose they are, empty where nothing says it.
    That somebody broke the glass is told to whoever was there, and stays told."""
    direct = [row for row in rows if is_direct(row.channel_id)]
    readers = {row.channel_id: "" for row in direct if not row.key.startswith("glass:")}
    known = {row.channel_id: person for row in direct if (person := told_person(row))}
    return {channel_id: known.get(channel_id, "") for channel_id in readers}


def someone_left(records: Records, world: World, event_id: str, channel_id: str) -> bool:
    """Ask for what a private channel's incidents told people directly to be looked through: somebody left
    it. Who is in it is asked of Slack then, since deliveries come late. Whether work was asked for."""
    asked = [
        ask(records, world, "withdraw_posts", f"{incident.id}:{event_id}", incident=incident)
        for incident in records.incidents.in_channel(world.team_id, channel_id)
        if incident.is_private and _readers(records.posts.of(incident.id))
    ]
    return any(asked)


def _take_files_back(world: World, incident: Incident, strayed: list[PostRow]) -> None:
    """Document and picture, from the threads in which something of the incident stands elsewhere."""
    threads = {(row.channel_id, row.thread_ts or row.ts) for row in strayed}
    for channel_id, thread_ts in sorted((channel, ts) for channel, ts in threads if ts):
        for name in (file_name(incident), picture_name(incident)):
            detach(world, Place(channel_id=channel_id, thread_ts=thread_ts), name)


_TOLD = {
    "remind": 4,
    "remind_item": 2,
    "orphaned": 2,
    "review": 3,
    "document": 3,
    "ask_person": 4,
    "glass": -1,
}
"""Posts that are direct messages, and which part of their key is the person's id."""
_PERSON = re.compile(r"[UW][A-Z0-9]+")


def told_person(row: PostRow) -> str:
    """Whom a direct message tells of an incident; empty for any other post, and where its key does not say:
    a question or a reminder that nobody could be sent stands in the review's thread (`:thread`)."""
    parts = row.key.split(":")
    place = _TOLD.get(parts[0], len(parts))
    if place >= len(parts) or parts[-1] == "thread" or not is_direct(row.channel_id):
        return ""
    return parts[place] if _PERSON.fullmatch(parts[place]) else ""


def _is_elsewhere(row: PostRow, incident: Incident) -> bool:
    """In a channel that is neither the incident's own nor a direct message."""
    return row.channel_id != incident.channel_id and not is_direct(row.channel_id)


def is_direct(channel_id: str) -> bool:
    """Whether a post there goes to one person: a direct message's id, or a person's own."""
    return channel_id.startswith(("D", "U", "W"))


def _home_again(records: Records, world: World, incident_id: int) -> None:
    now = records.incidents.get(incident_id)
    if now is None:
        return
    moved = records.incidents.replace(now.model_copy(update={"review_channel_id": None, "review_ts": None}))
    if is_reviewed(moved):
        name = f"{moved.id}:g{moved.generation}:v{moved.version}"
        ask(records, world, "post", name, incident=moved, generation=moved.generation)
