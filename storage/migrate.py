"""Bringing a database to the schema this version needs, forwards only."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.engine import URL, Connection

from bot.errors import ConfigError
from storage import address, engine, faults, likeness_near

_LOCK = 7_236_018_301  # any number nobody else would take an advisory lock on


class State(BaseModel):
    """Which schema a database has (None: none yet) and which this version has.

    `ahead` says that it is from a later version, which this one knows nothing of.
    """

    model_config = ConfigDict(frozen=True)

    current: str | None
    head: str
    ahead: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there are no tables of ours yet."""
        return self.current is None

    @property
    def is_current(self) -> bool:
        """Whether nothing needs to be done."""
        return self.current == self.head


def state(url: str) -> State:
    """Look, and change nothing: a SQLite file that does not exist is not created.

    Raises:
        ConfigError: the address is not usable.
        Retryable: the database is locked or away.
    """
    checked = address.read(url)
    path = address.sqlite_file(checked)
    if path is not None and not path.exists():
        return State(current=None, head=_history().head)
    built = engine.build(checked)
    try:
        with faults.translated(address.shown(checked)), built.connect() as connection:
            return _state(connection)
    finally:
        built.dispose()


def upgrade(url: str) -> State:
    """Bring the database up to date, in one transaction; that it is already is fine.

    Several processes may do this at once: the first does it, the others wait and find it done.

    Raises:
        ConfigError: the address is not usable, or the database is from a later version.
        Retryable: the database is locked, full, read-only or away.
    """
    checked = address.read(url)
    address.prepare(checked)
    built = engine.build(checked)
    try:
        with faults.translated(address.shown(checked)), built.begin() as connection:
            _wait_for_others(connection)
            found = _state(connection)
            _refuse_the_future(found, checked)
            if not found.is_current:
                settings = _settings()
                settings.attributes["connection"] = connection
                command.upgrade(settings, "head")
            likeness_near.prepare(connection)
            return _state(connection)
    finally:
        built.dispose()


def shown(url: str) -> str:
    """The address for people: no password."""
    return address.shown(address.read(url))


def require_current(url: str) -> None:
    """Raise `ConfigError` with what to do unless the database has this version's schema."""
    found = state(url)
    _refuse_the_future(found, address.read(url))
    if found.is_empty:
        raise ConfigError(f"There are no tables yet in {shown(url)}; run `postmortem db upgrade`.")
    if not found.is_current:
        raise ConfigError(
            f"The database is of an earlier version (schema {found.current}, this version's {found.head}). "
            "Back it up, then run `postmortem db upgrade`; nothing in it is lost."
        )


def _refuse_the_future(found: State, url: URL) -> None:
    if found.ahead:
        raise ConfigError(
            f"The database {address.shown(url)} was made by a later version (its schema is {found.current}, "
            f"this version's {found.head}). Nothing was changed; update postmortem-bot or use another one."
        )


def _state(connection: Connection) -> State:
    current = MigrationContext.configure(connection).get_current_revision()
    head, known = _history()
    return State(current=current, head=head, ahead=current is not None and current not in known)


class _History(NamedTuple):
    """The schema this version has, and every one there ever was."""

    head: str
    known: frozenset[str]


@cache
def _history() -> _History:
    """Read once: the migrations are part of the code."""
    scripts = ScriptDirectory.from_config(_settings())
    head = scripts.get_current_head()
    if head is None:
        raise ConfigError("The installation lacks its database migrations; install postmortem-bot again.")
    return _History(head, frozenset(script.revision for script in scripts.walk_revisions()))


def _settings() -> Config:
    settings = Config()
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    settings.set_main_option("script_location", folder)
    return settings


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
