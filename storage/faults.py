"""What a database error means to the rest of the product."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot.errors import BotError, ConfigError, Retryable

_UNMIGRATED = "The database has not been set up for this version yet; run `postmortem db upgrade`."

# https://www.sqlite.org/rescode.html, primary codes (the low byte)
_SQLITE = {
    5: "The database is locked by another process",
    6: "The database is locked by another process",
    8: "The database file is read-only",
    10: "The disk of the database cannot be read or written",
    13: "The disk of the database is full",
    14: "The database file cannot be opened",
    15: "Another process changed how the database is locked",
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html, the first match counts
_POSTGRES = {
    "25006": "The database is read-only",
    "40": "Two transactions got into each other's way",
    "53": "The database is out of disk, memory or connections",
    "55P03": "A row is locked by another process",
    "57": "The database is shutting down or starting",
    "58": "The database server has trouble with its disk",
    "08": "The database is away",
}
_MISSING_TABLE = frozenset({"42P01", "42703"})

# A refused connection comes without a code, so it is told by libpq's words; in another language it
# counts as away, which is retried.
_REFUSED = ("does not exist", "authentication failed", "no pg_hba.conf entry", "no password supplied")


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise database errors within the block as ours; `where` is the address without a password.

    Raises:
        Retryable: locked, full, read-only or away.
        ConfigError: not a database, not let in, or not migrated.
    """
    try:
        yield
    except NoConnection as error:
        raise Retryable(f"No connection to the database got free in time ({where}).") from error
    except DBAPIError as error:
        meaning = _meaning(error, where)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: DBAPIError, where: str) -> BotError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig, where)
    return _of_postgres(error, where)


def _of_sqlite(error: sqlite3.Error, where: str) -> BotError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == 26:
        return ConfigError(f"The file is no SQLite database ({where}).")
    if code == 1 and "no such module" in str(error):
        return ConfigError("This Python's SQLite has no full-text search (FTS5); use another, or PostgreSQL.")
    if code == 1 and "no such" in str(error):
        return ConfigError(_UNMIGRATED)
    return Retryable(f"{_SQLITE[code]} ({where}).") if code in _SQLITE else None


def _of_postgres(error: DBAPIError, where: str) -> BotError | None:
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _MISSING_TABLE:
        return ConfigError(_UNMIGRATED)
    for prefix, sentence in _POSTGRES.items():
        if state.startswith(prefix):
            return Retryable(f"{sentence} ({where}).")
    if error.connection_invalidated or (not state and type(error.orig).__name__ == "OperationalError"):
        return _unreachable(_first_line(error), where)
    return None


def _unreachable(answer: str, where: str) -> BotError:
    if any(words in answer for words in _REFUSED):
        return ConfigError(f"PostgreSQL does not let us in: {answer} ({where}).")
    return Retryable(f"The database is away: {answer} ({where}).")


def _first_line(error: DBAPIError) -> str:
    return (str(error.orig).splitlines() or ["no answer"])[0].rstrip(".")
