"""Who opened their Home lately, so that it can follow what changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_homes"
down_revision = "0009_case_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; whoever opens their Home next is in it."""
    op.create_table(
        "homes",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_homes"),
    )
    op.create_index("ix_homes_team_id_opened_at", "homes", ["team_id", "opened_at"])
