"""Connections for one short statement, with nothing between us and the driver.

For every statement SQLAlchemy makes a connection, a transaction, a context and a result of its own, which
took longer than the statement. Here its pool only opens connections, and drops the broken ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.pool import PoolProxiedConnection

from storage.engine import CONNECT_SECONDS, DIRECT, USED_AT, try_out


class Direct:
    """Lends the driver's own connections, the one used last first. Safe to share between threads."""

    def __init__(self, built: Engine, *, seconds: float = CONNECT_SECONDS) -> None:
        """`seconds`: how long to wait where all are lent."""
        self._engine = built
        self._driver = built.dialect.loaded_dbapi
        self._seconds = seconds
        self._places: LifoQueue[PoolProxiedConnection | None] = LifoQueue()
        for _ in range(DIRECT):
            self._places.put(None)

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """The driver's connection, for this block alone. One that was left in an error is closed.

        Raises:
            sqlalchemy.exc.TimeoutError: all are lent.
            sqlalchemy.exc.DBAPIError: instead of the driver's errors, as from SQLAlchemy's own connections.
        """
        held, works = self._next(), False
        try:
            held = self._alive(held)
            held = held or self._engine.raw_connection()
            yield held.driver_connection
            works = True
        except self._driver.Error as error:
            raise self._as_sqlalchemy_tells(error, held) from error
        finally:
            self._places.put(self._left(held, works=works))

    def close(self) -> None:
        """Close those that are not lent; more can be lent afterwards."""
        closed = 0
        with suppress(Empty):
            while True:
                held = self._places.get_nowait()
                closed += 1
                if held is not None:
                    held.close()
        for _ in range(closed):
            self._places.put(None)
        self._engine.dispose()

    def _next(self) -> PoolProxiedConnection | None:
        """A place, with the connection that was left there."""
        try:
            return self._places.get(timeout=self._seconds)
        except Empty:
            raise NoConnection("every connection is lent") from None

    def _alive(self, held: PoolProxiedConnection | None) -> PoolProxiedConnection | None:
        """It, unless it has died unused."""
        if held is None:
            return None
        try:
            try_out(self._engine, held.driver_connection, held.info)
        except InvalidatePoolError:
            held.invalidate()
            return None
        return held

    def _left(self, held: PoolProxiedConnection | None, *, works: bool) -> PoolProxiedConnection | None:
        """What is left in its place: it, or nothing where nobody knows what state it is in."""
        if held is None:
            return None
        if not works:
            held.invalidate()
            return None
        if USED_AT in held.info:
            held.info[USED_AT] = time.monotonic()
        return held

    def _as_sqlalchemy_tells(
        self, error: DBAPIModule.Error, held: PoolProxiedConnection | None
    ) -> BaseException:
        dialect = self._engine.dialect
        gone = held is not None and dialect.is_disconnect(error, held, None)
        return DBAPIError.instance(
            None, None, error, self._driver.Error, connection_invalidated=gone, dialect=dialect
        )
