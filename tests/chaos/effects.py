"""Seeing, from inside a process, each commit that changes something and each file put in place.

The product has no seam for this: SQLAlchemy tells of commits, the drivers of those they are handed
directly (`storage/direct.py`), and Python's audit events of files.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.pool import Pool

from tests.chaos.points import Counting, Point

_WRITE = re.compile(
    r"\s*(?:WITH \w+ AS\s+\()?(?:INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\s+\"?(\w+)", re.IGNORECASE
)
_TABLES, _CHANGES, _DONE = "chaos_tables", "chaos_changes", "chaos_done"

Reached = Callable[[Point], None]


def watch(folder: Path, reached: Reached) -> None:
    """Call `reached` at every point of this process from now on; it may not come back.

    `folder` is where documents are published.
    """
    counting = Counting()
    _watch_commits(counting, reached)
    _watch_drivers(counting, reached)
    _watch_files(str(folder), counting, reached)


def _watch_commits(counting: Counting, reached: Reached) -> None:
    event.listen(Engine, "begin", _begun)
    event.listen(Engine, "after_cursor_execute", _executed)

    def about_to_commit(connection: Connection) -> None:
        tables = connection.info.pop(_TABLES, set())
        if tables and _changed(connection):
            schema = "alembic_version" in tables
            what = f"commit of {'the schema' if schema else ', '.join(sorted(tables))}"
            connection.info[_DONE] = what
            reached(counting.before(what))

    def given_back(_connection: object, record: Any) -> None:
        # A connection goes back to its pool right after its commit.
        if what := record.info.pop(_DONE, None):
            reached(counting.after(what))

    event.listen(Engine, "commit", about_to_commit)
    event.listen(Pool, "checkin", given_back)


def _watch_drivers(counting: Counting, reached: Reached) -> None:
    """SQLAlchemy runs its statements by cursors of its own, `Direct` by the connection's `execute`."""

    class File(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            changed, begun = self.total_changes, getattr(self, "begun", 0)
            if sql.startswith("BEGIN"):
                self.begun, self.tables = changed, set[str]()
            elif found := _WRITE.match(sql):
                self.tables.add(found[1])
            elif sql == "COMMIT" and changed != begun:
                what = f"commit of {', '.join(sorted(self.tables))}"
                reached(counting.before(what))
                super().execute(sql)
                reached(counting.after(what))
                return self.cursor()
            return super().execute(sql, parameters)

    class Statement(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **more: Any) -> Self:
            """One that commits by itself is seen once it has: killed before is killed after."""
            done = super().execute(query, *given, **more)
            if self.connection.autocommit and self.rowcount > 0 and (found := _WRITE.match(str(query))):
                what = f"commit of {found[1]}"
                reached(counting.before(what))
                reached(counting.after(what))
            return done

    def connecting(dialect: Dialect, _record: object, _arguments: object, given: dict[str, Any]) -> None:
        given |= {"factory": File} if dialect.name == "sqlite" else {"cursor_factory": Statement}

    event.listen(Engine, "do_connect", connecting)


def _begun(connection: Connection) -> None:
    connection.info[_TABLES] = set()
    connection.info[_CHANGES] = _total_changes(connection)


def _executed(
    connection: Connection, cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool
) -> None:
    found = _WRITE.match(statement)
    sqlite = _total_changes(connection) is not None
    if found and (sqlite or cursor.rowcount != 0):
        connection.info.setdefault(_TABLES, set()).add(found[1])


def _changed(connection: Connection) -> bool:
    """Whether the transaction wrote a row. SQLite tells only as a total, PostgreSQL by statement."""
    return _total_changes(connection) is None or connection.info[_CHANGES] != _total_changes(connection)


def _total_changes(connection: Connection) -> int | None:
    changes = getattr(connection.connection.dbapi_connection, "total_changes", None)
    return None if changes is None else int(changes)


def _watch_files(folder: str, counting: Counting, reached: Reached) -> None:
    """A document is written beside its place and renamed; what is left of it is removed afterwards."""

    def audited(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "os.rename" and str(arguments[1]).startswith(folder):
            reached(counting.before(f"file {Path(arguments[1]).suffix}"))
        elif name == "os.remove" and str(arguments[0]).startswith(folder):
            kind = Path(str(arguments[0]).rpartition(".")[0].rpartition(".")[0]).suffix
            reached(counting.after(f"file {kind}"))

    sys.addaudithook(audited)
