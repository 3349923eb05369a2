"""The publications table: one row an incident and publisher."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from bot.domain.review import Publication
from storage.rows import as_dict, put, team_of
from storage.tables import publications


class PublicationTable:
    """The Publications port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, publication: Publication) -> None:
        """Insert, or overwrite what this publisher published before."""
        team = team_of(self._connection, publication.incident_id)
        put(self._connection, publications, publication.model_dump() | {"team_id": team})

    def of(self, incident_id: int) -> tuple[Publication, ...]:
        """All of an incident, by publisher."""
        mine = select(publications).where(publications.c.incident_id == incident_id)
        rows = self._connection.execute(mine.order_by(publications.c.publisher))
        return tuple(Publication.model_validate(as_dict(row)) for row in rows)

    def remove(self, incident_id: int, publisher: str) -> None:
        """Forget one; that there is none is fine."""
        this = (publications.c.incident_id == incident_id, publications.c.publisher == publisher)
        self._connection.execute(delete(publications).where(*this))
