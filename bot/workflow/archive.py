"""Reading the whole transcript of an incident, page by page, so that a restart goes on where it was."""

from __future__ import annotations

from bot.domain.incident import Incident, Scope
from bot.domain.job import Job
from bot.domain.transcript import as_ts
from bot.errors import ChatError
from bot.ports import ArchiveState
from bot.workflow.reading import Keep, Reading
from bot.workflow.world import World

ROUNDS = 3
"""Passes in a row, through each of which events were missed, until a draft is made from what is there."""


def archive(world: World, job: Job, keep: Keep) -> None:
    """Job: archive a resolved incident's transcript at once, since archiving a channel ejects the bot.

    A draft that could not wait for the end of the reading has it go on by `name`.
    """
    with world.storage.read() as records:
        incident = records.incidents.get(job.incident_id or 0)
        known = records.archives.load(job.incident_id or 0)
    if incident is None or incident.generation != job.payload["generation"]:
        return
    name = str(job.payload.get("name") or pass_of(incident))
    if known is not None and known.generation == incident.generation and known.name != name:
        return  # a later pass has begun; it reads whatever this one would
    read_transcript(world, incident, name, keep)


def pass_of(incident: Incident) -> str:
    """What the reading at a resolution is called."""
    return f"archive:g{incident.generation}"


def read_transcript(world: World, incident: Incident, name: str, keep: Keep) -> ArchiveState:
    """One pass over the incident's scope up to now; a pass of the same name goes on where it stopped.

    All roots are read, and of the threads those that are not known to be complete: Slack tells with each
    root how many replies it has and which is the last. Where events were missed since it began, what it
    had read by then may have been edited: another pass follows, of the roots and of these threads.

    Raises:
        Retryable: Slack is away or wants a pause; what was read is stored.
    """
    for _ in range(ROUNDS):
        state = _pass(world, incident, name, keep)
        if state.unreadable or not state.is_doubted:
            break
    return state


def _pass(world: World, incident: Incident, name: str, keep: Keep) -> ArchiveState:
    reading = Reading(world, incident, _begin(world, incident, name), keep)
    if reading.state.complete:
        return reading.state
    reading.begin()
    try:
        reading.read_all()
    except ChatError as error:
        reading.refused(error)
    return reading.close()


def _begin(world: World, incident: Incident, name: str) -> ArchiveState:
    """The stored progress of this pass, or a new one that knows which threads are complete. One that is
    over and was put in doubt since it began is made anew under its name."""
    with world.storage.read() as records:
        known = records.archives.load(incident.id)
    if known is not None and known.name == name and not (known.complete and known.is_doubted):
        return known
    fresh = ArchiveState(
        incident_id=incident.id,
        generation=incident.generation,
        name=name,
        latest=as_ts(world.clock.now()),
    )
    if incident.scope is Scope.THREAD:
        fresh = fresh.model_copy(update={"roots_done": True, "waiting": ((incident.root_ts or "", ""),)})
    if known is None:
        return fresh
    kept = {name: getattr(known, name) for name in ("threads", "pages", "clamped", "read_until", "doubts")}
    return fresh.model_copy(update=kept | {"doubts_before": known.doubts})


def skipped_in(state: ArchiveState) -> dict[str, int]:
    """What was read but is no part of the transcript, by reason, roots and replies together."""
    counts = dict(state.skipped)
    for left_out in (state.aside, *(thread.skipped for thread in state.threads.values())):
        for reason, count in left_out.items():
            counts[reason] = counts.get(reason, 0) + count
    return counts


def shortcomings(state: ArchiveState) -> tuple[str, ...]:
    """What a reader of the draft must know about how the transcript was read, in sentences."""
    notes = list(state.unreadable)
    if state.clamped:
        notes.append("Slack shows this app only 15 messages a minute; its operator should see `doctor`.")
    if state.trusted:
        threads = "1 thread is" if state.trusted == 1 else f"{state.trusted:,} threads are"
        notes.append(f"{threads} as live events told, without being read again.")
    if not state.complete:
        rest = f"{len(state.waiting):,} threads" if state.roots_done else "older messages"
        notes.append(f"Slack made reading slow: {rest} were still to be read when this was drafted.")
    if state.is_doubted and not state.unreadable:
        notes.append("Events from Slack were missed while this was read: an edit made then may be missing.")
    if state.hidden:
        notes.append("Slack hides older messages from this workspace.")
    return tuple(notes)


def is_whole(state: ArchiveState | None) -> bool:
    """Whether everything of the scope was read, at least once up to some moment."""
    return state is not None and state.complete and (not state.unreadable or bool(state.read_until))
