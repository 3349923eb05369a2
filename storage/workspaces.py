"""Which workspaces uninstalled the app."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from bot.ports import Departure
from storage.rows import as_dict, insert_new
from storage.tables import departures


class WorkspaceTable:
    """The Workspaces port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leave(self, team_id: str, departure: Departure) -> None:
        """The app was uninstalled; an earlier departure stands."""
        insert_new(self._connection, departures, departure.model_dump() | {"team_id": team_id})

    def departure(self, team_id: str) -> Departure | None:
        """When it was uninstalled, None while it is installed."""
        row = self._connection.execute(select(departures).where(departures.c.team_id == team_id)).first()
        return None if row is None else Departure.model_validate(as_dict(row))

    def left(self) -> tuple[tuple[str, Departure], ...]:
        """All workspaces that left, the earliest first."""
        query = select(departures).order_by(departures.c.at, departures.c.team_id)
        rows = [as_dict(row) for row in self._connection.execute(query)]
        return tuple((row["team_id"], Departure.model_validate(row)) for row in rows)

    def come_back(self, team_id: str) -> bool:
        """The app works again; False if it never left."""
        gone = delete(departures).where(departures.c.team_id == team_id)
        return self._connection.execute(gone).rowcount == 1
