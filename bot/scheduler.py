"""APScheduler as the metronome: it calls the worker every tick and the periodic clocks at their hours.

The `jobs` table is the truth; nothing is lost when this process ends.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

_DUE = "due"


class Scheduler:
    """Calls `run_due` every `tick`, in up to `threads` threads at once, and `daily` chores at 03:15 UTC.

    Without threads it never calls `run_due`: other processes do the work.
    """

    def __init__(
        self,
        run_due: Callable[[], object],
        *,
        tick: timedelta,
        threads: int,
        daily: Mapping[str, Callable[[], object]],
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
        for name, chore in daily.items():
            self._scheduler.add_job(chore, "cron", hour=3, minute=15, id=name)

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
