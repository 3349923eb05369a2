"""Likeness: the terms of incidents, their vectors, and what each was told it resembles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_likeness"
down_revision = "0003_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables. Incidents drafted before come in with their next revision."""
    _terms()
    _told()
    op.create_table(
        "likeness_vectors",
        *_incident(),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _belongs("likeness_vectors"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_likeness_vectors"),
    )


def _terms() -> None:
    op.create_table(
        "likeness",
        *_incident(),
        sa.Column("traits", sa.Text(), nullable=False),
        _belongs("likeness"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_likeness"),
    )
    op.create_index("ix_likeness_team", "likeness", ["team_id", "incident_id"])
    op.create_table(
        "likeness_terms",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "term", "incident_id", name="pk_likeness_terms"),
        sqlite_with_rowid=False,
    )


def _told() -> None:
    op.create_table(
        "likeness_told",
        *_incident(),
        sa.Column("basis", sa.Text(), nullable=False),
        _belongs("likeness_told"),
        sa.PrimaryKeyConstraint("incident_id", name="pk_likeness_told"),
    )
    op.create_table(
        "likeness_matches",
        *_incident(),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("same_class", sa.Boolean(), nullable=False),
        _belongs("likeness_matches"),
        _belongs("likeness_matches", "other_id"),
        sa.PrimaryKeyConstraint("incident_id", "other_id", name="pk_likeness_matches"),
    )
    op.create_index("ix_likeness_matches_other_id", "likeness_matches", ["other_id"])


def _incident() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
    )


def _belongs(table: str, column: str = "incident_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["incidents.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )
