"""What was said, where, and what stands for what was masked in it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from storage.columns import Json, Moment, Words
from storage.tables.schema import metadata

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

channel_members = Table(
    "channel_members",
    metadata,
    Column("team_id", Words, primary_key=True),
    Column("channel_id", Words, primary_key=True),
    Column("members", Json, nullable=False),
    Column("at", Moment, nullable=False),
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
