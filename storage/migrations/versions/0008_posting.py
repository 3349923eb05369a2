"""Until when somebody is posting a message, so that two workers do not post it at the same moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_posting"
down_revision = "0007_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; of the messages there already, nobody is posting any while the schema changes."""
    op.add_column("posts", sa.Column("busy_until", sa.DateTime(timezone=True)))
