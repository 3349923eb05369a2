"""The outbox: events leave in order, one at a time, and come again when they fail."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.sandbox.faults import Faults
from bot.sandbox.model import Json
from bot.sandbox.transport import Answer, Delivery

RETRY_AFTER = {2: 60.0, 3: 300.0}


@dataclass(frozen=True)
class Attempt:
    """What became of one delivery."""

    delivery: Delivery
    answer: Answer
    at: float


class Outbox:
    """Queues event deliveries for the app."""

    def __init__(
        self, send: Callable[[Delivery], Answer], *, now: Callable[[], float], faults: Faults
    ) -> None:
        self._send = send
        self._now = now
        self._faults = faults
        self._queue: deque[Delivery] = deque()
        self._held: list[Delivery] = []
        self._later: list[tuple[float, Delivery]] = []
        self._change = threading.Condition()
        self._queued = 0
        self._answered = 0
        self._running = False
        self._thread: threading.Thread | None = None
        self.attempts: list[Attempt] = []

    def start(self) -> None:
        """Begin to deliver."""
        self._running = True
        self._thread = threading.Thread(target=self._run, name="sandbox-outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop delivering; what is still queued is lost."""
        with self._change:
            self._running = False
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def put(self, payload: Json) -> None:
        """Queue an event, unless a fault swallows, doubles or holds it."""
        delivery = Delivery("events_api", payload)
        copies = self._faults.copies_of_event()
        with self._change:
            if self._faults.holding:
                self._held += [delivery] * copies
                return
            self._enqueue([delivery] * copies)

    def _enqueue(self, deliveries: Sequence[Delivery]) -> None:
        self._queue.extend(deliveries)
        self._queued += len(deliveries)
        self._change.notify_all()

    def release(self, order: Sequence[int] | str | None = None) -> None:
        """Let held events go, in the order given: indices, "reversed", or as they came."""
        with self._change:
            held, self._held = self._held, []
            if order == "reversed":
                held.reverse()
            elif order is not None and not isinstance(order, str):
                held = [held[index] for index in order]
            self._enqueue(held)

    def tick(self) -> None:
        """Queue again what is due by the sandbox clock."""
        with self._change:
            due = [delivery for when, delivery in self._later if when <= self._now()]
            self._later = [(when, delivery) for when, delivery in self._later if when > self._now()]
            self._enqueue(due)

    def wait(self, timeout: float) -> bool:
        """Wait until everything queued so far was answered."""
        with self._change:
            goal = self._queued
            return self._change.wait_for(lambda: self._answered >= goal or not self._running, timeout)

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is queued any more."""
        with self._change:
            return self._change.wait_for(lambda: self._answered >= self._queued or not self._running, timeout)

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._queue) or not self._running)
                if not self._running:
                    return
                delivery = self._queue.popleft()
            self._deliver(delivery)
            with self._change:
                self._answered += 1
                self._change.notify_all()

    def _deliver(self, delivery: Delivery) -> None:
        """Try once, and once more at the failure; later tries wait for the clock."""
        answer = self._attempt(delivery)
        if delivery.retry == 0 and not answer.ok and not answer.no_retry:
            delivery = replace(delivery, retry=1, reason=answer.reason or "unknown_error")
            answer = self._attempt(delivery)
        if answer.ok or answer.no_retry or delivery.retry >= 3:
            return
        again = replace(delivery, retry=delivery.retry + 1, reason=answer.reason or "unknown_error")
        with self._change:
            self._later.append((self._now() + RETRY_AFTER[again.retry], again))

    def _attempt(self, delivery: Delivery) -> Answer:
        answer = self._send(delivery)
        self.attempts.append(Attempt(delivery, answer, self._now()))
        return answer
