"""Slack's side of HTTP mode: signed events at a steady rate, or as fast as they are answered."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

PATH = "/slack/events"
CONNECTIONS = 16


@dataclass
class Sent:
    """What came of a load: seconds from the moment a request was due to its answer, and what failed."""

    seconds: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    """Why requests failed: the status they were answered with, or what became of the connection."""
    answered: list[str] = field(default_factory=list)
    """Timestamps of the messages whose events were answered with 200."""
    elapsed: float = 0.0

    def add(self, more: Sent) -> None:
        """Count another load of the same kind in."""
        self.seconds += more.seconds
        self.failures += more.failures
        self.answered += more.answered
        self.elapsed += more.elapsed

    @property
    def failed(self) -> int:
        """How many were not answered with 200."""
        return self.failures.total()

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0


class Slack:
    """Sends events to one app."""

    def __init__(self, port: int, secret: str, team: str, events: Iterator[Mapping[str, Any]]) -> None:
        self._port = port
        self._secret = secret.encode()
        self._team = team
        self._events = events
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._run = f"{time.time_ns():x}"

    def steadily(self, rate: float, seconds: float) -> Sent:
        """`rate` events a second, on time whether or not the ones before were answered.

        Latency counts from when an event was due, so that a stalled app cannot slow the clock down.
        """
        count = int(rate * seconds)
        began = time.perf_counter() + 0.05
        return self._send(count, lambda number: began + number / rate, CONNECTIONS)

    def flat_out(self, count: int, *, connections: int = 8) -> Sent:
        """So many events, each connection sending the next one once the last is answered."""
        return self._send(count, lambda _number: 0.0, connections)

    def _send(self, count: int, due: Any, connections: int) -> Sent:
        sent, numbers = Sent(), iter(range(count))
        began = time.perf_counter()
        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(lambda _: self._work(numbers, due, sent), range(connections)))
        sent.elapsed = time.perf_counter() - began
        return sent

    def _work(self, numbers: Iterator[int], due: Any, sent: Sent) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        nap = threading.Event()
        while True:
            with self._lock:
                number = next(numbers, None)
                if number is None:
                    break
                event = next(self._events)
                event_id = f"Ev{self._run}{next(self._ids)}"
            at = due(number)
            if at and (wait := at - time.perf_counter()) > 0:
                nap.wait(wait)
            began = at or time.perf_counter()
            outcome = self._post(connection, event, event_id)
            took = time.perf_counter() - began
            with self._lock:
                sent.seconds.append(took)
                if outcome == "200":
                    sent.answered.append(_what(event))
                else:
                    sent.failures[outcome] += 1
        connection.close()

    def _post(self, connection: http.client.HTTPConnection, event: Mapping[str, Any], event_id: str) -> str:
        """The status of the answer, or why there is none."""
        whole = {"type": "event_callback", "team_id": self._team, "event_id": event_id, "event": event}
        body = json.dumps(whole).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
        }
        try:
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return type(error).__name__
        return str(answer.status)


def _what(event: Mapping[str, Any]) -> str:
    """The timestamp of the message an event tells of; of an edit, that of the edited one."""
    return str(event["message"]["ts"] if "message" in event else event["ts"])
