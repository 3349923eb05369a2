"""APScheduler as the metronome: it calls the worker every tick and the periodic clocks at their hours.

The `jobs` table is the truth; nothing is lost when this process ends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from bot.errors import Retryable
from bot.log import get_logger

_DUE, _NIGHTS, _TIDY = "due", "nights", "tidy"
HOUR, MINUTE = 3, 15
"""When the daily chores are done, UTC."""
FIRST_CHORES = timedelta(minutes=10)
"""How long after a start they are done at the latest: a host that is off at night would never do them."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)
"""How soon a chore is tried again that could not be done: twice as late each time."""
_DAY = timedelta(days=1)


class Scheduler:
    """Calls `run_due` every `tick`, in up to `threads` threads at once, `tidy` every `tidy_every` of the
    host's clock, and `daily` chores at 03:15 UTC and, for nights that were missed, once `first_chores` after
    the start; so they must bear to be done twice, though never two of them at once.

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
        self._stopped = False
        self._waking = threading.Lock()
        if self._works:
            self._scheduler.add_job(
                run_due, "interval", seconds=tick.total_seconds(), id=_DUE, max_instances=threads
            )
        if tidy is not None:
            self._scheduler.add_job(tidy, "interval", seconds=tidy_every.total_seconds(), id=_TIDY)
        every = tick.total_seconds()
        if jumping is not None:
            self._scheduler.add_job(Nights(jumping, daily).look, "interval", seconds=every, id=_NIGHTS)
            return
        first = datetime.now(UTC) + first_chores
        nights = Nights(lambda: datetime.now(UTC), daily, first=first)
        self._scheduler.add_job(nights.look, "interval", seconds=every, id=_NIGHTS, next_run_time=first)

    def start(self) -> None:
        """Begin ticking, at once."""
        self._scheduler.start()
        self.wake()

    def wake(self) -> None:
        """A job is due now: tick without waiting. Nothing happens where it does not tick, or not any more."""
        with self._waking:
            if self._works and self._scheduler.running and not self._stopped:
                self._scheduler.modify_job(_DUE, next_run_time=datetime.now(UTC))

    def stop(self) -> None:
        """Stop ticking and wait for the running jobs."""
        # APScheduler keeps its jobs locked while it waits: a running one that woke it meanwhile would wait
        # for the lock, and so for itself
        with self._waking:
            self._stopped = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)


@dataclass
class _Chore:
    """`failed` counts the tries since it was done last."""

    name: str
    do: Callable[[], object]
    due: datetime
    failed: int = 0


class Nights:
    """The daily chores, one after the other: once for the nights that passed since the last look. The
    first time they are due at `first`, or else in the next night.

    What meets an outage is not left to the next night: it is tried again after a pause, however it ended.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        chores: Mapping[str, Callable[[], object]],
        *,
        first: datetime | None = None,
    ) -> None:
        self._now = now
        due = first or _next_night(now())
        self._chores = [_Chore(name, do, due) for name, do in chores.items()]
        self._log = get_logger("scheduler")

    def look(self) -> None:
        """Do what is due. A clock that was put back waits for the next night it comes to."""
        for chore in self._chores:
            now = self._now()
            if chore.due - now > _DAY:
                chore.due = _next_night(now)
            if now >= chore.due:
                self._do(chore, now)

    def _do(self, chore: _Chore, now: datetime) -> None:
        chore.due = now + min(FIRST_PAUSE * 2**chore.failed, LONGEST_PAUSE)
        chore.failed = min(chore.failed + 1, 16)
        try:
            chore.do()
        except Retryable as error:
            again = chore.due.isoformat(timespec="seconds")
            self._log.warning("chore_put_off", chore=chore.name, again_at=again, error=str(error))
            return
        if chore.failed > 1:
            self._log.info("chore_done_after_all", chore=chore.name)
        chore.due, chore.failed = _next_night(now), 0


def _next_night(now: datetime) -> datetime:
    tonight = now.replace(hour=HOUR, minute=MINUTE, second=0, microsecond=0)
    return tonight if tonight > now else tonight + _DAY
