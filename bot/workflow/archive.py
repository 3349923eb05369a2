"""Reading the whole transcript of an incident, page by page, so that a restart goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.incident import Incident, Scope
from bot.domain.job import Job
from bot.domain.transcript import Message, as_ts, ts_order
from bot.errors import ChatError
from bot.ports import ArchiveState, Page
from bot.workflow.capture import capture
from bot.workflow.world import World

CHUNK = 20
"""Messages stored in one transaction: on SQLite an event waits for it before Slack gets its answer."""

Keep = Callable[[], None]
"""Keeps the lease of the running job; called after every page."""


def archive(world: World, job: Job, keep: Keep) -> None:
    """Job: archive a resolved incident's transcript at once, since archiving a channel ejects the bot."""
    with world.storage.begin() as records:
        incident = records.incidents.get(job.incident_id or 0)
    if incident is None or incident.generation != job.payload["generation"]:
        return
    read_transcript(world, incident, f"archive:g{incident.generation}", keep)


def read_transcript(world: World, incident: Incident, name: str, keep: Keep) -> ArchiveState:
    """One pass over the incident's scope up to now; a pass of the same name goes on where it stopped.

    Threads whose replies were complete and whose reply count has not changed are not read again.

    Raises:
        Retryable: Slack is away or wants a pause; what was read is stored.
    """
    state = _begin(world, incident, name)
    if state.complete:
        return state
    try:
        if incident.scope is Scope.CHANNEL:
            state = _read_roots(world, incident, state, keep)
            state = _read_threads(world, incident, state, keep)
        else:
            state = _read_thread(world, incident, state, incident.root_ts or "", keep)
    except ChatError as error:
        reason = f"Slack would not show it any more ({error.code})"
        state = state.model_copy(update={"unreadable": (*state.unreadable, reason)})
    return _save(world, state.model_copy(update={"complete": True}))


def _begin(world: World, incident: Incident, name: str) -> ArchiveState:
    """The stored progress of this pass, or a new one that knows which threads are complete."""
    with world.storage.begin() as records:
        known = records.archives.load(incident.id)
    if known is not None and known.name == name:
        return known
    return ArchiveState(
        incident_id=incident.id,
        generation=incident.generation,
        name=name,
        latest=as_ts(world.clock.now()),
        threads=known.threads if known else {},
        pages=known.pages if known else 0,
    )


def _save(world: World, state: ArchiveState) -> ArchiveState:
    with world.storage.begin() as records:
        records.archives.save(state)
    return state


def _read_roots(world: World, incident: Incident, state: ArchiveState, keep: Keep) -> ArchiveState:
    """Root messages, newest first. What a restart goes on from is a message's time: cursors do not last."""
    cursor, latest = "", state.before or state.latest
    while not state.roots_done:
        page = world.history.history(
            incident.channel_id, oldest=incident.since_ts, latest=latest, cursor=cursor
        )
        oldest = min((message.ts for message in page.messages), key=ts_order, default=state.before)
        cursor = page.next_cursor
        state = _store(world, state, page, {"before": oldest, "roots_done": not cursor})
        keep()
    return state


def _read_threads(world: World, incident: Incident, state: ArchiveState, keep: Keep) -> ArchiveState:
    with world.storage.read() as records:
        said = records.messages.in_channel(
            world.team_id, incident.channel_id, oldest=incident.since_ts, latest=state.latest
        )
    for root in said:
        if root.reply_count and not root.is_reply and state.threads.get(root.ts) != root.reply_count:
            state = _read_thread(world, incident, state, root.ts, keep)
    if incident.card_ts is not None:
        state = _read_thread(world, incident, state, incident.card_ts, keep)  # what people said under it
    return state


def _read_thread(
    world: World, incident: Incident, state: ArchiveState, root_ts: str, keep: Keep
) -> ArchiveState:
    cursor, replies = "", 0
    while True:
        page = world.history.replies(incident.channel_id, root_ts, cursor=cursor)
        replies = next((one.reply_count for one in page.messages if one.ts == root_ts), replies)
        cursor = page.next_cursor
        threads = state.threads if cursor else {**state.threads, root_ts: replies}
        state = _store(world, state, page, {"threads": threads})
        keep()
        if not cursor:
            return state


def _store(world: World, state: ArchiveState, page: Page, progress: Mapping[str, object]) -> ArchiveState:
    """A page, then with its end the progress it means: what is interrupted before is read again."""
    skipped = dict(state.skipped)
    for reason, count in page.skipped.items():
        skipped[reason] = skipped.get(reason, 0) + count
    state = state.model_copy(
        update={
            **progress,
            "skipped": skipped,
            "pages": state.pages + 1,
            "clamped": state.clamped or page.clamped,
        }
    )
    chunks = [page.messages[at : at + CHUNK] for at in range(0, len(page.messages), CHUNK)] or [()]
    for number, chunk in enumerate(chunks, 1):
        with world.storage.begin() as records:
            for message in chunk:
                capture(records, world, message)
            if number == len(chunks):
                records.archives.save(state)
    return state


def messages_of(world: World, incident: Incident, until: str) -> tuple[Message, ...]:
    """The stored messages of an incident's scope up to a Slack timestamp, tombstones included."""
    with world.storage.read() as records:
        if incident.scope is Scope.THREAD:
            return records.messages.in_thread(
                world.team_id, incident.channel_id, incident.root_ts or "", latest=until
            )
        return records.messages.in_channel(
            world.team_id, incident.channel_id, oldest=incident.since_ts, latest=until
        )
