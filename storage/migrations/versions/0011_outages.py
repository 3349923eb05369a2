"""How many attempts of a job were ended by an outage of a service it needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_outages"
down_revision = "0010_homes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; of those so far nothing is known, so they count as faults."""
    op.add_column("jobs", sa.Column("outages", sa.Integer(), nullable=False, server_default="0"))
