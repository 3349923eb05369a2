"""Tables of: likeness."""

from __future__ import annotations

revision = "0004_likeness"
down_revision = "0003_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
