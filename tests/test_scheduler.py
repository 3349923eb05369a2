"""The metronome: it ticks, it is woken, and it leaves the work to others where it has no threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bot.scheduler import Nights, Scheduler
from tests.clock import ManualClock

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


def test_it_tidies_up_whoever_does_the_work() -> None:
    """And whatever the clock says that the rest goes by."""
    tidied = threading.Event()
    clock = ManualClock(datetime(2026, 11, 16, 9, tzinfo=UTC))
    scheduler = Scheduler(
        lambda: None,
        tick=LONG,
        threads=0,
        daily={},
        tidy=tidied.set,
        tidy_every=timedelta(milliseconds=20),
        jumping=clock.now,
    )
    scheduler.start()
    assert tidied.wait(5)
    scheduler.stop()


def test_nights_that_were_missed_are_made_up_for_after_a_start() -> None:
    """A host that is off at 03:15 UTC would otherwise purge nothing, ever."""
    pruned, purged = threading.Event(), threading.Event()
    scheduler = Scheduler(
        lambda: None,
        tick=LONG,
        threads=0,
        daily={"prune": pruned.set, "purge": purged.set},
        first_chores=timedelta(milliseconds=20),
    )
    scheduler.start()
    assert pruned.wait(5)
    assert purged.wait(5)
    scheduler.stop()


def test_a_clock_that_jumps_brings_the_nights_it_passes() -> None:
    """The chores are done once for however many nights, at none twice, and again after the next."""
    clock, done = ManualClock(datetime(2026, 11, 16, 9, tzinfo=UTC)), list[str]()
    nights = Nights(clock.now, {"prune": lambda: done.append("prune"), "sync": lambda: done.append("sync")})
    nights.look()
    clock.advance(hours=18)
    nights.look()
    assert done == []
    clock.advance(minutes=15)
    nights.look()
    nights.look()
    assert done == ["prune", "sync"]
    clock.advance(days=40)
    nights.look()
    assert done == ["prune", "sync"] * 2


def test_a_clock_that_is_put_back_waits_for_its_next_night() -> None:
    """Not for the one it had been waiting for, weeks ahead."""
    clock, done = ManualClock(datetime(2026, 11, 16, 9, tzinfo=UTC)), list[str]()
    nights = Nights(clock.now, {"prune": lambda: done.append("prune")})
    clock.advance(days=-21)
    nights.look()
    clock.advance(days=1)
    nights.look()
    assert done == ["prune"]


def test_a_scheduler_on_a_clock_that_jumps_looks_at_every_tick() -> None:
    """Though it leaves the work to others."""
    clock, done = ManualClock(datetime(2026, 11, 16, 9, tzinfo=UTC)), threading.Event()
    tick = timedelta(milliseconds=20)
    scheduler = Scheduler(lambda: None, tick=tick, threads=0, daily={"prune": done.set}, jumping=clock.now)
    scheduler.start()
    clock.advance(days=1)
    assert done.wait(5)
    scheduler.stop()
