"""Taking in a message that nothing else hangs on: one statement on PostgreSQL, two on SQLite.

Nearly every event is one. What makes it so is checked by the statement that stores it, so that whatever
the caller believed, from a memory or from a look a moment ago, is believed only where it is still true.
The driver is handed the statements as text: SQLAlchemy's way from its own to the driver's took three times
as long as SQLite took for both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, exists, insert, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.dml import Insert

from bot.domain.incident import Status
from bot.domain.transcript import Message
from storage.incidents import hangs_under
from storage.merging import arrived
from storage.messages import row_of
from storage.tables import channels, inbox, incidents, messages

_NAMES = 10_000
"""Channels remembered; a workspace watches far fewer."""
_EVENT = (inbox.c.event_id, inbox.c.team_id, inbox.c.at)


class Names:
    """What channels were called when somebody last looked. Guesses: other processes rename them, too."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def get(self, team_id: str, channel_id: str) -> str | None:
        """The guess, where there is one."""
        return self._known.get((team_id, channel_id))

    def learn(self, team_id: str, channel_id: str, name: str) -> None:
        """Remember it for the next message."""
        if len(self._known) >= _NAMES:
            self._known.clear()
        self._known[team_id, channel_id] = name

    def forget(self, team_id: str, channel_id: str) -> None:
        """Look again next time."""
        self._known.pop((team_id, channel_id), None)


class Expected(NamedTuple):
    """What must be so for a message to have nothing that hangs on it."""

    team_id: str
    channel_name: str
    reviewing: frozenset[Status]
    """The states of an incident in which replies in its thread are read."""


def hear(connection: Any, event_id: str, message: Message, expected: Expected, *, at: datetime) -> bool:
    """Store the event and the message, or neither; whether they were stored.

    They are if both are new and everything is as expected. `connection` is the driver's own (`Direct`);
    on PostgreSQL one that commits by itself.
    """
    sqlite_here = isinstance(connection, sqlite3.Connection)
    asked = frozenset[Status]() if message.thread_ts is None else expected.reviewing
    row = row_of(expected.team_id, arrived(message), at)
    row |= {"event_id": event_id, "channel_name": expected.channel_name}
    values = _bound(row, _processes(sqlite_here=sqlite_here))
    if sqlite_here:
        return _heard_on_sqlite(connection, asked, values)
    return bool(connection.execute(_both_on_postgresql(asked).sql, values).rowcount == 1)


class _Text(NamedTuple):
    """A statement for the driver; on SQLite with the names of its values in the order of their marks."""

    sql: str
    order: tuple[str, ...]


def _heard_on_sqlite(
    connection: sqlite3.Connection, reviewing: frozenset[Status], values: Mapping[str, Any]
) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    heard = _run(connection, _message_on_sqlite(reviewing), values) == 1
    if heard:
        _run(connection, _event_on_sqlite(), values)
    connection.execute("COMMIT")
    return heard


def _run(connection: sqlite3.Connection, text: _Text, values: Mapping[str, Any]) -> int:
    return connection.execute(text.sql, tuple(values[name] for name in text.order)).rowcount


@cache
def _message_on_sqlite(reviewing: frozenset[Status]) -> _Text:
    """The message, if all is as thought; nobody else writes before our commit."""
    message = sqlite.insert(messages).from_select(list(messages.c), _message(reviewing))
    return _text(message.on_conflict_do_nothing(), sqlite.dialect())


@cache
def _event_on_sqlite() -> _Text:
    row = dict(zip(_EVENT, _event(), strict=True))
    return _text(insert(inbox).values(row), sqlite.dialect())


@cache
def _both_on_postgresql(reviewing: frozenset[Status]) -> _Text:
    """One trip, its own transaction. Its commit does not wait for the disk: `set_config` with `true` holds
    until the transaction ends (postgresql.org, "System Administration Functions").

    That the message is new is found out by inserting it: a planner without statistics looked for it
    through the wrong index, which took longer with every message of the channel.
    """
    message = postgresql.insert(messages).from_select(list(messages.c), _message(reviewing))
    said = message.on_conflict_do_nothing().returning(messages.c.ts).cte("said")
    both = insert(inbox).from_select(_EVENT, select(*_event()).select_from(said), include_defaults=False)
    hasty: ColumnElement[str] = literal_column("set_config('synchronous_commit', 'off', true)")
    return _text(both.returning(hasty), _psycopg())


def _message(reviewing: frozenset[Status]) -> Select[Any]:
    """The message's row where everything is as thought, no row where it is not."""
    team_id, channel_id = _given("team_id"), _given("channel_id")
    c = channels.c
    called = (c.team_id == team_id, c.id == channel_id, c.name == _given("channel_name"))
    seen = select(inbox.c.event_id).where(inbox.c.event_id == _given("event_id"))
    conditions = [exists(select(c.id).where(*called)), ~exists(seen)]
    if reviewing:
        # literals, so that the statement is the same one every time
        states = incidents.c.status.in_([literal_column(f"'{state}'") for state in sorted(reviewing)])
        hanging = hangs_under(team_id, channel_id, _given("thread_ts"))
        conditions.append(~exists(select(incidents.c.id).where(hanging, states)))
    return select(*(_given(column.name) for column in messages.c)).where(*conditions)


def _event() -> list[BindParameter[Any]]:
    return [_given("event_id"), _given("team_id"), _given("stored_at")]


_COLUMNS = {**messages.c, "event_id": inbox.c.event_id, "channel_name": channels.c.name}


def _given(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=_COLUMNS[name].type)


def _psycopg() -> Dialect:
    return psycopg.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def _text(statement: Insert, dialect: Dialect) -> _Text:
    compiled = statement.compile(dialect=dialect)
    return _Text(str(compiled), tuple(compiled.positiontup or ()))


@cache
def _processes(*, sqlite_here: bool) -> Mapping[str, Callable[[Any], Any] | None]:
    """How the driver wants what each column holds."""
    dialect = sqlite.dialect() if sqlite_here else _psycopg()
    return {
        name: column.type.dialect_impl(dialect).bind_processor(dialect) for name, column in _COLUMNS.items()
    }


def _bound(row: Mapping[str, Any], processes: Mapping[str, Callable[[Any], Any] | None]) -> dict[str, Any]:
    bound = dict(row)
    for name, process in processes.items():
        if process is not None:
            bound[name] = process(bound[name])
    return bound
