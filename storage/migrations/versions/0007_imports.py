"""Tables of: imports."""

from __future__ import annotations

revision = "0007_imports"
down_revision = "0006_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
