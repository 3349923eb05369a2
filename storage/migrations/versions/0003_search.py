"""Tables of: search."""

from __future__ import annotations

revision = "0003_search"
down_revision = "0002_privacy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
