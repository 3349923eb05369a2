"""The tables. Every one carries `team_id`, so that a workspace can be told apart and erased.

The full-text index is no part of this: it differs by database, see the migration `0001_first_tables`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.columns import Json, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _team() -> Column[str]:
    return Column("team_id", Words, nullable=False)


def _incident(*, primary_key: bool = False) -> Column[int]:
    parent = ForeignKey("incidents.id", ondelete="CASCADE")
    return Column("incident_id", Integer, parent, primary_key=primary_key, nullable=False)


counters = Table(
    "counters",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("series", Words, primary_key=True),
    Column("last", Integer, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    _team(),
    Column("series", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("channel_id", Words, nullable=False),
    Column("scope", Words, nullable=False),
    Column("root_ts", Words),
    Column("card_ts", Words),
    Column("review_channel_id", Words),
    Column("review_ts", Words),
    Column("title", Words, nullable=False),
    Column("severity", Words),
    Column("services", Json, nullable=False),
    Column("status", Words, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("started_by", Words),
    Column("since_ts", Words, nullable=False),
    Column("resolved_at", Moment),
    Column("resolved_by", Words),
    Column("resolved_by_ts", Words),
    Column("draft_due_at", Moment),
    Column("owner_id", Words),
    Column("dismissed_reason", Words),
    Column("no_model", Boolean, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("held", Boolean, nullable=False, default=False),
    Column("imported", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("team_id", "series", "number"),
    Index("ix_incidents_channel", "team_id", "channel_id"),
    Index("ix_incidents_started", "team_id", "started_at"),
    sqlite_autoincrement=True,  # an id that was ever given is never given again
)

_OPEN_CHANNEL = text("status = 'open' AND scope = 'channel'")
_OPEN_THREAD = text("status = 'open' AND scope = 'thread'")
Index(
    "uq_incidents_open_channel",
    incidents.c.team_id,
    incidents.c.channel_id,
    unique=True,
    sqlite_where=_OPEN_CHANNEL,
    postgresql_where=_OPEN_CHANNEL,
)
Index(
    "uq_incidents_open_thread",
    incidents.c.team_id,
    incidents.c.channel_id,
    incidents.c.root_ts,
    unique=True,
    sqlite_where=_OPEN_THREAD,
    postgresql_where=_OPEN_THREAD,
)

channels = Table(
    "channels",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("is_member", Boolean, nullable=False),
    Column("greeted", Boolean, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    # `ts` and the root's `ts`, padded so that text order is time order
    Column("place", Words, nullable=False),
    Column("root_place", Words, nullable=False),
    Column("thread_ts", Words),
    Column("author_id", Words),
    Column("author_name", Words, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("subtype", Words),
    Column("text", Words, nullable=False),
    Column("files", Json, nullable=False),
    Column("reactions", Json, nullable=False),
    # the `edited_ts` of the delivery that brought the reactions, "" for an unedited one
    Column("reactions_as_of", Words, nullable=False),
    Column("reply_count", Integer, nullable=False),
    Column("edited_ts", Words),
    Column("deleted", Boolean, nullable=False),
    Column("masked", Integer, nullable=False),
    Column("broadcast", Boolean, nullable=False),
    Column("stored_at", Moment, nullable=False),
    Index("ix_messages_place", "team_id", "channel_id", "place"),
    Index("ix_messages_root_place", "team_id", "channel_id", "root_place", "place"),
)

message_versions = Table(
    "message_versions",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    Column("sha256", Words, primary_key=True),
    Column("at", Moment, nullable=False),
)

salts = Table(
    "salts",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)

placeholders = Table(
    "placeholders",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("digest", Words, primary_key=True),
    Column("number", Integer, nullable=False),
    UniqueConstraint("team_id", "channel_id", "kind", "number"),
)

archives = Table(
    "archives",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("state", Json, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    _incident(primary_key=True),
    Column("label", Integer, primary_key=True),
    _team(),
    Column("source", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("ts", Words, nullable=False),
    Column("thread_ts", Words),
    Column("author_id", Words),
    Column("role", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("permalink", Words),
    Column("reactions", Json, nullable=False),
    Column("after_resolution", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    _incident(primary_key=True),
    Column("number", Integer, primary_key=True),
    _team(),
    Column("draft", Json, nullable=False),
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("drafter", Words, nullable=False),
    Column("prompt_version", Words, nullable=False),
    Column("template_version", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("findings", Json, nullable=False),
    Column("coverage", Json, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("dollars", Float, nullable=False),
    Column("generation", Integer, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    _incident(),
    _team(),
    Column("revision", Integer, nullable=False),
    Column("user_id", Words, nullable=False),
    Column("decision", Words, nullable=False),
    Column("text", Words, nullable=False),
    # "" where it was no reply: NULLs would not be equal to each other
    Column("ts", Words, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("incident_id", "revision", "user_id", "decision", "ts", name="uq_reviews_once"),
)

publications = Table(
    "publications",
    metadata,
    _incident(primary_key=True),
    Column("publisher", Words, primary_key=True),
    _team(),
    Column("revision", Integer, nullable=False),
    Column("location", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    _team(),
    # no foreign key, as with jobs and the audit trail: they outlive an incident that is forgotten
    Column("incident_id", Integer, index=True),
    Column("channel_id", Words, nullable=False),
    Column("thread_ts", Words),
    Column("ts", Words),
    Column("shown", Integer),
    Column("intended_at", Moment, nullable=False),
    Column("busy_until", Moment),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    _team(),
    Column("kind", Words, nullable=False),
    Column("key", Words, nullable=False, unique=True),
    Column("due_at", Moment, nullable=False),
    Column("incident_id", Integer, index=True),
    Column("payload", Json, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", Words),
    Column("lease_until", Moment),
    Column("last_error", Words),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

_WAITING = text("state = 'waiting'")
Index("ix_jobs_waiting", jobs.c.due_at, jobs.c.id, sqlite_where=_WAITING, postgresql_where=_WAITING)

inbox = Table(
    "inbox",
    metadata,
    Column("event_id", Words, primary_key=True),
    _team(),
    Column("at", Moment, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    _team(),
    Column("incident_id", Integer, index=True),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("detail", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

channel_members = Table(
    "channel_members",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("members", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

glass = Table(
    "glass",
    metadata,
    _incident(primary_key=True),
    Column("user_id", Words, primary_key=True),
    _team(),
    Column("until", Moment, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    _incident(primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    Column("sha256", Words, primary_key=True),
    _team(),
    Column("author_id", Words),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

departures = Table(
    "departures",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("erase_at", Moment, nullable=False),
)

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

search_documents = Table(
    "search_documents",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("channel_id", Words, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("title", Words, nullable=False),
    Column("cause", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("body", Words, nullable=False),
    Column("services", Json, nullable=False),
    Column("published", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    # stems by place of occurrence, see storage/search_lexemes.py
    Column("profile", Words, nullable=False, server_default=""),
)

search_places = Table(
    "search_places",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False, unique=True),
    _team(),
    Column("channel_id", Words, nullable=False),
    Column("is_private", Boolean, nullable=False),
    Column("published", Boolean, nullable=False),
    Column("severity", Words),
    Column("status", Words, nullable=False),
    Column("owner_id", Words),
    Column("at", Moment, nullable=False),
    # PostgreSQL's index is on this; SQLite has a table of its own
    Column("terms", Text().with_variant(TSVECTOR(), "postgresql")),
)

search_services = Table(
    "search_services",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("service", Words, primary_key=True),
    Column("incident_id", ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True, index=True),
)

likeness = Table(
    "likeness",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("traits", Json, nullable=False),
    Index("ix_likeness_team", "team_id", "incident_id"),
)

likeness_terms = Table(
    "likeness_terms",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("term", Words, primary_key=True),
    # no foreign key: it would need an index of its own, as large as the table
    Column("incident_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

likeness_vectors = Table(
    "likeness_vectors",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("model", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

likeness_told = Table(
    "likeness_told",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("basis", Words, nullable=False),
)

likeness_matches = Table(
    "likeness_matches",
    metadata,
    _incident(primary_key=True),
    _team(),
    Column("other_id", Integer, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("chance", Float, nullable=False),
    Column("shared", Json, nullable=False),
    Column("same_class", Boolean, nullable=False),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    _incident(),
    _team(),
    Column("key", Words, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("asked_by", Words, nullable=False),
    # the reply that asked: what it says stands in `messages` alone, so that deleting it is enough
    Column("ts", Words, nullable=False),
    Column("label", Integer, nullable=False),
    # emptied when it is decided, or when something it rests on is erased
    Column("draft", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("drafter", Words, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("dollars", Float, nullable=False),
    Column("state", Words, nullable=False),
    Column("decided_by", Words),
    Column("at", Moment, nullable=False),
    Index("ix_proposals_incident_id", "incident_id"),
    sqlite_autoincrement=True,
)

action_items = Table(
    "action_items",
    metadata,
    Column("id", Integer, primary_key=True),
    _incident(),
    _team(),
    Column("place", Integer),
    # what was said: follows the document
    Column("kind", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("said_by", Words),
    Column("said_owner", Words),
    Column("said_due", Date),
    Column("said_priority", Words),
    # what people decided: no document changes it
    Column("state", Words, nullable=False),
    Column("owner_id", Words),
    Column("due", Date),
    Column("priority", Words),
    Column("reason", Words, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("done_at", Moment),
    Column("decided_by", Words),
    Column("decided_at", Moment),
    Column("version", Integer, nullable=False),
    Index("ix_action_items_incident_id", "incident_id"),
    Index("ix_action_items_owner", "team_id", "state", "owner_id"),
    sqlite_autoincrement=True,  # an id that was ever given is never given again
)
