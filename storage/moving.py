"""A channel that got another id: everything stored of it follows, in the caller's transaction.

Slack changes ids when a private channel is shared with another company (`channel_id_changed`). Every
column that names a channel is found by its name, so that a new table cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, select, update
from sqlalchemy.engine import Connection

from bot.domain.job import JobState
from bot.domain.transcript import Message
from bot.ports import Clock
from storage.messages import MessageTable
from storage.rows import as_dict
from storage.tables import channels, incidents, jobs, messages, metadata, placeholders

CHANNEL_COLUMNS = frozenset({"channel_id", "review_channel_id", "channel"})
"""What a column is called that holds a channel's id; in `channels` itself it is `id`."""


def move_channel(connection: Connection, clock: Clock, team_id: str, old: str, new: str) -> None:
    """Let everything of `old` belong to `new`. What both have already is brought together: messages by
    the rules of any late delivery, of anything else the newer row stays."""
    if old == new:
        return
    _merge_messages(connection, clock, team_id, old, new)
    connection.execute(delete(placeholders).where(_in(placeholders, "channel_id", team_id, new)))
    for table, column in naming_columns():
        _move(connection, table, column, team_id, old, new)
    touched = _in(incidents, "channel_id", team_id, new)
    connection.execute(update(incidents).where(touched).values(version=incidents.c.version + 1))
    _move_work(connection, team_id, old, new)


def move_messages(connection: Connection, clock: Clock, team_id: str, old: str, new: str) -> None:
    """The messages alone: one that another process stored at the moment of the move (PostgreSQL shows a
    statement what was committed when it began) has stayed under the old id."""
    _merge_messages(connection, clock, team_id, old, new)
    _move(connection, messages, "channel_id", team_id, old, new)


def naming_columns() -> Iterator[tuple[Table, str]]:
    """Every column that names a channel."""
    yield channels, "id"
    for table in metadata.sorted_tables:
        yield from ((table, column.name) for column in table.columns if column.name in CHANNEL_COLUMNS)


def _move(connection: Connection, table: Table, column: str, team_id: str, old: str, new: str) -> None:
    keys = [key for key in table.primary_key.columns if key.name != column]
    if len(keys) < len(table.primary_key.columns):
        twin = table.alias()
        there = and_(twin.c[column] == new, *(twin.c[key.name] == key for key in keys))
        doubled = exists(select(twin.c[column]).where(there))
        connection.execute(delete(table).where(_in(table, column, team_id, old), doubled))
    connection.execute(update(table).where(_in(table, column, team_id, old)).values({column: new}))


def _merge_messages(connection: Connection, clock: Clock, team_id: str, old: str, new: str) -> None:
    """Messages that came under both ids: the older copy arrives once more, under the new id."""
    twin = messages.alias()
    twins = (twin.c.team_id == team_id, twin.c.channel_id == new, twin.c.ts == messages.c.ts)
    query = select(messages).where(_in(messages, "channel_id", team_id, old), exists().where(*twins))
    table = MessageTable(connection)
    for row in connection.execute(query).all():
        message = Message.model_validate(as_dict(row))
        table.save(team_id, message.model_copy(update={"channel_id": new}), at=clock.now())


def _move_work(connection: Connection, team_id: str, old: str, new: str) -> None:
    """Work that is still to be done names the channel in its payload."""
    waiting = select(jobs.c.id, jobs.c.payload).where(
        jobs.c.team_id == team_id, jobs.c.state == str(JobState.WAITING)
    )
    for number, payload in connection.execute(waiting).all():
        moved = payload | _moved_names(payload, old, new)
        if moved != payload:
            connection.execute(update(jobs).where(jobs.c.id == number).values(payload=moved))


def _moved_names(payload: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """What of a payload names the channel: `channel`, or a `place` or several `threads`, each of channel and
    thread."""
    named: dict[str, Any] = {"channel": new} if payload.get("channel") == old else {}
    if threads := payload.get("threads"):
        named["threads"] = [[new if one == old else one, *rest] for one, *rest in threads]
    match payload.get("place"):
        case [channel, *thread] if channel == old:
            return named | {"place": [new, *thread]}
    return named


def _in(table: Table, column: str, team_id: str, channel_id: str) -> ColumnElement[bool]:
    return and_(table.c.team_id == team_id, table.c[column] == channel_id)
