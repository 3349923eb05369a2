"""The first tables, and the full-text index of each database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    for make in (
        _counters,
        _incidents,
        _incident_indexes,
        _channels,
        _messages,
        _message_versions,
        _salts,
        _placeholders,
        _archives,
        _evidence,
        _revisions,
        _reviews,
        _publications,
        _posts,
        _jobs,
        _inbox,
        _audit,
        _search_documents,
        _search_terms,
    ):
        make()


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "series", name="pk_counters"),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("root_ts", sa.Text()),
        sa.Column("card_ts", sa.Text()),
        sa.Column("review_channel_id", sa.Text()),
        sa.Column("review_ts", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text()),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("started_by", sa.Text()),
        sa.Column("since_ts", sa.Text(), nullable=False),
        sa.Column("resolved_at", _TIME),
        sa.Column("resolved_by", sa.Text()),
        sa.Column("resolved_by_ts", sa.Text()),
        sa.Column("draft_due_at", _TIME),
        sa.Column("owner_id", sa.Text()),
        sa.Column("dismissed_reason", sa.Text()),
        sa.Column("no_model", sa.Boolean(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("team_id", "series", "number", name="uq_incidents_team_id_series_number"),
        sqlite_autoincrement=True,
    )


def _incident_indexes() -> None:
    op.create_index("ix_incidents_channel", "incidents", ["team_id", "channel_id"])
    op.create_index("ix_incidents_started", "incidents", ["team_id", "started_at"])
    op.create_index(
        "uq_incidents_open_channel",
        "incidents",
        ["team_id", "channel_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open' AND scope = 'channel'"),
        postgresql_where=sa.text("status = 'open' AND scope = 'channel'"),
    )
    op.create_index(
        "uq_incidents_open_thread",
        "incidents",
        ["team_id", "channel_id", "root_ts"],
        unique=True,
        sqlite_where=sa.text("status = 'open' AND scope = 'thread'"),
        postgresql_where=sa.text("status = 'open' AND scope = 'thread'"),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_member", sa.Boolean(), nullable=False),
        sa.Column("greeted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_channels"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("root_place", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("author_id", sa.Text()),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("subtype", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("reactions", sa.Text(), nullable=False),
        sa.Column("reactions_as_of", sa.Text(), nullable=False),
        sa.Column("reply_count", sa.Integer(), nullable=False),
        sa.Column("edited_ts", sa.Text()),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("masked", sa.Integer(), nullable=False),
        sa.Column("broadcast", sa.Boolean(), nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", name="pk_messages"),
    )
    op.create_index("ix_messages_place", "messages", ["team_id", "channel_id", "place"])
    op.create_index("ix_messages_root_place", "messages", ["team_id", "channel_id", "root_place", "place"])


def _message_versions() -> None:
    op.create_table(
        "message_versions",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "ts", "sha256", name="pk_message_versions"),
    )


def _salts() -> None:
    op.create_table(
        "salts",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name="pk_salts"),
    )


def _placeholders() -> None:
    op.create_table(
        "placeholders",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "kind", "digest", name="pk_placeholders"),
        sa.UniqueConstraint(
            "team_id", "channel_id", "kind", "number", name="uq_placeholders_team_id_channel_id_kind_number"
        ),
    )


def _archives() -> None:
    op.create_table(
        "archives",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_archives_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name="pk_archives"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("author_id", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("permalink", sa.Text()),
        sa.Column("reactions", sa.Text(), nullable=False),
        sa.Column("after_resolution", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_evidence_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "label", name="pk_evidence"),
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("drafter", sa.Text(), nullable=False),
        sa.Column("prompt_version", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("coverage", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("dollars", sa.Float(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_revisions_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "number", name="pk_revisions"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_reviews_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("incident_id", "revision", "user_id", "decision", "ts", name="uq_reviews_once"),
    )


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_publications_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "publisher", name="pk_publications"),
    )


def _posts() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer()),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("thread_ts", sa.Text()),
        sa.Column("ts", sa.Text()),
        sa.Column("shown", sa.Integer()),
        sa.Column("intended_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("key", name="uq_posts_key"),
    )
    op.create_index("ix_posts_incident_id", "posts", ["incident_id"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("incident_id", sa.Integer()),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.Text()),
        sa.Column("lease_until", _TIME),
        sa.Column("last_error", sa.Text()),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index("ix_jobs_incident_id", "jobs", ["incident_id"])
    op.create_index(
        "ix_jobs_waiting",
        "jobs",
        ["due_at", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_incident_id", "audit", ["incident_id"])


def _search_documents() -> None:
    op.create_table(
        "search_documents",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_search_documents_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name="pk_search_documents"),
    )


def _search_terms() -> None:
    """Terms are made in Python, in ASCII, so that the index has only to split at spaces."""
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_terms USING fts5("
            "head, summary, body, forms, tokenize=\"unicode61 tokenchars '_'\", prefix='2 3')"
        )
        return
    op.execute(
        "CREATE TABLE search_terms ("
        "incident_id integer PRIMARY KEY REFERENCES search_documents (incident_id) ON DELETE CASCADE, "
        "team_id text NOT NULL, terms tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_terms_terms ON search_terms USING gin (terms)")
