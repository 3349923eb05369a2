"""Tables of: proposals."""

from __future__ import annotations

revision = "0006_proposals"
down_revision = "0005_actions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
