"""What statistics need of each drafted incident, told from its newest revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.facts import rebuild

revision = "0009_case_facts"
down_revision = "0008_posting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and fill it: some seconds for each ten thousand postmortems."""
    op.create_table(
        "case_facts",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("to_detect", sa.Float()),
        sa.Column("to_mitigate", sa.Float()),
        sa.Column("to_resolve", sa.Float()),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_case_facts_incident_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name="pk_case_facts"),
    )
    rebuild(op.get_bind())
