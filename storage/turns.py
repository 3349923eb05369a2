"""Whose turn it is to write: SQLite has one writer at a time, and the threads of a process queue for it."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A lock that is handed to whoever has waited longest.

    A `threading.Lock` is not: a worker that goes from one job to the next takes it again before the thread
    it woke has run, and Slack's events waited for several transactions instead of the rest of one.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def enter(self, *, seconds: float) -> bool:
        """Wait for our turn, at most so long; whether it came.

        Raises:
            RuntimeError: it is our turn already; we would wait for ourselves.
        """
        me = threading.get_ident()
        with self._guard:
            if self._holder == me:
                raise RuntimeError("a transaction is open in this thread already")
            if self._holder is None:
                self._holder = me
                return True
            call = threading.Lock()
            call.acquire()
            self._waiting.append((me, call))
        return call.acquire(timeout=seconds) or not self._given_up((me, call))

    def _given_up(self, place: tuple[int, threading.Lock]) -> bool:
        """Leave the queue; False if our turn came in this very moment."""
        with self._guard:
            if place not in self._waiting:
                return False
            self._waiting.remove(place)
            return True

    def leave(self) -> None:
        """Call the next."""
        with self._guard:
            self._holder, call = self._waiting.popleft() if self._waiting else (None, None)
            if call is not None:
                call.release()
