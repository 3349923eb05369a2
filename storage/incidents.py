"""The incidents table: numbers without gaps or doubles, one open incident a channel or thread."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot.domain.incident import PRIVATE_SERIES, PUBLIC_SERIES, Incident, Scope, Status
from bot.errors import Conflict
from bot.ports import NewIncident
from storage.rows import as_dict, chunks, count_up, insert_new, write_as_read
from storage.search_places import follow
from storage.tables import counters, incidents

_FIXED = {"id", "team_id", "series", "number", "version"}
_NEWEST_FIRST = (incidents.c.started_at.desc(), incidents.c.id.desc())


class IncidentTable:
    """The Incidents port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(self, new: NewIncident) -> Incident:
        """Open one under the next number of its series (`PRV` for private ones).

        A refused one takes no number, even if the caller catches the error and commits.

        Raises:
            Conflict: the channel (or that thread) has an open one already.
        """
        series = PRIVATE_SERIES if new.is_private else PUBLIC_SERIES
        with self._connection.begin_nested():
            number = count_up(self._connection, counters, "last", {"team_id": new.team_id, "series": series})
            given = {"series": series, "number": number, "status": Status.OPEN, "generation": 0, "version": 1}
            inserted = insert_new(self._connection, incidents, {**new.model_dump(), **given})
            if inserted is None:
                raise Conflict(_taken(new.scope))
        return self._present(select(incidents).where(incidents.c.id == inserted[0]))

    def get(self, incident_id: int) -> Incident | None:
        """One by its id."""
        return self._one(_by_id(), asked=incident_id)

    def by_key(self, team_id: str, series: str, number: int) -> Incident | None:
        """One by what people call it."""
        key = (incidents.c.team_id == team_id, incidents.c.series == series, incidents.c.number == number)
        return self._one(select(incidents).where(*key))

    def replace(self, changed: Incident) -> Incident:
        """Store a changed incident read earlier. Its id, workspace, series and number never change.

        Raises:
            Conflict: somebody else changed it since it was read, or it would be the second open one
                of its channel or thread.
        """
        values = changed.model_dump(exclude=_FIXED)
        try:
            with self._connection.begin_nested():
                written = write_as_read(self._connection, incidents, changed.id, changed.version, values)
        except IntegrityError as error:
            raise Conflict(_taken(changed.scope)) from error
        if not written:
            raise Conflict
        follow(self._connection, changed)
        return changed.model_copy(update={"version": changed.version + 1})

    def in_channel(self, team_id: str, channel_id: str, *statuses: Status) -> tuple[Incident, ...]:
        """Those of a channel in any of the statuses (all if none is named), newest first."""
        query = _of_channel(team_id, channel_id)
        if statuses:
            query = query.where(incidents.c.status.in_(statuses))
        return self._many(query.order_by(*_NEWEST_FIRST))

    def in_thread(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest whose thread hangs under `ts`: as its root, its card or its place of review."""
        return self._one(_in_thread(), team=team_id, channel=channel_id, ts=ts)

    def resolved_by(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest one resolved by a reaction on that message."""
        query = _of_channel(team_id, channel_id).where(incidents.c.resolved_by_ts == ts)
        return self._one(query.order_by(*_NEWEST_FIRST).limit(1))

    def private_channels(self, team_id: str) -> tuple[str, ...]:
        """The channels that private incidents belong to."""
        theirs = (incidents.c.team_id == team_id, incidents.c.is_private)
        query = select(incidents.c.channel_id).where(*theirs).distinct().order_by(incidents.c.channel_id)
        return tuple(self._connection.execute(query).scalars())

    def public_among(self, team_id: str, channels: frozenset[str]) -> tuple[str, ...]:
        """Those of the channels that public incidents belong to."""
        i = incidents.c
        public = select(i.channel_id).where(i.team_id == team_id, ~i.is_private).distinct()
        found: list[str] = []
        for some in chunks(sorted(channels)):
            query = public.where(i.channel_id.in_(some)).order_by(i.channel_id)
            found += self._connection.execute(query).scalars()
        return tuple(found)

    def held(self, team_id: str) -> tuple[Incident, ...]:
        """Those on legal hold, newest first."""
        query = select(incidents).where(incidents.c.team_id == team_id, incidents.c.held)
        return self._many(query.order_by(*_NEWEST_FIRST))

    def standing(
        self, team_id: str, *statuses: Status, visible: frozenset[str], limit: int = 20
    ) -> tuple[Incident, ...]:
        """Those in any of the statuses, newest first. Private ones only from the `visible` channels."""
        i = incidents.c
        theirs = (i.team_id == team_id, i.status.in_(statuses), ~i.is_private | i.channel_id.in_(visible))
        return self._many(select(incidents).where(*theirs).order_by(*_NEWEST_FIRST).limit(limit))

    def recent(
        self, team_id: str, *, visible: frozenset[str] | None, limit: int = 20
    ) -> tuple[Incident, ...]:
        """Newest first. Private ones only from the `visible` channels, all of them where it is None."""
        query = select(incidents).where(incidents.c.team_id == team_id)
        if visible is not None:
            query = query.where(~incidents.c.is_private | incidents.c.channel_id.in_(visible))
        return self._many(query.order_by(*_NEWEST_FIRST).limit(limit))

    def teams(self) -> tuple[str, ...]:
        """The workspaces that have incidents here."""
        query = select(incidents.c.team_id).distinct().order_by(incidents.c.team_id)
        return tuple(self._connection.execute(query).scalars())

    def _one(self, query: Select[tuple[object, ...]], **given: object) -> Incident | None:
        row = self._connection.execute(query, given).first()
        return None if row is None else Incident.model_validate(as_dict(row))

    def _present(self, query: Select[tuple[object, ...]]) -> Incident:
        return Incident.model_validate(as_dict(self._connection.execute(query).one()))

    def _many(self, query: Select[tuple[object, ...]]) -> tuple[Incident, ...]:
        return tuple(Incident.model_validate(as_dict(row)) for row in self._connection.execute(query))


def _of_channel(team_id: str, channel_id: str) -> Select[tuple[object, ...]]:
    return select(incidents).where(incidents.c.team_id == team_id, incidents.c.channel_id == channel_id)


@cache
def _by_id() -> Select[tuple[object, ...]]:
    """Built once: every job reads its incident."""
    return select(incidents).where(incidents.c.id == bindparam("asked"))


@cache
def _in_thread() -> Select[tuple[object, ...]]:
    """Built once: every reply asks whose thread it is in."""
    hanging = hangs_under(bindparam("team"), bindparam("channel"), bindparam("ts"))
    return select(incidents).where(hanging).order_by(*_NEWEST_FIRST).limit(1)


def hangs_under(
    team_id: BindParameter[str], channel_id: BindParameter[str], ts: BindParameter[str]
) -> ColumnElement[bool]:
    """Whether an incident's thread hangs under `ts`: as its root, its card or its place of review."""
    i = incidents.c
    here = and_(i.channel_id == channel_id, or_(i.root_ts == ts, i.card_ts == ts))
    reviewed_here = and_(i.review_channel_id == channel_id, i.review_ts == ts)
    return and_(i.team_id == team_id, or_(here, reviewed_here))


def _taken(scope: Scope) -> str:
    place = "This channel" if scope is Scope.CHANNEL else "This thread"
    return f"{place} has an open incident already. Nothing was changed."
