"""Statements every table needs: insert unless it is there, insert or overwrite, and a part at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Table, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, CursorResult, Row
from sqlalchemy.sql.dml import ReturningInsert

from storage.tables import incidents

Values = Mapping[str, Any]
_Item = TypeVar("_Item")

CHUNK = 500
"""Values that go into one statement: databases limit how many it may carry (SQLite 32,766)."""


def chunks(items: Sequence[_Item], size: int = CHUNK) -> Iterator[Sequence[_Item]]:
    """So many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def as_dict(row: Row[Any]) -> dict[str, Any]:
    """A row by column name."""
    return dict(row._mapping)


def as_dicts(result: CursorResult[Any]) -> Iterator[dict[str, Any]]:
    """Many rows by column name: quicker than one at a time, and transcripts have thousands."""
    names = tuple(result.keys())
    return (dict(zip(names, row, strict=True)) for row in result)


def insert_new(connection: Connection, table: Table, values: Values) -> tuple[Any, ...] | None:
    """Insert; the primary key of the new row, None where a unique constraint has it already."""
    key = connection.execute(_insert_new(table, connection.dialect.name), dict(values)).first()
    return None if key is None else tuple(key)


@cache
def _insert_new(table: Table, dialect: str) -> ReturningInsert[Any]:
    """Built once a table: building it takes longer than running it, and every event inserts rows."""
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key)


def write_as_read(connection: Connection, table: Table, row_id: int, version: int, values: Values) -> bool:
    """Change a row that was read as of this version, and count it on; False if somebody else has since."""
    read = {"read_id": row_id, "read_version": version}
    return connection.execute(_as_read(table), {**values, **read, "version": version + 1}).rowcount == 1


@cache
def _as_read(table: Table) -> Update:
    return update(table).where(
        table.c.id == bindparam("read_id"), table.c.version == bindparam("read_version")
    )


def put(connection: Connection, table: Table, values: Values, *, keep: Collection[str] = ()) -> None:
    """Insert, or overwrite the row with the same primary key except its columns in `keep`."""
    put_all(connection, table, [values], keep=keep)


def put_all(
    connection: Connection, table: Table, rows: Sequence[Values], *, keep: Collection[str] = ()
) -> None:
    """The same for many rows of the same columns."""
    if rows:
        statement = _put(table, connection.dialect.name, tuple(rows[0]), frozenset(keep))
        connection.execute(statement, [dict(row) for row in rows])


@cache
def _put(
    table: Table, dialect: str, names: tuple[str, ...], keep: frozenset[str]
) -> postgresql.Insert | sqlite.Insert:
    """Built once for a set of columns, as above."""
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in names if name not in {*keys, *keep}}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def count_up(connection: Connection, table: Table, column: str, keys: Values) -> int:
    """Add one to a counter, 1 the first time; other writers of that counter wait for our commit."""
    statement = _insert(connection, table).values(**keys, **{column: 1})
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_={column: table.c[column] + 1})
    return int(connection.execute(statement.returning(table.c[column])).scalar_one())


def team_of(connection: Connection, incident_id: int) -> str:
    """The workspace of an incident, whose row stays locked until the transaction ends.

    Raises:
        LookupError: there is no such incident.
    """
    row = select(incidents.c.team_id).where(incidents.c.id == incident_id).with_for_update()
    team = connection.execute(row).scalar_one_or_none()
    if team is None:
        raise LookupError(f"no incident has the id {incident_id}")
    return str(team)


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
