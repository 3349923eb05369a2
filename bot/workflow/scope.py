"""Which messages belong to an incident's transcript."""

from __future__ import annotations

from bot.domain.incident import Incident, Scope
from bot.domain.transcript import Message, ts_order
from bot.ports import Records, Storage


def messages_of(storage: Storage, incident: Incident, until: str) -> tuple[Message, ...]:
    """The stored messages of an incident's scope up to a Slack timestamp, tombstones included."""
    team_id, channel_id = incident.team_id, incident.channel_id
    with storage.read() as records:
        if incident.scope is Scope.THREAD:
            return records.messages.in_thread(team_id, channel_id, incident.root_ts or "", latest=until)
        return records.messages.in_channel(team_id, channel_id, oldest=incident.since_ts, latest=until)


def covers(incident: Incident, ts: str, thread_ts: str | None, *, broadcast: bool = False) -> bool:
    """Whether a message's place lies in an incident's scope, as far as its beginning and its thread go."""
    if incident.scope is Scope.THREAD:
        return incident.root_ts in (ts, thread_ts)
    said_here = ts if broadcast else thread_ts or ts
    return ts_order(said_here) >= ts_order(incident.since_ts)


def not_ours(records: Records, incident: Incident) -> frozenset[str]:
    """Timestamps that are no part of this transcript: threads with an incident of their own, and what
    was said while reviewing."""
    threads = {
        other.root_ts
        for other in records.incidents.in_channel(incident.team_id, incident.channel_id)
        if other.id != incident.id and other.scope is Scope.THREAD and other.root_ts
    }
    comments = {review.ts for review in records.reviews.of(incident.id) if review.ts}
    if incident.scope is Scope.THREAD:
        threads.discard(incident.root_ts or "")
    return frozenset({*threads, *comments})


def talk_about_drafts(records: Records, incident: Incident) -> frozenset[str]:
    """Roots of the threads in which drafts are reviewed and other incidents live; the thread under this
    incident's own card is not among them, since people answer there while it lasts."""
    places: set[str | None] = set()
    for other in records.incidents.in_channel(incident.team_id, incident.channel_id):
        places |= {other.card_ts, other.review_ts}
    return frozenset(ts for ts in places if ts) - {incident.card_ts or ""}
