"""Reminding whoever owns a review that it waits: in their working hours, three times at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.incident import Incident, Status, describe_duration
from bot.domain.job import Job
from bot.domain.posting import Line, Link
from bot.domain.review import approvals
from bot.domain.transcript import Person
from bot.errors import ChatError, NotAllowed, Retryable
from bot.ports import Place, Records
from bot.workflow.access import may_see, member
from bot.workflow.composing import Permalinks
from bot.workflow.posts import UNREACHED, post_once
from bot.workflow.show import review_row
from bot.workflow.world import World, ask

KIND = "remind"
MOST = 3


def remind_later(records: Records, world: World, incident: Incident) -> None:
    """A review begins: ask for its reminders, in place of those of an earlier one."""
    records.jobs.cancel(incident.id, KIND, at=world.clock.now())
    if world.policy.review_reminder:
        _ask(records, world, incident, f"{incident.id}:v{incident.version}", 1)


def _ask(records: Records, world: World, incident: Incident, name: str, number: int) -> None:
    generation, wait = incident.generation, world.policy.review_reminder
    ask(
        records,
        world,
        KIND,
        f"{name}:{number}",
        incident=incident,
        after=wait,
        generation=generation,
        name=name,
        number=number,
    )


def remind(world: World, job: Job) -> None:
    """Job: a direct message to the owner, else to who resolved the incident, else a line in the thread.

    Raises:
        Retryable: it is not their working hours yet, or somebody has been at the review since.
    """
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or not _waits(world, incident, job):
            return
        since = _last_touched(records, incident)
    people = list(_people(world, incident))
    tz = people[0].tz if people else "UTC"
    due = max(since, job.created_at) + world.policy.review_reminder
    due = world.policy.working_hours.next(max(due, world.clock.now()), tz)
    if due > world.clock.now():
        pause = (due - world.clock.now()).total_seconds()
        raise Retryable("A reminder waits for its time.", retry_after=pause)
    _tell(world, incident, job, people, since)
    number = int(job.payload["number"])
    with world.storage.begin() as records:
        if number < MOST:
            _ask(records, world, incident, str(job.payload["name"]), number + 1)


def _waits(world: World, incident: Incident, job: Job) -> bool:
    reminds, generation = bool(world.policy.review_reminder), job.payload["generation"]
    return reminds and incident.status is Status.IN_REVIEW and incident.generation == generation


def _last_touched(records: Records, incident: Incident) -> datetime:
    """When somebody last changed, decided or said something about the draft."""
    latest = records.revisions.latest(incident.id)
    moments = [review.at for review in records.reviews.of(incident.id)]
    return max([*moments, latest.created_at if latest else incident.started_at])


def _people(world: World, incident: Incident) -> Iterator[Person]:
    """The owner, then who resolved it: those with an account that may see the incident now."""
    for user_id in dict.fromkeys(filter(None, (incident.owner_id, incident.resolved_by))):
        try:
            person = member(world, user_id)
        except NotAllowed:
            continue
        if may_see(world, incident, user_id):
            yield person


def _tell(world: World, incident: Incident, job: Job, people: list[Person], since: datetime) -> None:
    line = _line(world, incident, since, last=int(job.payload["number"]) == MOST)
    for person in people:
        try:
            key = f"{job.key}:{person.id}"
            post_once(world, key, Place(channel_id=person.id), line, incident_id=incident.id)
        except ChatError as error:
            if error.code not in UNREACHED:
                raise
        else:
            return
    channel_id, thread_ts = incident.review_place
    place = Place(channel_id=channel_id, thread_ts=thread_ts)
    post_once(world, f"{job.key}:thread", place, line, incident_id=incident.id)


def _line(world: World, incident: Incident, since: datetime, *, last: bool) -> Line:
    """Key and counts only: what was said may be erased, and a direct message is out of sight."""
    with world.storage.read() as records:
        latest = records.revisions.latest(incident.id)
        given = approvals(records.reviews.of(incident.id), latest.number if latest else 0)
        card = review_row(records, incident)
    waited = describe_duration(world.clock.now() - since)
    count = f"{len(given)} of {world.policy.approvals_needed} approvals"
    text = f"The postmortem of {incident.key} has waited for its review for {waited}: {count}."
    text += " Approve, edit or discard it on its card." + (" This is the last reminder." if last else "")
    url = world.directory.identity().url
    link = Permalinks(url)(card.channel_id, card.ts, card.thread_ts) if card and card.ts else None
    return Line(text=text, links=(Link(label="Open the review", url=link),) if link else ())
