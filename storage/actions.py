"""The action_items table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.engine import Connection

from bot.domain.action import TrackedItem
from bot.domain.incident import Incident, Status
from bot.domain.postmortem import ActionState
from bot.errors import Conflict
from bot.ports import ActionCounts, Listed, NewItem
from storage.rows import as_dict, chunks, insert_new, team_of, write_as_read
from storage.tables import action_items, incidents

CHUNK = 5_000
"""Incidents counted by one statement."""
_FIXED = {"id", "team_id", "incident_id", "version"}
_PUT_AWAY = (Status.DISCARDED.value, Status.DISMISSED.value)
_OPEN = (ActionState.PROPOSED.value, ActionState.ACCEPTED.value)


class ActionTable:
    """The Actions port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NewItem) -> TrackedItem:
        """Store a proposed one."""
        team = team_of(self._connection, new.incident_id)
        given = {"team_id": team, "state": ActionState.PROPOSED.value, "reason": "", "version": 1}
        inserted = insert_new(self._connection, action_items, new.model_dump() | given)
        if inserted is None:
            raise Conflict
        return TrackedItem.model_validate(new.model_dump() | given | {"id": inserted[0]})

    def get(self, item_id: int) -> TrackedItem | None:
        """One by its id."""
        found = self._many(select(action_items).where(action_items.c.id == item_id))
        return found[0] if found else None

    def replace(self, changed: TrackedItem) -> TrackedItem:
        """Store a changed item read earlier; whose it is never changes.

        Raises:
            Conflict: somebody else changed it since it was read.
        """
        values = changed.model_dump(exclude=_FIXED)
        if not write_as_read(self._connection, action_items, changed.id, changed.version, values):
            raise Conflict
        return changed.model_copy(update={"version": changed.version + 1})

    def of(self, incident_id: int) -> tuple[TrackedItem, ...]:
        """All of an incident in the order of its document, those that have left it last."""
        a = action_items.c
        mine = select(action_items).where(a.incident_id == incident_id)
        return self._many(mine.order_by(a.place.is_(None), a.place, a.id))

    def open_of(self, incident_id: int) -> tuple[TrackedItem, ...]:
        """Those in its document that are neither done nor declined, accepted ones first."""
        a = action_items.c
        mine = (a.incident_id == incident_id, a.place.is_not(None), a.state.in_(_OPEN))
        return self._many(select(action_items).where(*mine).order_by(a.state, a.place, a.id))

    def listed(
        self,
        team_id: str,
        *states: ActionState,
        visible: frozenset[str],
        owner_id: str | None = None,
        due_before: date | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[Listed, ...]:
        """What is due first comes first, what has no due date last, what is done newest first."""
        a = action_items.c
        query = _with_incidents().where(a.team_id == team_id, *_counting(visible))
        query = query.where(a.state.in_([state.value for state in states]))
        if owner_id is not None:
            query = query.where(a.owner_id == owner_id)
        if due_before is not None:
            query = query.where(a.due < due_before)
        order = (
            a.done_at.is_not(None),
            a.done_at.desc(),
            a.due.is_(None),
            a.due,
            a.incident_id.desc(),
            a.place,
        )
        rows = self._connection.execute(query.order_by(*order).limit(limit).offset(offset))
        return tuple(_listed(as_dict(row)) for row in rows)

    def closing(
        self,
        team_id: str,
        *,
        since: datetime,
        until: datetime,
        visible: frozenset[str],
        incidents: Sequence[int] | None = None,
        without: Collection[int] = (),
    ) -> ActionCounts:
        """What became of the items of that time, never of restricted incidents."""
        a = action_items.c
        left_out = a.incident_id.not_in(sorted(without))
        theirs = (a.team_id == team_id, left_out, *_counting(visible), *_unrestricted())
        total = dict.fromkeys(ActionCounts.model_fields, 0)
        for some in _narrowed(incidents):
            for name, count in self._counted(since, until, (*theirs, *some)).items():
                total[name] += count
        return ActionCounts.model_validate(total)

    def _counted(
        self, since: datetime, until: datetime, theirs: Sequence[ColumnElement[bool]]
    ) -> dict[str, int]:
        figures = self._connection.execute(_figures(since, until).where(*theirs)).one()
        ends = self._connection.execute(_ends(since, until).where(*theirs))
        # A day begins by UTC here, which a database's own date functions would ask its session for.
        in_time = sum(1 for due, done_at in ends if done_at.date() <= due)
        counts = {name: value or 0 for name, value in as_dict(figures).items()}
        return counts | {"in_time": in_time}

    def _many(self, query: Select[tuple[object, ...]]) -> tuple[TrackedItem, ...]:
        return tuple(TrackedItem.model_validate(as_dict(row)) for row in self._connection.execute(query))


def _with_incidents() -> Select[tuple[Any, ...]]:
    """Items beside their incidents, whose columns are told apart by a prefix."""
    theirs = [column.label(f"incident.{column.name}") for column in incidents.c]
    return select(*action_items.c, *theirs).join(incidents, incidents.c.id == action_items.c.incident_id)


def _listed(row: dict[str, Any]) -> Listed:
    theirs = {name.removeprefix("incident."): value for name, value in row.items() if "." in name}
    own = {name: value for name, value in row.items() if "." not in name}
    return Listed(item=TrackedItem.model_validate(own), incident=Incident.model_validate(theirs))


def _counting(visible: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    """Items in documents that are not put away, of incidents that may be seen."""
    return (
        action_items.c.place.is_not(None),
        incidents.c.status.not_in(_PUT_AWAY),
        or_(~incidents.c.is_private, incidents.c.channel_id.in_(visible)),
    )


def _narrowed(chosen: Sequence[int] | None) -> Iterator[tuple[ColumnElement[bool], ...]]:
    """Conditions that narrow to some incidents, a part of them at a time."""
    if chosen is None:
        yield ()
        return
    for some in chunks(chosen, CHUNK):
        yield (action_items.c.incident_id.in_(list(some)),)


def _unrestricted() -> tuple[ColumnElement[bool], ...]:
    return (~incidents.c.restricted,)


def _promised(since: datetime, until: datetime) -> ColumnElement[bool]:
    a = action_items.c
    standing = a.state.in_((ActionState.ACCEPTED.value, ActionState.DONE.value))
    return and_(standing, a.accepted_at >= since, a.accepted_at < until)


def _figures(since: datetime, until: datetime) -> Select[tuple[Any, ...]]:
    a = action_items.c
    promised = _promised(since, until)
    proposed = and_(a.proposed_at >= since, a.proposed_at < until)
    figures = {
        "accepted": promised,
        "done": and_(promised, a.done_at < until),
        "overdue": and_(promised, or_(a.done_at.is_(None), a.done_at >= until), a.due < until.date()),
        "proposed": and_(proposed, a.state == ActionState.PROPOSED.value),
        "declined": and_(proposed, a.state == ActionState.DECLINED.value),
    }
    counted = [func.sum(case((met, 1), else_=0)).label(name) for name, met in figures.items()]
    return select(*counted).join(incidents, incidents.c.id == action_items.c.incident_id)


def _ends(since: datetime, until: datetime) -> Select[tuple[Any, ...]]:
    """When the done ones with a due date were due, and done."""
    a = action_items.c
    ended = (_promised(since, until), a.done_at < until, a.due.is_not(None))
    query = select(a.due, a.done_at).join(incidents, incidents.c.id == a.incident_id)
    return query.where(*ended)
