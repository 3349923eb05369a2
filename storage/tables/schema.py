"""What all tables share: one schema, names by rule, and the columns most of them carry."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, MetaData

from storage.columns import Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def of_team() -> Column[str]:
    """The workspace a row belongs to."""
    return Column("team_id", Words, nullable=False)


def of_incident(*, primary_key: bool = False) -> Column[int]:
    """The incident a row belongs to, and goes with."""
    parent = ForeignKey("incidents.id", ondelete="CASCADE")
    return Column("incident_id", Integer, parent, primary_key=primary_key, nullable=False)
