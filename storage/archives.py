"""The archives table: how far the reading of a transcript got."""

from __future__ import annotations

from sqlalchemy import Text, or_, select, type_coerce, update
from sqlalchemy.engine import Connection

from bot.domain.incident import Status
from bot.ports import ArchiveState
from storage.rows import put, team_of
from storage.tables import archives, incidents

_DECIDED = (Status.PUBLISHED, Status.DISCARDED, Status.DISMISSED)


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

    def doubt(self, team_id: str) -> int:
        """Forget which threads of undecided incidents are complete or half read; returns how many
        incidents."""
        query = (
            select(archives.c.incident_id, archives.c.state)
            .join(incidents, incidents.c.id == archives.c.incident_id)
            .where(archives.c.team_id == team_id, incidents.c.status.not_in(_DECIDED))
        )
        found = self._connection.execute(query).all()
        for incident_id, state in found:
            known = ArchiveState.model_validate(state)
            unread = {"threads": {}, "after": "", "aside": {}}
            doubted = known.model_copy(update=unread | {"doubts": known.doubts + 1})
            this = archives.c.incident_id == incident_id
            self._connection.execute(update(archives).where(this).values(state=doubted))
        return len(found)

    def doubted(self, state: ArchiveState) -> bool:
        """Whether it was put in doubt since this state was loaded or saved. Nobody can doubt it from then
        on until the transaction ends."""
        # looked for in the text: reading thousands of threads as JSON takes longer than a page
        same = type_coerce(archives.c.state, Text).contains(f'"doubts":{state.doubts},')
        known = or_(same, ~type_coerce(archives.c.state, Text).contains('"doubts":'))
        query = select(known).where(archives.c.incident_id == state.incident_id).with_for_update()
        return self._connection.execute(query).scalar_one_or_none() in (False, 0)

    def clamped(self) -> bool:
        """Whether Slack gave the newest transcript read at most 15 messages a page."""
        newest = select(archives.c.state).order_by(archives.c.incident_id.desc()).limit(1)
        state = self._connection.execute(newest).scalar_one_or_none()
        return state is not None and ArchiveState.model_validate(state).clamped
