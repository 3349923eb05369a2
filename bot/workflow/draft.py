"""Drafting: top up the archive, freeze the evidence, draft, check, and store revision and jobs at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.assembly import Assembly, assemble
from bot.domain.changes import Version, redrafted
from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.transcript import Person, as_ts, moment
from bot.errors import Retryable
from bot.ports import Records
from bot.workflow.archive import is_whole, shortcomings, skipped_in
from bot.workflow.capture import without_personal_data
from bot.workflow.cards import stamped
from bot.workflow.indexing import index
from bot.workflow.reading import Keep
from bot.workflow.scope import messages_of, not_ours
from bot.workflow.topping import read_on, top_up
from bot.workflow.tracking import follow, keep_promises
from bot.workflow.world import World, ask, audit, refresh
from bot.workflow.writing import Written, write

NOT_OURS = "part of another incident, or of the review"
_REDRAFTED = frozenset({Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED})


def draft(world: World, job: Job, keep: Keep) -> None:
    """Job: write the next revision from what was said, and ask for it to be posted."""
    incident = _due(world, job)
    if incident is None:
        return
    top_up(world, incident, job, keep)
    gathered = gather(world, incident)
    written = write(world.drafter_for(incident), gathered.transcript, gathered.names)
    keep()
    _store(world, job, gathered, written)


def _due(world: World, job: Job) -> Incident | None:
    """The incident, if this draft is still wanted: not reopened, not drafted already."""
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
    return incident if incident is not None and _wanted(incident, job) else None


def _wanted(incident: Incident, job: Job) -> bool:
    statuses = _REDRAFTED if job.payload.get("redraft") else {Status.RESOLVED}
    return incident.generation == job.payload["generation"] and incident.status in statuses


def gather(world: World, incident: Incident) -> Assembly:
    """Freeze what was said into labelled evidence. Labels given earlier stay what they are."""
    people = _people(world)
    until = as_ts(world.clock.now())
    said = messages_of(world, incident, until)
    with world.storage.read() as records:
        known = records.evidence.of(incident.id)
        foreign = not_ours(records, incident)
        progress = records.archives.load(incident.id)
    ours = [message for message in said if message.ts not in foreign and message.thread_ts not in foreign]
    ours = without_personal_data(world, ours)
    reasons = skipped_in(progress) if progress else {}
    if left_out := len(said) - len(ours):
        reasons[NOT_OURS] = left_out
    gathered = assemble(
        incident,
        ours,
        people=people,
        known=known,
        permalink=Permalinks(world.directory.identity().url),
        skipped=reasons,
        notes=shortcomings(progress) if progress else (),
        complete=is_whole(progress),
    )
    return gathered._replace(coverage=gathered.coverage.model_copy(update={"frozen_at": moment(until)}))


def _people(world: World) -> tuple[Person, ...]:
    try:
        return world.directory.everyone()
    except Retryable as error:
        why = "Slack did not list the workspace's people, whose names a draft must not show."
        raise Retryable(why, retry_after=error.retry_after) from None


@dataclass(frozen=True)
class Permalinks:
    """Builds what `chat.getPermalink` would answer, without a call per message."""

    url: str

    def __call__(self, channel_id: str, ts: str, thread_ts: str | None) -> str | None:
        if not self.url.startswith(("http://", "https://")):
            return None
        link = f"{self.url.rstrip('/')}/archives/{channel_id}/p{ts.replace('.', '')}"
        return f"{link}?thread_ts={thread_ts}&cid={channel_id}" if thread_ts else link


def _store(world: World, job: Job, gathered: Assembly, written: Written) -> None:
    """Revision, status and the job that posts it: one transaction, unless it is no longer wanted."""
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
        if incident is None or not _wanted(incident, job):
            return
        records.evidence.save(incident.id, gathered.transcript.evidence)
        only = tuple(map(str, job.payload.get("sections") or ()))
        revision = _revision(records, world, incident, gathered, written, only)
        records.revisions.add(stamped(records, world, incident, revision))
        follow(records, world, incident, edited=False)
        reviewed = records.incidents.replace(incident.model_copy(update={"status": Status.IN_REVIEW}))
        index(records, world, reviewed)
        name = f"{incident.id}:g{incident.generation}:r{revision.number}"
        ask(records, world, "post", name, incident=reviewed, generation=incident.generation)
        refresh(records, world, reviewed)
        read_on(records, world, reviewed, revision.number)
        audit(records, world, DRAFTER_AUTHOR, "drafted", reviewed, revision=revision.number)
    world.wake()


def _revision(
    records: Records,
    world: World,
    incident: Incident,
    gathered: Assembly,
    written: Written,
    only: Collection[str],
) -> Revision:
    history = records.revisions.all(incident.id)
    latest, drafted = history[-1] if history else None, written.drafted
    versions = [Version(one.author != DRAFTER_AUTHOR, one.draft) for one in history]
    draft_now = keep_promises(records, incident, redrafted(versions, written.checked.draft, only))
    return Revision(
        incident_id=incident.id,
        number=(latest.number if latest else 0) + 1,
        draft=draft_now,
        author=DRAFTER_AUTHOR,
        reason="drafted again" if latest else "first draft",
        created_at=world.clock.now(),
        drafter=drafted.drafter,
        prompt_version=drafted.prompt_version,
        digest=gathered.digest,
        findings=written.findings,
        coverage=gathered.coverage,
        tokens=drafted.tokens,
        seconds=drafted.seconds,
        dollars=drafted.dollars,
        generation=incident.generation,
    )
