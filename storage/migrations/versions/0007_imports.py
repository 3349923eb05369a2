"""Imported incidents, what each was made from, and how far an import got."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_imports"
down_revision = "0006_proposals"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them; every incident there is already was lived through with the bot."""
    op.add_column("incidents", sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))
    _imports()
    _import_progress()


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", "start", name="pk_imports"),
    )
    op.create_index("ix_imports_incident_id", "imports", ["incident_id"])


def _import_progress() -> None:
    op.create_table(
        "import_progress",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name="pk_import_progress"),
    )
