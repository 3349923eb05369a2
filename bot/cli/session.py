"""What most commands begin with: settings, logging, the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.terminal import note

if TYPE_CHECKING:
    from bot.config import Settings
    from storage import Database


def settings(*, service: bool = False, drafter: str | None = None) -> Settings:
    """Read the settings and set up logging: in full for a service, warnings only for one command.

    Raises:
        ConfigError: a variable does not work.
    """
    from bot import config, log

    found = config.load(drafter=drafter) if drafter else config.load()
    log.configure(level=found.log_level if service else "warning", style=found.log_format)
    return found


def database(found: Settings, *, sets_up: bool = False) -> Database:
    """Open the database. With `sets_up` one that is still empty gets its tables, which is told; one of an
    earlier version never does: others may be using it.

    Raises:
        ConfigError: there is none, it is not migrated, or it is from a later version.
    """
    from bot.clock import SystemClock
    from storage import migrate, open_storage

    if sets_up and migrate.state(found.database_url).is_empty:
        migrate.upgrade(found.database_url)
        note(f"A new database was set up: {migrate.shown(found.database_url)}", quiet=False)
    migrate.require_current(found.database_url)
    return open_storage(found.database_url, clock=SystemClock())
