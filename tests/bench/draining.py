"""Due jobs drained by 1, 2 and 4 processes on both databases, and how late a due job is taken."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TextIO, cast

from bot.clock import SystemClock
from bot.domain.job import Job, NewJob
from bot.scheduler import Scheduler
from bot.worker import Keep, Worker
from storage import Database, open_storage
from tests.bench.figures import Figure, figure, median
from tests.bench.postgres import Databases, settle
from tests.bench.settings import Size

PROCESSES = (1, 2, 4)
KIND = "chore"

Drained = list[tuple[float, float, list[str]]]
"""When each process began and ended, and the keys of the jobs it did."""
Drainers = Callable[[str, int], Drained]
"""Has so many processes drain the database at an address."""


def measure(size: Size, databases: Databases) -> Iterator[Figure]:
    """Jobs a second, and lag."""
    with _drainers() as drainers:
        for kind in ("SQLite", "PostgreSQL"):
            yield from _drained(drainers, kind, databases.new(kind), size.jobs)
    yield from _lag(size, databases.new("SQLite"))


def _drained(drainers: Drainers, kind: str, url: str, jobs: int) -> Iterator[Figure]:
    alone = None
    for processes in PROCESSES:
        rate, exactly_once = _drain(drainers, url, jobs, processes)
        yield figure(
            f"draining {jobs:,} due jobs, {kind}, {processes} process{'es' * (processes > 1)}",
            rate,
            "jobs/s",
            baseline=alone,
            goal="each exactly once",
            ok=exactly_once,
        )
        alone = alone or rate


@contextmanager
def _drainers() -> Iterator[Drainers]:
    """A process that forks workers when asked to, and gathers what they did."""
    command = [sys.executable, "-m", "tests.bench.drainer"]
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=root) as process:
        asking, answers = cast(TextIO, process.stdin), cast(TextIO, process.stdout)

        def drain(url: str, processes: int) -> Drained:
            asking.write(f"{processes} {url}\n")
            asking.flush()
            done: Drained = json.loads(answers.readline())
            return done

        yield drain
        asking.close()


def _drain(drainers: Drainers, url: str, jobs: int, processes: int) -> tuple[float, bool]:
    database = open_storage(url, clock=SystemClock())
    _fill(database, jobs)
    database.close()
    settle(url)  # else the first to drain would be measured without the statistics that the others have
    crowd = drainers(url, processes)
    done = Counter(key for _, _, keys in crowd for key in keys)
    exactly_once = len(done) == jobs and set(done.values()) == {1}
    return jobs / (max(ended for _, ended, _ in crowd) - min(began for began, _, _ in crowd)), exactly_once


def _fill(database: Database, jobs: int) -> None:
    now = SystemClock().now()
    with database.begin() as records:
        for number in range(jobs):
            records.jobs.add(NewJob(team_id="T1", kind=KIND, key=f"{KIND}:{now}:{number}", due_at=now))


def _lag(size: Size, url: str) -> Iterator[Figure]:
    """Jobs that become due at odd moments, under the tick; and one that wakes the worker at once."""
    clock, count = SystemClock(), 60
    database = open_storage(url, clock=clock)
    lags: list[float] = []
    enough = threading.Event()

    def take(job: Job, keep: Keep) -> None:
        del keep
        lags.append((clock.now() - job.due_at).total_seconds())
        if len(lags) >= count:
            enough.set()

    scheduler = Scheduler(
        Worker(database, clock, {KIND: take}, owner="bench").run_due,
        tick=timedelta(seconds=size.lag_tick),
        threads=4,
        daily={},
    )
    start = clock.now()
    with database.begin() as records:
        for number in range(count):
            due = start + timedelta(seconds=3 * size.lag_tick * number / count)
            records.jobs.add(NewJob(team_id="T1", kind=KIND, key=f"{KIND}:{number}", due_at=due))
    scheduler.start()
    enough.wait(10 * size.lag_tick)
    yield figure(
        "lag of a job that becomes due, median",
        median(lags),
        "s",
        baseline=size.lag_tick,
        goal="≤ the tick",
        ok=median(lags) <= size.lag_tick,
    )
    yield from _woken(database, scheduler, lags)
    scheduler.stop()
    database.close()


def _woken(database: Database, scheduler: Scheduler, lags: list[float]) -> Iterator[Figure]:
    """What a use case does after its commit."""
    nap, rounds = threading.Event(), 20
    del lags[:]
    for number in range(rounds):
        with database.begin() as records:
            due = SystemClock().now()
            records.jobs.add(NewJob(team_id="T1", kind=KIND, key=f"now:{number}", due_at=due))
        scheduler.wake()
        while len(lags) <= number:
            nap.wait(0.002)
    yield figure("lag of a job due at once, median", median(lags) * 1000, "ms")
