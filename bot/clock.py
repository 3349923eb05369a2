"""Clocks: the real one, and one that can jump."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The host's clock."""

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC)


class JumpingClock:
    """Stands still at `at` until it is told to jump. For demonstrations; safe between threads."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Where the clock stands."""
        with self._lock:
            return self._at

    def jump(self, span: timedelta) -> None:
        """Go forward."""
        with self._lock:
            self._at += span
