"""The metronome: it ticks, it is woken, and it leaves the work to others where it has no threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Retryable
from bot.scheduler import LONGEST_PAUSE, Nights, Scheduler
from tests.clock import ManualClock
from tests.logs import printed_at

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


class Restless:
    """Work that wakes its scheduler all the time, and goes on for a while when that is to stop."""

    def __init__(self) -> None:
        self.scheduler = Scheduler(self.run_due, tick=LONG, threads=1, daily={})
        self.began, self.told_to_stop = threading.Event(), threading.Event()

    def run_due(self) -> None:
        while not self.told_to_stop.is_set():
            self.scheduler.wake()
            self.began.set()
        for _ in range(50):
            self.scheduler.wake()

    def stopped_within(self, seconds: float) -> bool:
        self.scheduler.start()
        assert self.began.wait(5)
        stopping = threading.Thread(target=self.scheduler.stop, daemon=True)
        self.told_to_stop.set()
        stopping.start()
        stopping.join(seconds)
        return not stopping.is_alive()


def test_a_running_job_that_wakes_it_while_it_stops_does_not_wait_for_itself() -> None:
    """APScheduler keeps its jobs locked while it waits for the running ones."""
    assert all(Restless().stopped_within(5) for _ in range(20))


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


class Chore:
    """Fails as often as it is told, each time as it is told; remembers when it was tried."""

    def __init__(self, clock: ManualClock, *errors: Exception) -> None:
        self.clock = clock
        self.errors = list(errors)
        self.tried: list[datetime] = []

    def __call__(self) -> None:
        self.tried.append(self.clock.now())
        if self.errors:
            raise self.errors.pop(0)


def night() -> ManualClock:
    """The moment before the chores."""
    return ManualClock(datetime(2026, 11, 16, 3, 14, tzinfo=UTC))


def by_minutes(nights: Nights, clock: ManualClock, *, minutes: int) -> None:
    """Look every minute."""
    for _ in range(minutes):
        clock.advance(minutes=1)
        nights.look()


def test_a_chore_that_meets_an_outage_is_tried_again_within_minutes() -> None:
    """Not in the next night: after 1, 2 and 4 minutes, and when it is done not before that night."""
    clock = night()
    purge, prune = Chore(clock, *(Retryable("The database is away.") for _ in range(3))), Chore(clock)
    nights = Nights(clock.now, {"purge": purge, "prune": prune})
    by_minutes(nights, clock, minutes=23 * 60)
    assert [at.minute for at in purge.tried] == [15, 16, 18, 22]
    assert len(prune.tried) == 1
    by_minutes(nights, clock, minutes=2 * 60)
    assert [(at.day, at.hour, at.minute) for at in purge.tried[4:]] == [(17, 3, 15)]


def test_a_long_outage_is_asked_after_every_half_hour() -> None:
    """The pauses grow no further, and each is told."""
    clock = night()
    purge = Chore(clock, *(Retryable("The database is away.") for _ in range(200)))
    with printed_at("warning") as log:
        by_minutes(Nights(clock.now, {"purge": purge}), clock, minutes=10 * 60)
    pauses = [later - at for at, later in zip(purge.tried, purge.tried[1:], strict=False)]
    assert max(pauses) == pauses[-1] == LONGEST_PAUSE
    assert log.getvalue().count("chore_put_off") == len(purge.tried)
    assert "The database is away." in log.getvalue()


def test_a_defect_in_a_chore_keeps_the_others_from_nothing() -> None:
    """It is raised, for the log, and tried again no sooner than after an outage."""
    clock = night()
    broken, purge = Chore(clock, ValueError("a defect")), Chore(clock)
    nights = Nights(clock.now, {"broken": broken, "purge": purge})
    clock.advance(minutes=1)
    with pytest.raises(ValueError, match="a defect"):
        nights.look()
    nights.look()
    assert (len(broken.tried), len(purge.tried)) == (1, 1)
    clock.advance(minutes=1)
    nights.look()
    assert (len(broken.tried), len(purge.tried)) == (2, 1)


def test_a_chore_that_takes_long_is_never_done_twice_at_once() -> None:
    """The looks that come meanwhile find it under way."""
    began, go_on, together = threading.Event(), threading.Event(), list[int]()
    running = 0

    def slow() -> None:
        nonlocal running
        running += 1
        together.append(running)
        began.set()
        go_on.wait(5)
        running -= 1
        raise Retryable

    tick = timedelta(milliseconds=10)
    scheduler = Scheduler(lambda: None, tick=tick, threads=3, daily={"purge": slow}, first_chores=tick)
    scheduler.start()
    assert began.wait(5)
    threading.Event().wait(0.2)
    go_on.set()
    scheduler.stop()
    assert together == [1]
