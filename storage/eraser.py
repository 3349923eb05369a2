"""Erasing for good: old messages, an incident, a workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, and_, delete, exists, or_, select, tuple_, update
from sqlalchemy.engine import Connection

from bot.domain.past import Kind
from bot.domain.review import Decision
from storage.likeness import LikenessTable
from storage.merging import place
from storage.rows import chunks
from storage.search import SearchTable
from storage.tables import (
    audit,
    channels,
    counters,
    departures,
    evidence,
    imports,
    incidents,
    jobs,
    message_versions,
    messages,
    metadata,
    posts,
    reviews,
    salts,
)

_BARE: dict[str, Any] = {
    "author_id": None,
    "author_name": "",
    "is_bot": False,
    "subtype": None,
    "text": "",
    "files": [],
    "reactions": [],
    "reactions_as_of": "",
    "edited_ts": None,
    "deleted": True,
    "masked": 0,
}
"""What is left of a message that is gone: see `storage/merging.py`, `tombstone`."""
_APPROVED = exists().where(
    reviews.c.incident_id == incidents.c.id, reviews.c.decision == Decision.APPROVED.value
)
"""Whether an incident's postmortem was approved, ever."""


class EraserTables:
    """The Eraser port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def blank(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Leave bare tombstones, without the hashes of earlier texts."""
        for some in chunks(timestamps):
            for table in (message_versions, messages):
                mine = (table.c.team_id == team_id, table.c.channel_id == channel_id, table.c.ts.in_(some))
                gone = delete(table) if table is message_versions else update(table).values(**_BARE)
                self._connection.execute(gone.where(*mine))

    def delete(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Delete messages with everything known of them."""
        for some in chunks(timestamps):
            for table in (message_versions, messages):
                mine = (table.c.team_id == team_id, table.c.channel_id == channel_id, table.c.ts.in_(some))
                self._connection.execute(delete(table).where(*mine))

    def old_messages(self, team_id: str, *, before: str, spare: Sequence[str], limit: int) -> int:
        """Delete up to `limit` messages older than a Slack timestamp; returns how many."""
        m = messages.c
        old = select(m.channel_id, m.ts).where(m.team_id == team_id, m.place < place(before))
        if spare:
            old = old.where(m.channel_id.not_in(spare))
        found = [
            tuple(row) for row in self._connection.execute(old.order_by(m.channel_id, m.ts).limit(limit))
        ]
        for some in chunks(found):
            for table in (message_versions, messages):
                theirs = tuple_(table.c.channel_id, table.c.ts).in_(some)
                self._connection.execute(delete(table).where(table.c.team_id == team_id, theirs))
        return len(found)

    def titled(self, team_id: str, *, before: str) -> tuple[int, ...]:
        """Incidents of threads, neither on hold nor ever approved, whose root is still stored and older than
        a Slack timestamp."""
        m, i = messages.c, incidents.c
        root = exists().where(
            m.team_id == team_id,
            m.channel_id == i.channel_id,
            m.ts == i.root_ts,
            m.place < place(before),
            m.text != "",
        )
        query = select(i.id).where(i.team_id == team_id, i.root_ts.is_not(None), ~i.held, ~_APPROVED, root)
        return tuple(self._connection.execute(query.order_by(i.id)).scalars())

    def unapproved(self, team_id: str, *, before: datetime) -> tuple[int, ...]:
        """Incidents started before then without an approval ever, whose evidence still has text. What was
        imported counts from that day, and a document that people had finished elsewhere is approved."""
        shows = exists().where(evidence.c.incident_id == incidents.c.id, evidence.c.text != "")
        late = or_(imports.c.at >= before, imports.c.kind == Kind.DOCUMENT.value)
        imported = exists().where(imports.c.incident_id == incidents.c.id, late)
        query = select(incidents.c.id).where(
            incidents.c.team_id == team_id,
            incidents.c.started_at < before,
            ~incidents.c.held,
            ~_APPROVED,
            ~imported,
            shows,
        )
        return tuple(self._connection.execute(query.order_by(incidents.c.id)).scalars())

    def old_comments(self, team_id: str, *, before: datetime) -> None:
        """Empty what was said in replies under drafts before then."""
        held = select(incidents.c.id).where(incidents.c.team_id == team_id, incidents.c.held)
        r = reviews.c
        old = (r.team_id == team_id, r.at < before, r.ts != "", r.text != "", r.incident_id.not_in(held))
        self._connection.execute(update(reviews).where(*old).values(text=""))

    def incident(self, incident_id: int) -> None:
        """An incident with all that hangs on it, its jobs included; posts and audit trail stay."""
        SearchTable(self._connection).remove(incident_id)
        LikenessTable(self._connection).remove(incident_id)
        self._connection.execute(delete(jobs).where(jobs.c.incident_id == incident_id))
        bare = update(imports).where(imports.c.incident_id == incident_id).values(digest="")
        self._connection.execute(bare)  # the row stays: the next import must not bring it back
        self._connection.execute(delete(incidents).where(incidents.c.id == incident_id))

    def done_with(self, job_id: int) -> None:
        """Empty what a job was told."""
        gone = update(jobs).where(jobs.c.id == job_id).values(payload={})
        self._connection.execute(gone)

    def workspace(self, team_id: str, *, spare: Sequence[int]) -> int:
        """Everything but the audit trail, the departure, and what belongs to the incidents to `spare`;
        returns how many rows there were."""
        rooms: set[str] = set()
        for table in (incidents, posts):
            mine = table.c.id if table is incidents else table.c.incident_id
            kept = select(table.c.channel_id).where(mine.in_(spare))
            rooms |= set(self._connection.execute(kept).scalars())
        theirs = (incidents.c.team_id == team_id, incidents.c.id.not_in(spare))
        for incident_id in list(self._connection.execute(select(incidents.c.id).where(*theirs)).scalars()):
            self.incident(incident_id)
        gone = 0
        kept_whole = {audit, departures, incidents} | ({counters, salts} if spare else set())
        for table in reversed(metadata.sorted_tables):
            if table not in kept_whole:
                gone += self._connection.execute(_all_of(table.name, team_id, rooms, spare)).rowcount
        return gone


def _all_of(name: str, team_id: str, rooms: set[str], spare: Sequence[int]) -> Delete:
    """The rows of a workspace in one table, but for those that spared incidents need."""
    table = metadata.tables[name]
    gone = table.c.team_id == team_id
    if spare and "incident_id" in table.c:
        gone = and_(gone, or_(table.c.incident_id.is_(None), table.c.incident_id.not_in(spare)))
    elif spare and "channel_id" in table.c:
        gone = and_(gone, table.c.channel_id.not_in(rooms))
    elif spare and table is channels:
        gone = and_(gone, channels.c.id.not_in(rooms))
    return delete(table).where(gone)
