"""What can be counted and timed, in the words of Prometheus: no ids, no text, few labels.

Counters tell of this process only. What is read from the database (jobs, their lag) is the same in every
process: take the maximum over processes, not the sum.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.errors import BotError
from bot.ports import Meter

CONTENT_TYPE = CONTENT_TYPE_LATEST
CACHED_SECONDS = 5.0

_ACK_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)
"""Seconds; Slack gives up after three."""
_WAIT_BUCKETS = (0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200)
_MOST_KINDS = 100


class Queue(NamedTuple):
    """The jobs as the database has them: how many by (kind, state), and for how many seconds the
    oldest due one has waited for a worker."""

    counts: Mapping[tuple[str, str], int]
    lag: float


class Metrics(Meter):
    """Everything that is measured in one process, in a registry of its own. Threads may share it."""

    def __init__(self, queue: Callable[[], Queue], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`queue` reads the database on a scrape, at most every `CACHED_SECONDS`."""
        self._registry = CollectorRegistry()
        self._events = self._counter("events", "Events Slack sent, by type and outcome.", "type", "outcome")
        self._jobs = self._counter("job_runs", "Jobs this process ran, by outcome.", "kind", "outcome")
        self._drafts = self._counter("drafts", "Drafts written, by drafter.", "drafter")
        self._tokens = self._counter("model_tokens", "Tokens models used, by drafter.", "drafter")
        self._failures = self._counter("failures", "What went wrong: in an event, a job, a drafter.", "where")
        self._acks = Histogram(
            "postmortem_ack_seconds",
            "From Slack's request to our answer.",
            ("request",),
            buckets=_ACK_BUCKETS,
            registry=self._registry,
        )
        self._waits = Histogram(
            "postmortem_job_wait_seconds",
            "From a job being due to a worker taking it.",
            ("kind",),
            buckets=_WAIT_BUCKETS,
            registry=self._registry,
        )
        self._started = Gauge("postmortem_start_time_seconds", "When it started.", registry=self._registry)
        self._started.set_to_current_time()
        self._registry.register(_QueueCollector(queue, clock))

    def event(self, kind: str, outcome: str) -> None:
        """Count an event."""
        self._events.labels(kind, outcome).inc()
        if outcome == "failed":
            self._failures.labels("event").inc()

    def answered(self, request: str, seconds: float) -> None:
        """Time an answer."""
        self._acks.labels(request).observe(seconds)

    def job(self, kind: str, outcome: str) -> None:
        """Count a run of a job; whatever is not `finished` is a failure too."""
        self._jobs.labels(kind, outcome).inc()
        if outcome != "finished":
            self._failures.labels("job").inc()

    def waited(self, kind: str, seconds: float) -> None:
        """Time how long a job waited; hosts' clocks differ, so never less than 0."""
        self._waits.labels(kind).observe(max(0.0, seconds))

    def tokens(self, drafter: str, count: int) -> None:
        """Count tokens."""
        self._tokens.labels(drafter).inc(count)

    def drafted(self, drafter: str, *, wanted: str) -> None:
        """Count a draft, and the failure of the drafter that was wanted."""
        self._drafts.labels(drafter).inc()
        if drafter != wanted:
            self._failures.labels("drafter").inc()

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"postmortem_{name}", what, labels, registry=self._registry)


class _QueueCollector:
    """Reads the queue on a scrape, and not on every one."""

    def __init__(self, queue: Callable[[], Queue], clock: Callable[[], float]) -> None:
        self._queue = queue
        self._clock = clock
        self._lock = threading.Lock()
        self._known: tuple[float, Queue | None] | None = None

    def describe(self) -> list[Metric]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The queue's gauges, and whether the database answered."""
        queue = self._read()
        up = GaugeMetricFamily("postmortem_database_up", "Whether the database answered this scrape.")
        up.add_metric([], 0 if queue is None else 1)
        yield up
        if queue is None:
            return
        jobs = GaugeMetricFamily("postmortem_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for (kind, state), count in sorted(queue.counts.items())[:_MOST_KINDS]:
            jobs.add_metric([kind, state], count)
        yield jobs
        lag = GaugeMetricFamily("postmortem_job_lag_seconds", "How long the oldest due job has waited.")
        lag.add_metric([], queue.lag)
        yield lag

    def _read(self) -> Queue | None:
        with self._lock:
            if self._known is None or self._clock() - self._known[0] >= CACHED_SECONDS:
                self._known = (self._clock(), self._ask())
            return self._known[1]

    def _ask(self) -> Queue | None:
        try:
            return self._queue()
        except BotError:
            return None
