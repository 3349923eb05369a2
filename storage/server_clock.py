"""How far the database server's clock is ahead of this host's, so that leases can go by the server's.

Hosts that share work agree on who holds a job only if they tell the time alike. All of them ask the server
once a minute and reckon with the difference; nothing else goes by it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.log import get_logger

EVERY = 60.0
"""Seconds until the server is asked again."""
NOTICEABLE = timedelta(seconds=1)
"""Less is no difference: the way there and back takes some of it, and leases last minutes."""
NONE = timedelta(0)


class _Found(NamedTuple):
    ahead: timedelta
    wall: datetime
    monotonic: float


class ServerClock:
    """Safe to share between threads. `wall` tells the host's time: not that of the bot's `Clock`, which
    developers may set ahead, since two machines are compared."""

    def __init__(self, wall: Callable[[], datetime] | None = None) -> None:
        self._wall = wall or (lambda: datetime.now(UTC))
        self._found: _Found | None = None

    def ahead(self, connection: Connection) -> timedelta:
        """By how much the server's clock is ahead, negative if it is behind; nothing where there is no
        server, and for less than a second."""
        if connection.dialect.name == "sqlite":
            return NONE
        found = self._found
        if found is None or not self._still_holds(found):
            found = self._asked(connection)
            self._found = found
        return found.ahead

    def _still_holds(self, found: _Found) -> bool:
        """For a minute, unless the host's clock was set meanwhile."""
        passed = time.monotonic() - found.monotonic
        told = self._wall() - found.wall
        return passed < EVERY and abs(told - timedelta(seconds=passed)) < NOTICEABLE

    def _asked(self, connection: Connection) -> _Found:
        asked = self._wall()
        there = connection.execute(select(func.clock_timestamp())).scalar_one()
        answered = self._wall()
        between = (answered - asked) / 2
        ahead: timedelta = there - (asked + between)
        if abs(ahead) < max(NOTICEABLE, between):
            ahead = NONE
        self._tell(ahead)
        return _Found(ahead, answered, time.monotonic())

    def _tell(self, ahead: timedelta) -> None:
        before = self._found.ahead if self._found else NONE
        if abs(ahead - before) >= NOTICEABLE:
            seconds = round(ahead.total_seconds(), 1)
            get_logger("database").warning("database_clock_differs", ahead_seconds=seconds)
