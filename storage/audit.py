"""The audit table: append-only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.ports import AuditLine
from storage.rows import as_dict, insert_new
from storage.tables import audit


class AuditTable:
    """The Audit port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, line: AuditLine) -> None:
        """Append."""
        insert_new(self._connection, audit, line.model_dump())

    def of(self, incident_id: int) -> tuple[AuditLine, ...]:
        """All of an incident, oldest first."""
        query = select(audit).where(audit.c.incident_id == incident_id).order_by(audit.c.id)
        return tuple(AuditLine.model_validate(as_dict(row)) for row in self._connection.execute(query))
