"""Where the database is: what an operator may write in `DATABASE_URL`, checked before it is used."""

from __future__ import annotations

import os
import sqlite3
from importlib import import_module
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import ConfigError

_POSTGRES = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_OLDEST_SQLITE = (3, 35, 0)  # RETURNING, https://www.sqlite.org/lang_returning.html


def read(url: str) -> URL:
    """The database behind `sqlite:///file`, `postgres://…` or `postgresql://…`.

    Raises:
        ConfigError: another kind, no URL at all, an in-memory database, or no driver for it.
    """
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError) as error:
        raise ConfigError(
            "DATABASE_URL is no database address; write sqlite:///postmortem.db or postgresql://…"
        ) from error
    if parsed.drivername in _POSTGRES:
        return _postgres(parsed)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(parsed)
    raise ConfigError(
        f"DATABASE_URL names the database {parsed.drivername!r}; only sqlite and postgresql are supported."
    )


def shown(url: URL) -> str:
    """The address for people and logs: no password."""
    return url.render_as_string(hide_password=True)


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite address, None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def prepare(url: URL) -> None:
    """Make sure that a SQLite file can be written; a new one is created for its owner's eyes only.

    Raises:
        ConfigError: the directory does not exist, or directory or file cannot be written.
    """
    path = sqlite_file(url)
    if path is None:
        return
    folder = path.absolute().parent
    if not folder.is_dir():
        raise ConfigError(f"The directory {folder} for the database does not exist; create it first.")
    if not os.access(folder, os.W_OK):
        raise ConfigError(f"The directory {folder} for the database cannot be written by this user.")
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"The database file {path} cannot be written: {error.strerror}.") from error
    if not path.is_file() or not os.access(path, os.W_OK):
        raise ConfigError(f"The database file {path} cannot be written by this user.")


def _postgres(url: URL) -> URL:
    try:
        import_module("psycopg")
    except ImportError as error:
        raise ConfigError(
            "PostgreSQL needs its client library: pip install 'postmortem-bot[postgres]'"
        ) from error
    return url.set(drivername="postgresql+psycopg")


def _sqlite(url: URL) -> URL:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise ConfigError(
            f"This Python's SQLite is {sqlite3.sqlite_version}; 3.35 or newer is needed, or PostgreSQL."
        )
    if url.host or url.username:
        raise ConfigError("A SQLite address takes three slashes before a path: sqlite:///postmortem.db")
    if url.database in (None, "", ":memory:") or "uri" in url.query:
        raise ConfigError("An in-memory database forgets everything; name a file: sqlite:///postmortem.db")
    return url.set(drivername="sqlite")
