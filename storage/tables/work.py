"""What is to be done and what was done: jobs, posts, events, imports, and the audit trail."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, text

from storage.columns import Json, Moment, Words
from storage.tables.schema import metadata, of_team

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    of_team(),
    Column("kind", Words, nullable=False),
    Column("key", Words, nullable=False, unique=True),
    Column("due_at", Moment, nullable=False),
    Column("incident_id", Integer, index=True),
    Column("payload", Json, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("outages", Integer, nullable=False, server_default="0"),
    Column("lease_owner", Words),
    Column("lease_until", Moment),
    Column("last_error", Words),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

_WAITING = text("state = 'waiting'")
Index("ix_jobs_waiting", jobs.c.due_at, jobs.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    of_team(),
    # no foreign key, as with jobs and the audit trail: they outlive an incident that is forgotten
    Column("incident_id", Integer, index=True),
    Column("channel_id", Words, nullable=False),
    Column("thread_ts", Words),
    Column("ts", Words),
    Column("shown", Integer),
    Column("intended_at", Moment, nullable=False),
    Column("busy_until", Moment),
)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Words, primary_key=True),
    of_team(),
    Column("at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    of_team(),
    Column("incident_id", Integer, index=True),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("detail", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("erase_at", Moment, nullable=False),
)

homes = Table(
    "homes",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("user_id", Words, primary_key=True),
    Column("opened_at", Moment, nullable=False),
    # the digest of what it shows
    Column("shown", Words, nullable=False),
)

Index("ix_homes_team_id_opened_at", homes.c.team_id, homes.c.opened_at)

imports = Table(
    "imports",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    # the first message's ts; for a document a hash of its place
    Column("start", Words, primary_key=True),
    Column("last", Words, nullable=False),
    Column("kind", Words, nullable=False),
    # no foreign key: what was forgotten must not come back with the next import
    Column("incident_id", Integer, nullable=False, index=True),
    Column("digest", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

import_progress = Table(
    "import_progress",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("fingerprint", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
