"""Transactions, their isolation, and what happens when the database cannot be used."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.errors import ConfigError, Conflict, Retryable
from bot.ports import StoredChannel
from storage import Database, address, engine, faults, open_storage
from tests.clock import ManualClock
from tests.databases import Postgres
from tests.storage.builders import AT, TEAM, message, new_incident

CHANNEL = StoredChannel(team_id=TEAM, id="C1", name="incident-1")


def _write(storage: Database) -> None:
    with storage.begin() as records:
        records.channels.save(CHANNEL)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    storage = open_storage(url, clock=ManualClock())
    yield storage
    storage.close()


@pytest.fixture
def sqlite_file(sqlite_url: str) -> Path:
    """A migrated SQLite database of the test's own."""
    return Path(sqlite_url.removeprefix("sqlite:///"))


def test_a_transaction_is_all_or_nothing(storage: Database) -> None:
    """What raises in the block leaves nothing behind, and the error is the caller's own."""

    def fail_halfway() -> None:
        with storage.begin() as records:
            records.channels.save(CHANNEL)
            raise KeyError

    with pytest.raises(KeyError):
        fail_halfway()
    with storage.begin() as records:
        assert records.channels.all(TEAM) == ()


def _together(work: Callable[[], None], workers: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_update_is_lost_on_sqlite(sqlite_file: Path) -> None:
    """Six databases on one file, as six processes would have, read, add one and write 96 times."""

    def work() -> None:
        with _opened(f"sqlite:///{sqlite_file}") as storage:
            for _ in range(16):
                with storage.begin() as records:
                    known = records.channels.get(TEAM, "C1")
                    name = str(int(known.name) + 1) if known else "1"
                    records.channels.save(CHANNEL.model_copy(update={"name": name}))

    _together(work, 6)
    with _opened(f"sqlite:///{sqlite_file}") as storage, storage.begin() as records:
        found = records.channels.get(TEAM, "C1")
    assert found is not None
    assert found.name == "96"


def test_no_edit_is_lost_where_writers_look_again(storage: Database, database_url: str) -> None:
    """Four databases change one incident 40 times; whoever meets a conflict reads again."""
    with storage.begin() as records:
        made = records.incidents.create(new_incident(title="0"))

    def add_one(own: Database) -> bool:
        try:
            with own.begin() as records:
                read = records.incidents.get(made.id)
                assert read is not None
                records.incidents.replace(read.model_copy(update={"title": str(int(read.title) + 1)}))
        except Conflict:
            return False
        return True

    def work() -> None:
        with _opened(database_url) as own:
            done = 0
            while done < 10:
                done += add_one(own)

    _together(work, 4)
    with storage.begin() as records:
        found = records.incidents.get(made.id)
    assert found is not None
    assert (found.title, found.version) == ("40", 41)


def test_readers_do_not_wait_for_a_writer(storage: Database, database_url: str) -> None:
    """They see what was committed when they began."""
    with _opened(database_url) as other, storage.begin() as records:
        records.channels.save(CHANNEL)
        with other.read() as seen:
            assert seen.channels.all(TEAM) == ()
    with storage.read() as seen:
        assert seen.channels.all(TEAM) == (CHANNEL,)


def test_the_log_is_carried_over_while_somebody_writes(sqlite_file: Path) -> None:
    """Then the file alone holds what was committed."""

    def in_the_file_alone() -> list[str]:
        with closing(sqlite3.connect(f"file:{sqlite_file}?immutable=1", uri=True)) as alone:
            return [name for (name,) in alone.execute("SELECT name FROM channels")]

    with _opened(f"sqlite:///{sqlite_file}") as storage:
        _write(storage)
        assert in_the_file_alone() == []
        with storage.begin() as records:
            records.channels.save(CHANNEL.model_copy(update={"id": "C2", "name": "incident-2"}))
            storage.carry_over()
        assert in_the_file_alone() == [CHANNEL.name]


def test_a_server_sees_to_its_log_itself(postgres: Postgres) -> None:
    """Nothing is asked of it."""
    with _opened(postgres.new(migrated=True)) as storage:
        storage.carry_over()


def test_beginning_twice_in_a_thread_fails_at_once(sqlite_file: Path) -> None:
    """It would wait for itself on SQLite until the lock times out."""
    with _opened(f"sqlite:///{sqlite_file}") as storage:
        with storage.begin(), pytest.raises(RuntimeError, match="already"):
            _write(storage)
        _write(storage)


def test_nobody_waits_for_somebody_elses_flush(sqlite_file: Path) -> None:
    """A disk that takes its time holds up who must be sure that it lasts, not who writes next."""
    built = engine.build(address.read(f"sqlite:///{sqlite_file}"))
    written: list[tuple[str, ...]] = []

    def meanwhile(_opened: int) -> None:
        with storage.begin(lasting=False) as records:
            records.channels.save(CHANNEL.model_copy(update={"name": f"meanwhile-{len(written)}"}))
            written.append(tuple(one.name for one in records.channels.all(TEAM)))

    storage = Database(built, url_shown="the file", clock=ManualClock(), flush=meanwhile)
    with storage.begin() as records:
        records.channels.save(CHANNEL)
    with storage.begin() as records:
        assert len(records.channels.all(TEAM)) == 1
    storage.close()
    assert written == [("meanwhile-0",), ("meanwhile-1",)], "the log and its directory, of one commit"


def test_sqlite_is_set_to_lose_nothing(sqlite_file: Path) -> None:
    """Write-ahead log, a full sync at each commit, and foreign keys that hold."""
    built = engine.build(address.read(f"sqlite:///{sqlite_file}"))
    with built.connect() as connection:
        values = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    built.dispose()
    assert values == ["wal", 2, 1, 10_000]


def test_only_a_hasty_transaction_does_not_wait_for_the_disk(storage: Database, database_url: str) -> None:
    """Each transaction asks for what it needs, whatever its connection did before."""
    asked = {"sqlite": ("PRAGMA synchronous", 1, 2), "postgresql": ("SHOW synchronous_commit", "off", "on")}
    built = engine.build(address.read(database_url))
    question, hasty, lasting = asked[built.dialect.name]
    answers = []
    for one in (built, built.execution_options(**{engine.HASTY: True}), built):
        with one.begin() as connection:
            answers.append(connection.execute(text(question)).scalar_one())
    built.dispose()
    assert answers == [lasting, hasty, lasting]
    with storage.begin(lasting=False) as records:
        records.channels.save(CHANNEL)
    with storage.read() as records:
        assert records.channels.all(TEAM) == (CHANNEL,)


def test_the_doctor_gets_a_round_trip(storage: Database) -> None:
    """Which product it is, and that nothing stays behind."""
    health = storage.check()
    assert health.product.split()[0] in {"SQLite", "PostgreSQL"}
    assert health.milliseconds > 0
    with storage.begin() as records:
        assert records.incidents.create(new_incident(team_id="")).number == 1


def test_times_without_a_zone_are_refused(storage: Database) -> None:
    """They would be read as UTC, which nobody said they are."""
    with pytest.raises(StatementError, match="needs a zone"), storage.begin() as records:
        records.messages.save(TEAM, message(), at=AT.replace(tzinfo=None))


def test_times_of_any_zone_come_back_as_utc(storage: Database) -> None:
    """The same moment, to the microsecond."""
    at = AT.replace(microsecond=123_456).astimezone(ZoneInfo("Asia/Kolkata"))
    with storage.begin() as records:
        made = records.incidents.create(new_incident(started_at=at))
        found = records.incidents.get(made.id)
    assert found is not None
    assert (found.started_at, found.started_at.tzinfo) == (at, UTC)


def test_a_locked_file_is_a_passing_fault(sqlite_file: Path) -> None:
    """Another process holds the lock for longer than we wait; when it lets go, work goes on."""
    built = engine.build(address.read(f"sqlite:///{sqlite_file}?timeout=0.05"))
    event.listen(built, "connect", _impatient)
    storage = Database(built, url_shown="the file", clock=ManualClock())
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Retryable, match="locked by another process"):
            _write(storage)
        other.execute("ROLLBACK")
    _write(storage)
    storage.close()


