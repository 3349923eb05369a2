"""The database: opening it, its transactions, and what the doctor asks of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from bot.domain.incident import Status
from bot.domain.transcript import Message
from bot.errors import Retryable
from bot.ports import Clock
from storage import address, engine, faults, hearing
from storage.direct import Direct
from storage.records import Tables
from storage.rows import count_up
from storage.server_clock import ServerClock
from storage.tables import counters
from storage.turns import Turns
from storage.wal import WriteAheadLog, flush_file

if TYPE_CHECKING:
    import sqlite3


CLEARING_MS = 50
"""So long at most do writers wait for a log that cannot be emptied, since somebody reads from it."""
CLEARING_AGAIN = 10.0
"""Seconds until that is tried again."""


class Health(BaseModel):
    """What a round trip found: `SQLite 3.40.1`, and how long it took."""

    model_config = ConfigDict(frozen=True)

    product: str
    milliseconds: float


class Database:
    """The Storage port on SQLAlchemy. Safe to share between threads; one transaction a thread.

    On SQLite the writers of this process take turns: whoever is next begins at once, where SQLite's busy
    handler would sleep for up to 100 ms at a time. Whoever waits for the disk has ended its turn.
    """

    def __init__(
        self,
        built: Engine,
        *,
        url_shown: str,
        clock: Clock,
        flush: Callable[[int], object] = flush_file,
        wall: Callable[[], datetime] | None = None,
    ) -> None:
        """`flush` makes an open file outlive a power cut, on SQLite; `wall` tells the host's time, which is
        compared with a server's."""
        self.url_shown = url_shown
        self._engine = built
        self._hasty = built.execution_options(**{engine.HASTY: True})
        self._direct = Direct(engine.build_direct(built.url))
        self._names = hearing.Names()
        self._clock = clock
        self._server_clock = ServerClock(wall)
        file = address.sqlite_file(built.url)
        self._turns = Turns() if file else None
        self._log = WriteAheadLog(file, url_shown=url_shown, flush=flush) if file else None

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Tables]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Unless `lasting` a commit does not wait for the disk: it outlives this process, but perhaps not a
        power cut (PostgreSQL: a crash of its server).

        Raises:
            Retryable: the database is locked, full, read-only or away.
            ConfigError: it is not migrated, or does not let us in.
            RuntimeError: this thread has begun one on SQLite already and would wait for itself.
        """
        if lasting and self._log is not None:
            with self._begin_flushed(self._log) as records:
                yield records
            return
        chosen = self._engine if lasting else self._hasty
        with self._turn(), faults.translated(self.url_shown), chosen.begin() as connection:
            yield Tables(connection, self._clock, self._server_clock)

    @contextmanager
    def _begin_flushed(self, log: WriteAheadLog) -> Iterator[Tables]:
        """One that ends its turn before it waits for the disk."""
        with self._turn():
            with faults.translated(self.url_shown), self._hasty.begin() as connection:
                before = _changes(connection)
                yield Tables(connection, self._clock, self._server_clock)
                wrote = _changes(connection) > before
            if wrote:
                log.committed()
        log.flush()

    @contextmanager
    def read(self) -> Iterator[Tables]:
        """A transaction that only reads, from one moment's state, without waiting for writers."""
        options: dict[str, Any] = {engine.READ_ONLY: True}
        if self._turns is None:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with (
            faults.translated(self.url_shown),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield Tables(connection, self._clock, self._server_clock)

    def hear(
        self,
        event_id: str,
        message: Message,
        *,
        team_id: str,
        watched: Callable[[str], bool],
        reviewing: frozenset[Status],
        at: datetime,
    ) -> bool:
        """Store an event and the new message it brought, if nothing else hangs on it; False for neither.

        As durable as a transaction that need not last. Raises as `begin` does.
        """
        place = (team_id, message.channel_id)
        name = self._names.get(*place) or self._look_up(*place)
        if name is not None and watched(name):
            expected = hearing.Expected(team_id, name, reviewing)
            with (
                self._turn(),
                faults.translated(self.url_shown),
                # the event came with another message at this moment: ours is undone
                suppress(IntegrityError),
                self._direct.lent() as connection,
            ):
                if hearing.hear(connection, event_id, message, expected, at=at):
                    return True
        self._names.forget(*place)
        return False

    def _look_up(self, team_id: str, channel_id: str) -> str | None:
        with self.read() as records:
            found = records.channels.get(team_id, channel_id)
        if found is None:
            return None
        self._names.learn(team_id, channel_id, found.name)
        return found.name

    def carry_over(self) -> None:
        """Carry SQLite's log over into its file, as far as nobody reads what is there, and without keeping
        anybody from writing (https://www.sqlite.org/wal.html#ckpt). PostgreSQL sees to that itself.

        Raises:
            Retryable: the disk is full or does not answer; nothing is lost, the log has it.
        """
        if self._turns is None:
            return
        with faults.translated(self.url_shown), self._direct.lent() as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()

    def clear_log(self) -> None:
        """Carry SQLite's log over into its file and empty it, since what was erased from the tables stands in
        it until it is written over (https://www.sqlite.org/wal.html#ckpt). PostgreSQL recycles its own.

        Raises:
            Retryable: somebody reads or writes, or as `carry_over`; who writes waited for a moment at most.
        """
        if self._turns is None:
            return
        self.carry_over()
        with self._turn(), faults.translated(self.url_shown), self._direct.lent() as connection:
            connection.execute(f"PRAGMA busy_timeout={CLEARING_MS}").close()
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            connection.execute(f"PRAGMA busy_timeout={engine.BUSY_SECONDS * 1000}").close()
        if busy:
            raise Retryable(f"The database is being read ({self.url_shown}).", retry_after=CLEARING_AGAIN)

    def check(self) -> Health:
        """Connect, write, read back and roll back. Raises as `begin` does."""
        started = time.perf_counter()
        with (
            self._turn(),
            faults.translated(self.url_shown),
            self._engine.connect() as connection,
            connection.begin() as transaction,
        ):
            count_up(connection, counters, "last", {"team_id": "", "series": "check"})
            product = _product(connection)
            transaction.rollback()
        return Health(product=product, milliseconds=(time.perf_counter() - started) * 1000)

    def server_ahead(self) -> timedelta:
        """By how much a server's clock is ahead of this host's; nothing for less than a second."""
        with self.read() as records:
            return records.jobs.server_ahead()

    def close(self) -> None:
        """Close all connections; the database can be used again afterwards."""
        self._engine.dispose()
        self._direct.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._turns is None:
            yield
            return
        if not self._turns.enter(seconds=engine.BUSY_SECONDS):
            raise Retryable(f"The database is busy with other work of this process ({self.url_shown}).")
        try:
            yield
        finally:
            self._turns.leave()


def open_storage(url: str, *, clock: Clock, wall: Callable[[], datetime] | None = None) -> Database:
    """Open the database at `url`; it is connected to when first used, and never migrated from here.

    Raises:
        ConfigError: the address, its directory or its driver is not usable.
    """
    checked = address.read(url)
    address.prepare(checked)
    return Database(engine.build(checked), url_shown=address.shown(checked), clock=clock, wall=wall)


def _changes(connection: Connection) -> int:
    """Rows changed so far on an SQLite connection: whether there is anything to flush."""
    return cast("sqlite3.Connection", connection.connection.driver_connection).total_changes


def _product(connection: Connection) -> str:
    name = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
    version = connection.dialect.server_version_info or ()
    return f"{name} {'.'.join(map(str, version))}"
