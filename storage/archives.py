"""The archives table: how far the reading of a transcript got."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.ports import ArchiveState
from storage.rows import put, team_of
from storage.tables import archives


class ArchiveTable:
    """The Archives port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def load(self, incident_id: int) -> ArchiveState | None:
        """The stored progress."""
        query = select(archives.c.state).where(archives.c.incident_id == incident_id)
        state = self._connection.execute(query).scalar_one_or_none()
        return None if state is None else ArchiveState.model_validate(state)

    def save(self, state: ArchiveState) -> None:
        """Insert or overwrite. Raises `LookupError` for an unknown incident."""
        team = team_of(self._connection, state.incident_id)
        put(self._connection, archives, {"incident_id": state.incident_id, "team_id": team, "state": state})
