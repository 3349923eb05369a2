"""Clocks: the real one, one that can jump, and one that several processes share."""

from __future__ import annotations

import mmap
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path


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


_BYTES = 8


class SharedClock:
    """The time of day plus what a file says, in microseconds. Whoever opens the file has this clock.

    Only one process may jump it; eight aligned bytes are written at once, so readers see no half.
    For development and tests: hours, leases and Slack's retries pass at once in every process.

    Raises:
        OSError: the file cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(_BYTES))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _BYTES)

    def now(self) -> datetime:
        """The present moment, aware UTC."""
        return datetime.now(UTC) + timedelta(microseconds=self._ahead())

    def jump(self, span: timedelta) -> None:
        """Go forward, or back, in every process at once."""
        ahead = self._ahead() + span // timedelta(microseconds=1)
        self._shared[:] = ahead.to_bytes(_BYTES, "little", signed=True)

    def _ahead(self) -> int:
        return int.from_bytes(self._shared[:], "little", signed=True)
