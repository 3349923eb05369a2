"""What can be made to go wrong, on purpose and counted."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.sandbox.model import Json

Listener = Callable[[str, str, Json], None]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one request."""

    kind: str
    status: int = 200
    retry_after: int = 0
    error: str = ""
    seconds: float = 0.0


Outage = Callable[[str], Fault | None]
"""What becomes of a request of this method, or of one to `response`, `upload` or `files`."""


class Faults:
    """A queue of faults for every method, and switches for event delivery."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)
        self._slow: dict[str, float] = {}
        self._duplicates = 0
        self._losses = 0
        self.holding = False
        self._outage: Outage | None = None
        self._listeners: list[Listener] = []
        self.on_release: Callable[[Sequence[int] | str | None], None] = lambda _order: None

    def rate_limit(self, method: str, *, times: int = 1, retry_after: int = 1) -> None:
        """Answer 429 with Retry-After."""
        self._plan(method, Fault("rate_limit", 429, retry_after), times)

    def refuse(self, method: str, error: str, *, times: int = 1) -> None:
        """Answer ok: false with this error, as for a cursor that is too old."""
        self._plan(method, Fault("refuse", error=error), times)

    def server_error(self, method: str, *, times: int = 1, status: int = 500) -> None:
        """Answer a server error; the request has no effect."""
        self._plan(method, Fault("server_error", status), times)

    def lose_answer(self, method: str, *, times: int = 1) -> None:
        """Let the request take effect, then drop the connection."""
        self._plan(method, Fault("lose_answer"), times)

    def drop_request(self, method: str, *, times: int = 1) -> None:
        """Drop the connection before anything happens."""
        self._plan(method, Fault("drop_request"), times)

    def outage(self, decide: Outage) -> None:
        """Ask this of every request, whatever it wants, before what was planned for its method."""
        self._outage = decide

    def slow(self, method: str, seconds: float) -> None:
        """Make every answer of a method take this long; 0 heals it."""
        self._slow[method] = seconds

    def duplicate_events(self, times: int = 1) -> None:
        """Deliver the next events twice, with the same event_id."""
        self._duplicates += times

    def lose_events(self, times: int = 1) -> None:
        """Never deliver the next events."""
        self._losses += times

    def hold_events(self) -> None:
        """Keep events back until they are released."""
        self.holding = True

    def release_events(self, order: Sequence[int] | str | None = None) -> None:
        """Deliver held events, in the order of these indices, "reversed", or as they came."""
        self.holding = False
        self.on_release(order)

    def watch(self, listener: Listener) -> None:
        """Call the listener with "before" and "after", method and arguments around every request's effect.

        That is the place to kill the bot's process at an exact point.
        """
        self._listeners.append(listener)

    def reached(self, stage: str, method: str, args: Json) -> None:
        """Tell the listeners how far a request got."""
        for listener in self._listeners:
            listener(stage, method, args)

    def clear(self) -> None:
        """Heal everything that was planned."""
        with self._lock:
            self._planned.clear()
            self._slow.clear()
            self._outage = None
            self._duplicates = self._losses = 0

    def next_for(self, method: str) -> Fault | None:
        """The fault the next request of a method meets, if one was planned."""
        with self._lock:
            if self._outage is not None and (fault := self._outage(method)):
                return fault
            planned = self._planned[method]
            return planned.popleft() if planned else None

    def delay_of(self, method: str) -> float:
        """How long its answer is held back."""
        return self._slow.get(method, 0.0)

    def copies_of_event(self) -> int:
        """How often the next event is delivered: once, or what was planned."""
        with self._lock:
            if self._losses:
                self._losses -= 1
                return 0
            if self._duplicates:
                self._duplicates -= 1
                return 2
            return 1

    def _plan(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._planned[method].extend([fault] * times)
