"""What people delete or rewrite while an incident is on hold."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from bot.ports import Sealed
from storage.rows import as_dict, insert_new, team_of
from storage.tables import sealed as table


class VaultTable:
    """The Vault port. Nothing but a hold writes here, and nothing that drafts, searches or shows reads it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seal(self, sealed: Sealed) -> None:
        """Keep it; the same text twice is kept once."""
        digest = hashlib.sha256(sealed.text.encode("utf-8", "replace")).hexdigest()
        team = team_of(self._connection, sealed.incident_id)
        insert_new(self._connection, table, sealed.model_dump() | {"sha256": digest, "team_id": team})

    def of(self, incident_id: int) -> tuple[Sealed, ...]:
        """All of an incident, by message."""
        query = select(table).where(table.c.incident_id == incident_id).order_by(table.c.ts, table.c.at)
        return tuple(Sealed.model_validate(as_dict(row)) for row in self._connection.execute(query))

    def destroy(self, incident_id: int) -> None:
        """The hold is over."""
        self._connection.execute(delete(table).where(table.c.incident_id == incident_id))
