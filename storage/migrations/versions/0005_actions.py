"""Action items: what was said of them, and what people decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_actions"
down_revision = "0004_likeness"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table. The items of drafts there are already come in with their next revision."""
    op.create_table(
        "action_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer()),
        *_what_was_said(),
        *_what_was_decided(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_action_items_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_action_items"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_action_items_incident_id", "action_items", ["incident_id"])
    op.create_index("ix_action_items_owner", "action_items", ["team_id", "state", "owner_id"])


def _what_was_said() -> list[sa.Column[object]]:
    return [
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text()),
        sa.Column("said_owner", sa.Text()),
        sa.Column("said_due", sa.Date()),
        sa.Column("said_priority", sa.Text()),
    ]


def _what_was_decided() -> list[sa.Column[object]]:
    return [
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text()),
        sa.Column("due", sa.Date()),
        sa.Column("priority", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", _TIME, nullable=False),
        sa.Column("accepted_at", _TIME),
        sa.Column("done_at", _TIME),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", _TIME),
    ]
