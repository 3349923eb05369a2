"""What an incident is made of: its state, evidence, revisions and what people decided about them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, UniqueConstraint, text

from storage.columns import Json, Moment, Words
from storage.tables.schema import metadata, of_incident, of_team

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
    of_team(),
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

archives = Table(
    "archives",
    metadata,
    of_incident(primary_key=True),
    of_team(),
    Column("state", Json, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    of_incident(primary_key=True),
    Column("label", Integer, primary_key=True),
    of_team(),
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
    of_incident(primary_key=True),
    Column("number", Integer, primary_key=True),
    of_team(),
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

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    of_incident(),
    of_team(),
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

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    of_incident(),
    of_team(),
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
    of_incident(primary_key=True),
    Column("publisher", Words, primary_key=True),
    of_team(),
    Column("revision", Integer, nullable=False),
    Column("location", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

action_items = Table(
    "action_items",
    metadata,
    Column("id", Integer, primary_key=True),
    of_incident(),
    of_team(),
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

glass = Table(
    "glass",
    metadata,
    of_incident(primary_key=True),
    Column("user_id", Words, primary_key=True),
    of_team(),
    Column("until", Moment, nullable=False),
)

sealed = Table(
    "sealed",
    metadata,
    of_incident(primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("ts", Words, primary_key=True),
    Column("sha256", Words, primary_key=True),
    of_team(),
    Column("author_id", Words),
    Column("text", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
