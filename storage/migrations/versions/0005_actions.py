"""Tables of: actions."""

from __future__ import annotations

revision = "0005_actions"
down_revision = "0004_likeness"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
