"""Empty databases for plays: SQLite files, or databases on a PostgreSQL server of our own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg

from storage import migrate
from tests.postgres_switch import Switch

_TEMPLATE = "chaos_template"


class Places(Protocol):
    """Where databases come from; `switch` restarts their server, if they have one."""

    switch: Switch | None

    def fresh(self, folder: Path) -> str:
        """The address of a new database; `folder` exists."""
        ...


class SqliteFiles:
    """A file without any table: the first start of a bot is part of the play."""

    switch: Switch | None = None

    def fresh(self, folder: Path) -> str:
        """The address of a file in the folder."""
        return f"sqlite:///{folder / 'postmortem.db'}"


class PostgresServer:
    """Databases on a server that can be restarted, copied from one that is migrated."""

    def __init__(self, switch: Switch) -> None:
        self.switch: Switch | None = switch
        self._steady = switch.steady
        self._socket_folder = switch.folder

    def prepare(self) -> None:
        """Make the one that is copied."""
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        migrate.upgrade(self._url(_TEMPLATE))

    def fresh(self, folder: Path) -> str:
        """The address of a new database with tables and no rows."""
        name = f"play_{uuid4().hex}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._socket_folder}"

    def _execute(self, statement: str) -> None:
        where = f"host={self._socket_folder} user=postgres dbname=postgres"
        with self._steady(), psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())


def removed(folder: Path) -> None:
    """Forget a play that went well."""
    shutil.rmtree(folder, ignore_errors=True)
