"""The metronome: it ticks, it is woken, and it leaves the work to others where it has no threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.scheduler import Scheduler

LONG = timedelta(hours=1)


class Worker:
    """Counts how often it was called."""

    def __init__(self) -> None:
        self.calls = 0
        self.called = threading.Event()

    def run_due(self) -> None:
        self.calls += 1
        self.called.set()


@contextmanager
def ticking(worker: Worker, *, threads: int, tick: timedelta = LONG) -> Iterator[Scheduler]:
    """A scheduler at work."""
    scheduler = Scheduler(worker.run_due, tick=tick, threads=threads, daily={})
    scheduler.start()
    yield scheduler
    scheduler.stop()


def test_it_looks_for_work_at_once() -> None:
    """What became due while the process was away does not wait for a tick."""
    worker = Worker()
    with ticking(worker, threads=1):
        assert worker.called.wait(5)


def test_a_new_job_wakes_it() -> None:
    """Long before the next tick."""
    worker = Worker()
    with ticking(worker, threads=1) as scheduler:
        assert worker.called.wait(5)
        worker.called.clear()
        scheduler.wake()
        assert worker.called.wait(5)


def test_without_threads_it_leaves_the_work_to_others() -> None:
    """`WORKER_THREADS=0`: neither ticks nor wakes call the worker."""
    worker = Worker()
    with ticking(worker, threads=0, tick=timedelta(milliseconds=50)) as scheduler:
        scheduler.wake()
        assert not worker.called.wait(0.3)
    assert worker.calls == 0