def _impatient(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=50")


def test_a_full_disk_is_a_passing_fault_and_nothing_is_half_done(sqlite_file: Path) -> None:
    """A file that may not grow stands for the disk."""
    built = engine.build(address.read(f"sqlite:///{sqlite_file}"))
    event.listen(built, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count=1"))
    storage = Database(built, url_shown="the file", clock=ManualClock())

    def write_much() -> None:
        with storage.begin() as records:
            records.channels.save(CHANNEL)
            records.messages.save(TEAM, message(text="x" * 1_000_000), at=AT)

    with pytest.raises(Retryable, match="full"):
        write_much()
    with storage.begin() as records:
        assert records.channels.all(TEAM) == ()
    storage.close()


def test_a_read_only_database_is_a_passing_fault(database_url: str) -> None:
    """Whatever made it so may be undone."""
    built = engine.build(address.read(database_url))
    if built.dialect.name == "sqlite":
        event.listen(built, "connect", lambda connection, _: connection.execute("PRAGMA query_only=ON"))
    else:
        event.listen(
            built, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        )
    storage = Database(built, url_shown="it", clock=ManualClock())
    with pytest.raises(Retryable, match="read-only"):
        _write(storage)
    storage.close()


def test_a_server_that_went_away_is_a_passing_fault(postgres: Postgres) -> None:
    """The transaction is lost, the next one finds a new connection."""
    url = postgres.new(migrated=True)

    def be_cut_off(storage: Database) -> None:
        with storage.begin() as records:
            _end_connections(url)
            records.channels.all(TEAM)

    with _opened(url) as storage:
        _write(storage)
        with pytest.raises(Retryable, match="shutting down"):
            be_cut_off(storage)
        _end_connections(url)
        _write(storage)


def _end_connections(url: str) -> None:
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}".encode())


def test_only_a_connection_long_unused_is_asked_whether_it_is_there(postgres: Postgres) -> None:
    """Every transaction would wait for that answer otherwise."""
    asked: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *more: Any, **options: Any) -> Self:
            asked.append(str(query))
            return super().execute(query, *more, **options)

    def note(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.cursor_factory = Noting

    built = engine.build(address.read(postgres.new(migrated=True)))
    event.listen(built, "connect", note)
    storage = Database(built, url_shown="it", clock=ManualClock())
    _write(storage)
    asked.clear()
    _write(storage)
    assert [query.split()[0] for query in asked] == ["INSERT"]
    long_unused = {engine.USED_AT: -engine.TRUSTED_SECONDS}
    event.listen(built, "checkin", lambda _, record: record.info.update(long_unused))
    _write(storage)
    asked.clear()
    _write(storage)
    storage.close()
    assert [query.split()[0] for query in asked] == [";", "INSERT"]


def test_a_server_that_is_not_there_is_a_passing_fault(tmp_path: Path) -> None:
    """The address is told, its password is not."""
    with _opened(f"postgres://bot:s3cret@/pm?host={tmp_path}") as storage:
        assert "s3cret" not in storage.url_shown
        with pytest.raises(Retryable, match="away") as told:
            _write(storage)
        assert "s3cret" not in str(told.value)


def test_a_database_that_does_not_exist_is_the_operators_to_mend(postgres_folder: str) -> None:
    """No retry will make it."""
    with (
        _opened(f"postgresql://postgres@/nowhere?host={postgres_folder}") as storage,
        pytest.raises(ConfigError, match="does not let us in"),
    ):
        _write(storage)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    """And is left as it is."""
    path = tmp_path / "notes.db"
    path.write_text("These are my notes. " * 100)
    before = path.read_bytes()
    with _opened(f"sqlite:///{path}") as storage, pytest.raises(ConfigError, match="no SQLite database"):
        _write(storage)
    assert path.read_bytes() == before


def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Private incidents are in it."""
    path = tmp_path / "new.db"
    with _opened(f"sqlite:///{path}"):
        assert path.stat().st_mode & 0o077 == 0


def test_errors_nobody_foresaw_are_passed_on() -> None:
    """Only what is known to pass is called retryable."""
    with pytest.raises(IntegrityError), faults.translated("somewhere"):
        raise IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))
