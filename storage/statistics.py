"""Reading incidents for statistics, each with its newest draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.engine import Connection

from bot.domain.incident import Incident
from bot.domain.postmortem import Draft
from storage.rows import as_dict
from storage.tables import incidents, revisions

_AT_A_TIME = 200
"""Rows held at once: drafts are long, and there may be a hundred thousand of them."""


class StatisticsTables:
    """The Counting port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cases(
        self,
        team_id: str,
        *,
        since: datetime,
        until: datetime,
        visible: frozenset[str],
        limit: int | None = None,
    ) -> Iterator[tuple[Incident, Draft | None]]:
        """Incidents that began at `since` ≤ time < `until`, newest first, one after the other."""
        newest = (
            select(func.max(revisions.c.number))
            .where(revisions.c.incident_id == incidents.c.id)
            .correlate(incidents)
            .scalar_subquery()
        )
        drafted = and_(revisions.c.incident_id == incidents.c.id, revisions.c.number == newest)
        query = (
            select(incidents, revisions.c.draft)
            .select_from(incidents.outerjoin(revisions, drafted))
            .where(_counted(team_id, since, until, visible))
            .order_by(incidents.c.started_at.desc(), incidents.c.id.desc())
            .limit(limit)
        )
        for row in self._connection.execute(query).yield_per(_AT_A_TIME):
            values = as_dict(row)
            draft = values.pop("draft")
            yield Incident.model_validate(values), Draft.model_validate(draft) if draft else None

    def count(self, team_id: str, *, since: datetime, until: datetime, visible: frozenset[str]) -> int:
        """How many there are."""
        wanted = _counted(team_id, since, until, visible)
        query = select(func.count()).select_from(incidents).where(wanted)
        return int(self._connection.execute(query).scalar_one())


def _counted(team_id: str, since: datetime, until: datetime, visible: frozenset[str]) -> ColumnElement[bool]:
    """Restricted incidents never count, private ones only for who may see them."""
    return and_(
        incidents.c.team_id == team_id,
        incidents.c.started_at >= since,
        incidents.c.started_at < until,
        ~incidents.c.restricted,
        ~incidents.c.is_private | incidents.c.channel_id.in_(sorted(visible)),
    )
