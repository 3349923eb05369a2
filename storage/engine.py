"""The engine, and how its transactions begin on SQLite."""

from __future__ import annotations

import selectors
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS = 10
CONNECT_SECONDS = 10
SILENCE = {
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""Milliseconds, seconds, seconds, times: a server whose host vanished without a word is given up after some
20 seconds as asked, 35 as waited for. Linux's own answer takes 15 minutes, or two hours, in which every
thread would wait (postgresql.org, "Parameter Key Words")."""
LOG_PAGES = 16_000
"""64 MB of log at most, before a commit carries it over."""
DIRECT = 10
"""Connections of a process for what is heard."""

READ_ONLY = "postmortem_read_only"
"""Execution option of connections that only read: their transactions take no write lock on SQLite."""
HASTY = "postmortem_hasty"
"""Execution option of connections whose commits do not wait for the disk."""
_SYNCHRONOUS = "postmortem_synchronous"
USED_AT = "postmortem_used_at"
"""When a connection to a server was last used, by `time.monotonic`, in its record's `info`."""
TRUSTED_SECONDS = 20.0
"""For so long an unused connection to a server is believed to work, if the server has said nothing since.
After that something between us may have forgotten it without a word."""

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""Where there is `poll`, it is asked: for one look, making and closing an `epoll` takes ten times as long."""


def build(url: URL) -> Engine:
    """An engine for a checked address; it connects when first used."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = _on_server(url, pool_size=10, max_overflow=20)
    event.listen(engine, "begin", _begin_on_server)
    return engine


def build_direct(url: URL) -> Engine:
    """Where `storage.direct.Direct` has its connections from. On a server each statement is a transaction of
    its own; on SQLite commits do not wait for the disk."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=DIRECT, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "connect", _make_hasty)
        return engine
    return _on_server(url, pool_size=DIRECT, max_overflow=0, isolation_level="AUTOCOMMIT")


def _on_server(url: URL, **options: Any) -> Engine:
    engine = create_engine(
        url,
        pool_timeout=CONNECT_SECONDS,
        pool_use_lifo=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "postmortem-bot", **SILENCE},
        **options,
    )
    _check_on_checkout(engine)
    return engine


def _check_on_checkout(engine: Engine) -> None:
    """Have a connection that may be dead tried before it is used; dead ones are replaced.

    SQLAlchemy's `pool_pre_ping` asks the server every time, which every transaction waits for. A server
    that stops or drops us says so, or closes the socket: there is something to read then.
    """

    def used(_connection: Any, record: ConnectionPoolEntry, *_more: Any) -> None:
        record.info[USED_AT] = time.monotonic()

    def check(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        try_out(engine, connection, record.info)

    event.listen(engine, "connect", used)
    event.listen(engine, "checkin", used)
    event.listen(engine, "checkout", check)


def try_out(engine: Engine, connection: Any, info: Mapping[str, Any]) -> None:
    """Make sure that a connection works which the pool, or whoever had it, left unused for a while.

    Raises:
        InvalidatePoolError: it does not.
    """
    if USED_AT not in info:
        return  # a file has nobody who could go away
    idle = time.monotonic() - info[USED_AT]
    if idle < TRUSTED_SECONDS and not _has_something_to_read(connection):
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _has_something_to_read(connection: Any) -> bool:
    if connection.closed:
        return True
    with _Selector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=10,
        max_overflow=20,
        pool_timeout=BUSY_SECONDS,
        pool_use_lifo=True,  # the one used last has the pages that were changed last
        connect_args={"timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    """Take transactions away from the driver, which would begin them deferred and late.

    `synchronous` is FULL: in WAL mode NORMAL may lose the last commits when power fails, never when a
    process does (https://www.sqlite.org/pragma.html). Hasty transactions ask for NORMAL, and so do those
    whose log is flushed after them (`storage.wal`).

    The log is carried over into the file by `Database.carry_over`, while others write; a commit does it
    only where nobody else has for long: it would wait for the disk twice, and the next writer for it.
    """
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten; not every SQLite is built to do so by itself
        f"wal_autocheckpoint={LOG_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _make_hasty(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL").close()


def _begin(connection: Connection) -> None:
    """Ask for the write lock at once: a transaction that reads first and writes later would lose
    updates, or fail where waiting cannot help (docs.sqlalchemy.org, "Serializable isolation /
    Savepoints / Transactional DDL" of the SQLite dialect)."""
    options = connection.get_execution_options()
    if options.get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN DEFERRED")
        return
    wanted = "NORMAL" if options.get(HASTY, False) else "FULL"
    if connection.info.get(_SYNCHRONOUS, "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info[_SYNCHRONOUS] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_on_server(connection: Connection) -> None:
    """A hasty transaction does not wait for the server's disk (postgresql.org, "Asynchronous Commit")."""
    if connection.get_execution_options().get(HASTY, False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO OFF")
