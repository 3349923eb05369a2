"""Legal hold and restriction, and what of a channel belongs to an incident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from bot.domain.incident import Incident, Scope, Status
from bot.domain.transcript import Message, as_ts, ts_order
from bot.ports import Records, Sealed
from bot.workflow.current import current
from bot.workflow.indexing import index
from bot.workflow.wiping import wipe_soon
from bot.workflow.world import World, ask, ask_to_publish, audit, refresh


def hold(world: World, incident_id: int, user_id: str, *, on: bool) -> Incident:
    """Put an incident on legal hold, or end it: with the hold goes what people deleted meanwhile.

    Raises:
        UserError: it is not there any more.
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        if incident.held == on:
            return incident
        changed = records.incidents.replace(incident.model_copy(update={"held": on}))
        if not on:
            records.vault.destroy(incident_id)
            wipe_soon(records, world)
        audit(records, world, user_id, "put on hold" if on else "taken off hold", changed)
    return changed


def restrict(world: World, incident_id: int, user_id: str, *, on: bool) -> Incident:
    """Keep an incident from models, files, search and statistics, or end that. What was published goes, and
    comes back.

    Raises:
        UserError: it is not there any more.
    """
    with world.storage.begin() as records:
        incident = current(records, incident_id)
        if incident.restricted == on:
            return incident
        changed = records.incidents.replace(incident.model_copy(update={"restricted": on}))
        index(records, world, changed)
        wipe_soon(records, world)
        refresh(records, world, changed)
        ask(records, world, "republish", f"{incident_id}:v{changed.version}", incident=changed)
        ask(records, world, "redraw", f"{incident_id}:v{changed.version}", incident=changed)
        if not on:
            _publish_again(records, world, changed)
        audit(records, world, user_id, "restricted" if on else "restriction ended", changed)
    world.wake()
    return changed


def _publish_again(records: Records, world: World, incident: Incident) -> None:
    """Where it is published, its files were taken back, or never written."""
    latest = records.revisions.latest(incident.id)
    if incident.status is not Status.PUBLISHED or latest is None:
        return
    ask_to_publish(records, world, incident, latest.number)


def seal(records: Records, world: World, before: Message | None) -> None:
    """Keep what a message said that is about to lose it, if an incident on hold needs it."""
    if before is None or before.deleted or not (before.text or before.files):
        return
    for incident in records.incidents.held(world.team_id):
        if covering(records, incident)(before):
            text = "\n".join([before.text, *(f"[file: {file.name}]" for file in before.files)])
            records.vault.seal(
                Sealed(
                    incident_id=incident.id,
                    channel_id=before.channel_id,
                    ts=before.ts,
                    author_id=before.author_id,
                    text=text,
                    at=world.clock.now(),
                )
            )


def covering(records: Records, incident: Incident) -> Callable[[Message], bool]:
    """Whether a message is part of this incident and of no other, or was said in a thread in which its
    draft stands or stood."""
    is_ours = _scope(records, incident)
    reviews = set(review_threads(records, incident))

    def covers(message: Message) -> bool:
        if (message.channel_id, message.thread_ts or message.ts) in reviews:
            return True
        return message.channel_id == incident.channel_id and is_ours(message)

    return covers


def review_threads(records: Records, incident: Incident) -> Iterator[tuple[str, str]]:
    """Channel and root of every thread in which a draft of this incident stands or stood."""
    rows = [row for row in records.posts.of(incident.id) if row.key.startswith("review:")]
    places = [incident.review_place, *((row.channel_id, row.thread_ts or row.ts) for row in rows)]
    yield from dict.fromkeys((channel_id, root_ts) for channel_id, root_ts in places if root_ts)


def transcript_of(records: Records, world: World, incident: Incident) -> list[Message]:
    """The stored messages that `covering` names; tombstones included."""
    team_id, channel_id = incident.team_id, incident.channel_id
    latest = as_ts(world.clock.now() + timedelta(days=1))  # Slack's clock may be ahead of ours
    if incident.scope is Scope.THREAD:
        said = records.messages.in_thread(team_id, channel_id, incident.root_ts or "", latest=latest)
    else:
        said = records.messages.in_channel(team_id, channel_id, oldest=incident.since_ts, latest=latest)
    found = {(one.channel_id, one.ts): one for one in filter(_scope(records, incident), said)}
    for place, root_ts in review_threads(records, incident):
        thread = records.messages.in_thread(team_id, place, root_ts, latest=latest)
        found |= {(one.channel_id, one.ts): one for one in thread}
    return list(found.values())


def _scope(records: Records, incident: Incident) -> Callable[[Message], bool]:
    """What of its channel is the incident's: its thread; or the channel from its start until the next
    one's, threads with an incident of their own left out."""
    if incident.scope is Scope.THREAD:
        return lambda message: incident.root_ts in (message.ts, message.thread_ts)
    others = [
        other
        for other in records.incidents.in_channel(incident.team_id, incident.channel_id)
        if other.id != incident.id
    ]
    threads = {other.root_ts for other in others if other.scope is Scope.THREAD}
    since = ts_order(incident.since_ts)
    later = [ts_order(other.since_ts) for other in others if other.scope is Scope.CHANNEL]
    end = min((start for start in later if start > since), default=None)

    def is_ours(message: Message) -> bool:
        root = ts_order(message.thread_ts or message.ts)
        begun = ts_order(message.ts) if message.broadcast else root
        return (
            begun >= since
            and (end is None or root < end)
            and (message.thread_ts or message.ts) not in threads
        )

    return is_ours
