"""A clock that moves only when told to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """The Clock port on a time of the test's choosing. Threads may share it."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The time it was set to, aware UTC."""
        with self._lock:
            return self._at

    def advance(self, **span: float) -> datetime:
        """Move on by `timedelta(**span)`; returns the new time."""
        with self._lock:
            self._at += timedelta(**span)
            return self._at

    def set(self, at: datetime) -> None:
        """Jump to a moment, aware."""
        with self._lock:
            self._at = at.astimezone(UTC)
