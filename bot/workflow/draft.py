"""Drafting: top up the archive, freeze the evidence, draft, check, and store revision and jobs at once."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.action import TrackedItem
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.review import DRAFTER_AUTHOR, Cost, Revision
from bot.domain.transcript import Person, as_ts
from bot.errors import Retryable
from bot.ports import Composed, Order, Records, Thrifty
from bot.workflow.composing import Composing
from bot.workflow.dossier import Dossier, stamp
from bot.workflow.privacy import is_private_now
from bot.workflow.reading import Keep
from bot.workflow.reminding import remind_later
from bot.workflow.show import document_row
from bot.workflow.topping import read_on, top_up
from bot.workflow.tracking import continued, follow
from bot.workflow.world import World, ask, audit, follow_homes, refresh
from bot.workflow.writing import Written, write

_REDRAFTED = frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED})


def draft(world: World, job: Job, keep: Keep) -> None:
    """Job: write the next revision from what was said, and ask for it to be posted."""
    incident = _due(world, job)
    if incident is None:
        return
    top_up(world, incident, job, keep)
    incident = _due(world, job)  # reading takes its time: meanwhile it may have been restricted, or moved
    if incident is None:
        return
    composed, written = compose(world, _as_slack_says(world, incident))
    keep()
    _store(world, job, incident.channel_id, composed, written)


def _as_slack_says(world: World, incident: Incident) -> Incident:
    """Private where its channel is by now, before a model sees anything: events may be late or lost."""
    asks_model = world.drafter_for(incident) is not world.drafter
    if incident.is_private or not asks_model or not is_private_now(world, incident):
        return incident
    return incident.model_copy(update={"is_private": True})


def compose(world: World, incident: Incident) -> tuple[Composed, Written]:
    """Freeze what was said, and have it written: offline with the freezing, by a model after it.

    Raises:
        Retryable, DrafterError: there are no people to hide, or no draft could be had.
    """
    people, drafter = _people(world), world.drafter_for(incident)
    offline = drafter is world.drafter
    if not offline and isinstance(drafter, Thrifty):
        drafter = drafter.after(_spent(world, incident))
    composer = world.apart or Composing(world.storage, world.redactor, world.drafter)
    composed = composer.compose(
        Order(
            incident=incident,
            until=as_ts(world.clock.now()),
            url=world.directory.identity().url,
            offline=offline,
        ),
        people,
    )
    if composed.drafted is not None and composed.checked is not None:
        return composed, Written(composed.drafted, composed.checked)
    transcript = composed.transcript
    return composed, write(drafter, transcript, lambda draft: composer.check(draft, transcript, people))


def _spent(world: World, incident: Incident) -> Cost:
    """What a model used for this postmortem before: the budget is the postmortem's, not a draft's."""
    with world.storage.read() as records:
        return records.revisions.cost(incident.id) + records.proposals.cost(incident.id)


def _due(world: World, job: Job) -> Incident | None:
    """The incident, if this draft is still wanted: not reopened, not drafted already."""
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
    return incident if incident is not None and _wanted(incident, job) else None


def _wanted(incident: Incident, job: Job) -> bool:
    statuses = _REDRAFTED if job.payload.get("redraft") else {Status.RESOLVED}
    return incident.generation == job.payload["generation"] and incident.status in statuses


def _people(world: World) -> tuple[Person, ...]:
    try:
        return world.directory.everyone()
    except Retryable as error:
        why = "Slack did not list the workspace's people, whose names a draft must not show."
        raise type(error)(why, retry_after=error.retry_after) from None


def _store(world: World, job: Job, channel_id: str, composed: Composed, written: Written) -> None:
    """Revision, status and the job that posts it: one transaction, unless it is no longer wanted. This job
    ends with it: done again after a crash, a redraft would be a revision more.

    The revision is made before, since templates are read and rendered for it, and on SQLite every event
    waits for a transaction; it is made again in it where anything it rests on was changed meanwhile.
    """
    with world.storage.read() as records:
        expected = _ground(records, job)
    made = _revision(world, job, expected, composed, written) if expected else None
    with world.storage.begin() as records:
        records.jobs.finish(job, at=world.clock.now())
        ground = _ground(records, job)
        if ground is None or not _wanted(ground.incident, job):
            return
        incident = ground.incident
        _refuse_outdated(records, incident, channel_id, composed)
        records.evidence.save(incident.id, composed.fresh)
        if made is None or ground != expected:
            made = _revision(world, job, ground, composed, written)
        records.revisions.add(made)
        follow(records, world, incident, made.draft, edited=False)
        _announce(records, world, job, incident, made)
        audit(records, world, DRAFTER_AUTHOR, "drafted", incident, revision=made.number)
    world.wake()


def _announce(records: Records, world: World, job: Job, incident: Incident, made: Revision) -> None:
    """The incident is in review, and all that shows it follows."""
    reviewed = records.incidents.replace(incident.model_copy(update={"status": Status.IN_REVIEW}))
    name = f"{incident.id}:g{incident.generation}:r{made.number}"
    ask(records, world, "index", name, incident=reviewed)
    generation, asked = incident.generation, bool(job.payload.get("actor"))
    ask(records, world, "post", name, incident=reviewed, generation=generation, asked=asked)
    if job.payload.get("redraft") and made.number > 1:
        told, number = f"{incident.id}:r{made.number}", made.number
        ask(records, world, "diff", told, incident=reviewed, revision=number, before=number - 1)
    if incident.status is not Status.IN_REVIEW:
        remind_later(records, world, reviewed)
    if document_row(records, reviewed) is None:
        refresh(records, world, reviewed)
    else:
        follow_homes(records, world)  # the cards that stand are brought up to date by the job that posts
    read_on(records, world, reviewed, made.number)


def _refuse_outdated(records: Records, incident: Incident, channel_id: str, composed: Composed) -> None:
    """What was deleted while the draft was made must not come back with it, and evidence must name the
    channel by the id it has, by which a later deletion looks for it."""
    if incident.channel_id != channel_id:
        raise Retryable("The channel got another id while its draft was made.", retry_after=0)
    frozen_at = composed.coverage.frozen_at
    if frozen_at is None:
        return
    touched = records.messages.touched(
        incident.team_id, incident.channel_id, since=frozen_at, until=as_ts(frozen_at)
    )
    gone = {one.ts for one in touched if one.deleted}
    if any(item.ts in gone and not item.deleted for item in composed.transcript.evidence):
        raise Retryable("A message was deleted while its draft was made.", retry_after=0)


class _Ground(NamedTuple):
    """What a revision is made on top of."""

    incident: Incident
    history: tuple[Revision, ...]
    items: tuple[TrackedItem, ...]


def _ground(records: Records, job: Job) -> _Ground | None:
    incident = records.incidents.get(job.incident_id or 0)
    if incident is None:
        return None
    return _Ground(incident, records.revisions.handovers(incident.id), records.actions.of(incident.id))


def _revision(world: World, job: Job, ground: _Ground, composed: Composed, written: Written) -> Revision:
    incident, history, items = ground
    latest, drafted = history[-1] if history else None, written.drafted
    only = tuple(map(str, job.payload.get("sections") or ()))
    revision = Revision(
        incident_id=incident.id,
        number=(latest.number if latest else 0) + 1,
        draft=continued(history, items, written.checked.draft, only),
        author=DRAFTER_AUTHOR,
        reason="drafted again" if latest else "first draft",
        created_at=world.clock.now(),
        drafter=drafted.drafter,
        prompt_version=drafted.prompt_version,
        digest=composed.digest,
        findings=written.findings,
        coverage=composed.coverage,
        tokens=drafted.tokens,
        seconds=drafted.seconds,
        dollars=drafted.dollars,
        generation=incident.generation,
    )
    return stamp(
        world, Dossier(incident, revision, composed.transcript.evidence, (), (), items=items), revision
    )
