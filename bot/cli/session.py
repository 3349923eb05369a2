"""What most commands begin with: settings, logging, the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def database(found: Settings) -> Database:
    """Open the database.

    Raises:
        ConfigError: there is none, it is not migrated, or it is from a later version.
    """
    from bot.clock import SystemClock
    from storage import migrate, open_storage

    migrate.require_current(found.database_url)
    return open_storage(found.database_url, clock=SystemClock())
