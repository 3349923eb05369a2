"""What was imported, and how far an import got."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from bot.domain.incident import PRIVATE_SERIES, PUBLIC_SERIES, Incident
from bot.domain.past import Kind
from bot.ports.importing import Imported, PastIncident
from storage.placeholders import is_numbered, number_of
from storage.rows import as_dict, as_dicts, count_up, insert_new, put
from storage.tables import channels, counters, import_progress, imports, incidents, messages, placeholders

ERASED = "erased"
"""Stands as the kind of what was erased, among the kinds of what is masked."""


class ImportTables:
    """The Imports port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, past: PastIncident) -> Incident:
        """Store an incident as it ended, under the next number of its series (`PRV` for private ones)."""
        series = PRIVATE_SERIES if past.is_private else PUBLIC_SERIES
        key = {"team_id": past.team_id, "series": series}
        number = count_up(self._connection, counters, "last", key)
        given = {"series": series, "number": number, "generation": 1, "version": 1, "imported": True}
        inserted = insert_new(self._connection, incidents, {"no_model": False, **past.model_dump(), **given})
        if inserted is None:
            raise RuntimeError(f"{series}-{number} is taken already")
        row = self._connection.execute(select(incidents).where(incidents.c.id == inserted[0])).one()
        return Incident.model_validate(as_dict(row))

    def save(self, row: Imported) -> None:
        """Remember what an incident was made from."""
        put(self._connection, imports, row.model_dump())

    def of_channel(self, team_id: str, channel_id: str) -> tuple[Imported, ...]:
        """What was imported of a channel, forgotten incidents included, by start."""
        mine = (imports.c.team_id == team_id, imports.c.channel_id == channel_id)
        rows = self._connection.execute(select(imports).where(*mine).order_by(imports.c.start))
        return tuple(map(Imported.model_validate, as_dicts(rows)))

    def with_digest(self, team_id: str, digest: str) -> Imported | None:
        """The document that holds exactly this."""
        same = (imports.c.team_id == team_id, imports.c.kind == Kind.DOCUMENT, imports.c.digest == digest)
        row = self._connection.execute(select(imports).where(*same)).first()
        return None if row is None else Imported.model_validate(as_dict(row))

    def fingerprint(self, team_id: str, channel_id: str) -> str:
        """What the channel's files were when they were imported to their end."""
        p = import_progress.c
        query = select(p.fingerprint).where(p.team_id == team_id, p.channel_id == channel_id)
        return self._connection.execute(query).scalar_one_or_none() or ""

    def finish(self, team_id: str, channel_id: str, fingerprint: str, *, at: datetime) -> None:
        """The channel's files are imported to their end."""
        key = {"team_id": team_id, "channel_id": channel_id}
        put(self._connection, import_progress, {**key, "fingerprint": fingerprint, "at": at})

    def erase_text(self, team_id: str, channel_id: str, text: str) -> None:
        """Remember that a paragraph was erased, by a keyed hash of it."""
        number_of(self._connection, team_id, channel_id, ERASED, text)

    def was_erased(self, team_id: str, channel_id: str, text: str) -> bool:
        """Whether exactly this was erased."""
        return is_numbered(self._connection, team_id, channel_id, ERASED, text)

    def was_given(self, team_id: str, series: str, number: int) -> bool:
        """Whether an incident ever had this number."""
        c = counters.c
        query = select(c.last).where(c.team_id == team_id, c.series == series, c.last >= number)
        return number > 0 and self._connection.execute(query).first() is not None

    def teams(self) -> tuple[str, ...]:
        """The workspaces this database knows."""
        known = select(channels.c.team_id).union(select(incidents.c.team_id), select(imports.c.team_id))
        return tuple(sorted(self._connection.execute(known).scalars()))

    def is_known(self, team_id: str, channel_id: str) -> bool:
        """Whether anything of a channel is stored: a message, an incident, a masked value."""
        return any(self._has(table, team_id, channel_id) for table in (messages, incidents, placeholders))

    def _has(self, table: Table, team_id: str, channel_id: str) -> bool:
        mine = (table.c.team_id == team_id, table.c.channel_id == channel_id)
        return self._connection.execute(select(table.c.team_id).where(*mine).limit(1)).first() is not None
