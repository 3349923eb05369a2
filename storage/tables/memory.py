"""What search, likeness and statistics look through."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.columns import Json, Moment, Words
from storage.tables.schema import metadata, of_incident, of_team

case_facts = Table(
    "case_facts",
    metadata,
    of_incident(primary_key=True),
    of_team(),
    # what the newest revision tells, see storage/facts.py; spans in seconds
    Column("title", Words, nullable=False),
    Column("cause", Words, nullable=False),
    Column("terms", Words, nullable=False),
    Column("to_detect", Float),
    Column("to_mitigate", Float),
    Column("to_resolve", Float),
)

search_documents = Table(
    "search_documents",
    metadata,
    of_incident(primary_key=True),
    of_team(),
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
    of_team(),
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
    of_incident(primary_key=True),
    of_team(),
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
    of_incident(primary_key=True),
    of_team(),
    Column("model", Words, nullable=False),
    Column("digest", Words, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

likeness_told = Table(
    "likeness_told",
    metadata,
    of_incident(primary_key=True),
    of_team(),
    Column("basis", Words, nullable=False),
)

likeness_matches = Table(
    "likeness_matches",
    metadata,
    of_incident(primary_key=True),
    of_team(),
    Column("other_id", Integer, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("chance", Float, nullable=False),
    Column("shared", Json, nullable=False),
    Column("same_class", Boolean, nullable=False),
)
