"""Restricted and held incidents, last known members, broken glass, what is sealed, and departures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_privacy"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them; every incident there is already is neither restricted nor held."""
    for name in ("restricted", "held"):
        op.add_column("incidents", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _channel_members()
    _glass()
    _sealed()
    _departures()


def _channel_members() -> None:
    op.create_table(
        "channel_members",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel_id", name="pk_channel_members"),
    )


def _glass() -> None:
    op.create_table(
        "glass",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_glass_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "user_id", name="pk_glass"),
    )


def _sealed() -> None:
    op.create_table(
        "sealed",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("ts", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_sealed_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", "channel_id", "ts", "sha256", name="pk_sealed"),
    )


def _departures() -> None:
    op.create_table(
        "departures",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("erase_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("team_id", name="pk_departures"),
    )
