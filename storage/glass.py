"""Who broke the glass of which incident."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.rows import put, team_of
from storage.tables import glass


class GlassTable:
    """The Glass port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, incident_id: int, user_id: str, *, until: datetime) -> None:
        """Let somebody in until then."""
        values = {"incident_id": incident_id, "user_id": user_id, "until": until}
        put(self._connection, glass, values | {"team_id": team_of(self._connection, incident_id)})

    def is_open(self, incident_id: int, user_id: str, *, at: datetime) -> bool:
        """Whether somebody was let in."""
        this = (glass.c.incident_id == incident_id, glass.c.user_id == user_id, glass.c.until > at)
        return self._connection.execute(select(glass.c.until).where(*this)).first() is not None
