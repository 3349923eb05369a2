"""Bringing the archive up to date for a draft, and not waiting for ever where Slack is slow."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.incident import Incident
from bot.domain.job import Job, JobState
from bot.errors import Retryable
from bot.log import get_logger
from bot.ports import ArchiveState, Records
from bot.workflow.archive import pass_of, read_transcript
from bot.workflow.reading import Keep
from bot.workflow.world import World, ask

PATIENCE = timedelta(minutes=30)
"""How much later than promised a draft may come so that more of the transcript is read."""
A_MOMENT = 5.0
"""Seconds until a draft looks again whether the archive's own reading is over."""


def top_up(world: World, incident: Incident, job: Job, keep: Keep) -> None:
    """Read what is new since the resolution; first to its end what was begun then.

    A Slack that allows one page a minute (a clamp, a long `Retry-After`) delays the draft by `PATIENCE` at
    most: then it is made from what is there, says so, and the reading goes on behind it.

    Raises:
        Retryable: Slack is away, or asks for a pause that fits into the patience.
    """
    try:
        state = _unfinished(world, incident)
        if state is not None and not state.complete:
            read_transcript(world, incident, state.name, keep)
        read_transcript(world, incident, f"draft:{job.key}", keep)
    except Retryable as error:
        if error.retry_after is None or world.clock.now() < _deadline(incident, job):
            raise
        get_logger("draft").warning("drafting_before_all_is_read", incident=incident.id)


def _unfinished(world: World, incident: Incident) -> ArchiveState | None:
    """The progress of this resolution's reading. Raises `Retryable` while another worker is at it."""
    with world.storage.read() as records:
        state = records.archives.load(incident.id)
        reader = records.jobs.get(f"archive:{incident.id}:g{incident.generation}")
    if state is None or state.generation != incident.generation:
        return None
    now = world.clock.now()
    lease = reader.lease_until if reader is not None and reader.state is JobState.WAITING else None
    if state.name == pass_of(incident) and lease is not None and lease > now:
        raise Retryable("the transcript is still being read", retry_after=A_MOMENT)
    return state


def _deadline(incident: Incident, job: Job) -> datetime:
    return max(incident.draft_due_at or job.created_at, job.created_at) + PATIENCE


def read_on(records: Records, world: World, incident: Incident, revision: int) -> None:
    """Have the reading go on that a draft could not wait for, or be made again where events may have been
    missed since it began, while the draft was written, too; what it brings shows on the draft's card."""
    state = records.archives.load(incident.id)
    if state is not None and (not state.complete or (state.is_doubted and not state.unreadable)):
        name = f"{incident.id}:g{incident.generation}:after-r{revision}"
        ask(
            records,
            world,
            "archive",
            name,
            incident=incident,
            generation=incident.generation,
            name=state.name,
        )
