"""Places, profiles and services of search documents, and the full-text index over sets of lexemes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.search_index import rebuild

revision = "0003_search"
down_revision = "0002_privacy"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them and index again what was indexed."""
    op.execute("DROP TABLE search_terms")
    op.add_column("search_documents", sa.Column("profile", sa.Text(), nullable=False, server_default=""))
    _places()
    _services()
    if op.get_context().dialect.name == "sqlite":
        _sqlite_index()
    else:
        _postgresql_index()
    rebuild(op.get_bind())


def _places() -> None:
    op.create_table(
        "search_places",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text()),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("terms", sa.Text().with_variant(TSVECTOR(), "postgresql")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_search_places_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("place", name="pk_search_places"),
        sa.UniqueConstraint("incident_id", name="uq_search_places_incident_id"),
    )


def _services() -> None:
    op.create_table(
        "search_services",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_search_services_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "service", "incident_id", name="pk_search_services"),
    )
    op.create_index("ix_search_services_incident_id", "search_services", ["incident_id"])


def _sqlite_index() -> None:
    """Neither text nor positions: lexemes in, places out."""
    op.execute(
        "CREATE VIRTUAL TABLE search_terms USING fts5(lexemes, content='', detail=none, columnsize=0, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_=~@-'\")"
    )


def _postgresql_index() -> None:
    """The lexemes are kept out of line, so that what is filtered by stays on few pages; without a pending
    list, which every search would have to walk (postgresql.org/docs, "GIN Fast Update Technique")."""
    op.execute("ALTER TABLE search_places SET (toast_tuple_target = 128)")
    op.execute("ALTER TABLE search_places ALTER COLUMN terms SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX search_terms ON search_places USING gin (terms) WITH (fastupdate = off)")
