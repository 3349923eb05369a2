"""APScheduler as the metronome: it calls the worker every tick and the periodic clocks at their hours.

The `jobs` table is the truth; nothing is lost when this process ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_DUE, _NIGHTS, _TIDY = "due", "nights", "tidy"
HOUR, MINUTE = 3, 15
"""When the daily chores are done, UTC."""
FIRST_CHORES = timedelta(minutes=10)
"""How long after a start they are done at the latest: a host that is off at night would never do them."""
_DAY = timedelta(days=1)


class Scheduler:
    """Calls `run_due` every `tick`, in up to `threads` threads at once, `tidy` every `tidy_every` of the
    host's clock, and `daily` chores at 03:15 UTC and, for nights that were missed, once `first_chores` after
    the start; so they must bear to be done twice.

    Without threads it never calls `run_due`: other processes do the work. `jumping` tells the time of a
    clock that jumps, which no timer of the host follows: every tick looks whether it has passed a night.
    """

    def __init__(
        self,
        run_due: Callable[[], object],
        *,
        tick: timedelta,
        threads: int,
        daily: Mapping[str, Callable[[], object]],
        tidy: Callable[[], object] | None = None,
        tidy_every: timedelta = timedelta(seconds=10),
        jumping: Callable[[], datetime] | None = None,
        first_chores: timedelta = FIRST_CHORES,
    ) -> None:
        # A tick that finds every thread busy is skipped: the busy ones go on until nothing is due.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads + 1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None},
        )
        self._works = threads > 0
        if self._works:
            self._scheduler.add_job(
                run_due, "interval", seconds=tick.total_seconds(), id=_DUE, max_instances=threads
            )
        if tidy is not None:
            self._scheduler.add_job(tidy, "interval", seconds=tidy_every.total_seconds(), id=_TIDY)
        if jumping is not None:
            nights = Nights(jumping, daily)
            self._scheduler.add_job(nights.look, "interval", seconds=tick.total_seconds(), id=_NIGHTS)
            return
        first = datetime.now(UTC) + first_chores
        for name, chore in daily.items():
            self._scheduler.add_job(chore, "cron", hour=HOUR, minute=MINUTE, id=name, next_run_time=first)

    def start(self) -> None:
        """Begin ticking, at once."""
        self._scheduler.start()
        self.wake()

    def wake(self) -> None:
        """A job is due now: tick without waiting."""
        if self._works and self._scheduler.running:
            self._scheduler.modify_job(_DUE, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Stop ticking and wait for the running jobs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


class Nights:
    """The daily chores by a clock that jumps: once for the nights that passed since the last look."""

    def __init__(self, now: Callable[[], datetime], chores: Mapping[str, Callable[[], object]]) -> None:
        self._now = now
        self._chores = chores
        self._next = _next_night(now())

    def look(self) -> None:
        """Do them where it is time. A clock that was put back waits for the next night it comes to."""
        now = self._now()
        passed = now >= self._next
        if passed or self._next - now > _DAY:
            self._next = _next_night(now)
        if passed:
            for chore in self._chores.values():
                chore()


def _next_night(now: datetime) -> datetime:
    tonight = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    return tonight if tonight > now else tonight + _DAY
