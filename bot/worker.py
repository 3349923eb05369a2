"""Claim a due job, do it, finish it; or retry it, or bury it and say so."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.domain.job import Job, NewJob, backoff, is_exhausted
from bot.errors import BotError, LeaseLost, Outage, Permanent, Retryable
from bot.log import fields, get_logger
from bot.ports import Clock, Meter, Records, Storage

Keep = Callable[[], None]
Handler = Callable[[Job, Keep], None]

NOTING_PAUSE = 0.5
"""Seconds until a database that would not store how a job ended is asked again."""

_SILENT = frozenset({"notice"})
"""Kinds whose own failure is not told in the thread: telling it would fail the same way."""


class Worker:
    """Runs due jobs. Any number of workers, in any number of processes, may share one database.

    `owner` names this process in leases; `lease` is how long a silent worker keeps a job.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        handlers: Mapping[str, Handler],
        *,
        owner: str,
        lease: timedelta = timedelta(minutes=5),
        meter: Meter | None = None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._handlers = handlers
        self._owner = owner
        self._lease = lease
        self._meter = meter or Meter()
        self._log = get_logger("worker")
        self._stopping = threading.Event()
        self._cut_off = threading.Event()
        self._pause = pause or self._stopping.wait
        self._claims = itertools.count(1)
        self._held: dict[str | None, Job] = {}

    def stop(self) -> None:
        """Take no further work; the running job is finished."""
        self._stopping.set()

    def hand_back(self) -> int:
        """Let other workers have what is running here, at once: this process is about to end. Whatever its
        threads still do changes nothing any more. Returns how many jobs were handed back.

        Raises:
            Retryable: the database is away; the jobs are free when their leases are over.
        """
        held, now = list(self._held.values()), self._clock.now()
        for job in held:
            # finished in this moment, or somebody else's
            with contextlib.suppress(LeaseLost), self._storage.begin() as records:
                records.jobs.snooze(job, due_at=now)
            self._log.warning("job_handed_back", job=job.id, kind=job.kind)
        return len(held)

    def run_due(self) -> int:
        """Do everything that is due now; returns how many jobs were taken."""
        taken = 0
        while not self._stopping.is_set():
            now = self._clock.now()
            job = self._claimed(now)
            if job is None:
                break
            taken += 1
            self._meter.waited(job.kind, (now - job.due_at).total_seconds())
            with fields(job=job.id, kind=job.kind, incident=job.incident_id, attempt=job.attempts):
                self._held[job.lease_owner] = job
                try:
                    self._meter.job(job.kind, self._run(job))
                finally:
                    del self._held[job.lease_owner]
        return taken

    def _claimed(self, now: datetime) -> Job | None:
        """The due job that has waited longest, ours from now on; None where nothing is due.

        None, too, while the database is away, which is said once: the next tick asks again.
        """
        try:
            with self._storage.begin() as records:
                owner = f"{self._owner}:{next(self._claims)}"
                job = records.jobs.claim(now=now, owner=owner, lease_until=now + self._lease)
        except Retryable as error:
            if not self._cut_off.is_set():
                self._log.error("work_waits_for_database", error=str(error))
            self._cut_off.set()
            return None
        if self._cut_off.is_set():
            self._cut_off.clear()
            self._log.info("work_goes_on")
        return job

    def _run(self, job: Job) -> str:
        """Do one job, whose ids are in every line logged meanwhile; returns how it ended.

        The lease may be lost at any moment, while noting a failure too: then another worker's outcome
        counts.
        """
        try:
            return self._attempt(job)
        except LeaseLost:
            self._log.warning("job_lease_lost")
            return "lease_lost"
        except Retryable as error:
            # It stays ours until the lease runs out; then it is done again, which every job survives.
            self._log.error("job_outcome_not_stored", error=str(error))
            return "failed"

    def _attempt(self, job: Job) -> str:
        log = self._log
        try:
            self._do(job)
        except LeaseLost:
            raise
        except Retryable as error:
            self._later(job, error)
            log.warning("job_postponed", error=str(error))
            return "postponed"
        except Permanent as error:
            self._bury(job, str(error))
            log.error("job_buried", error=str(error))
            return "buried"
        except Exception as error:
            # A defect of ours must not stop the queue: the job is tried again, then buried and told.
            log.exception("job_failed", error=type(error).__name__)
            self._failed(job, _in_a_word(error))
            return "failed"
        self._note(lambda records: records.jobs.finish(job, at=self._clock.now()))
        log.info("job_finished")
        return "finished"

    def _do(self, job: Job) -> None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            raise Permanent(f"Nothing here knows how to do {job.kind!r}; is an older version running?")

        def keep() -> None:
            with self._storage.begin() as records:
                records.jobs.extend(job, lease_until=self._clock.now() + self._lease)

        handler(job, keep)

    def _note(self, change: Callable[[Records], None]) -> None:
        """Store how a job ended, however long the database takes: a lock held for too long by somebody
        else is no reason to do again what is done. Ends with the lease at the latest.

        Raises:
            LeaseLost: somebody else has the job now.
            Retryable: the database is away, and so long that the lease is over, or we are to stop.
        """
        until = self._clock.now() + self._lease
        while True:
            try:
                with self._storage.begin() as records:
                    change(records)
            except Retryable as error:
                if self._stopping.is_set() or self._clock.now() >= until:
                    raise
                self._log.warning("job_outcome_waits", error=str(error))
                self._pause(NOTING_PAUSE)
            else:
                return

    def _later(self, job: Job, error: Retryable) -> None:
        """A pause somebody asked for costs no attempt; any other passing fault does."""
        if error.retry_after is not None:
            due = self._clock.now() + timedelta(seconds=error.retry_after)
            self._note(lambda records: records.jobs.snooze(job, due_at=due))
        else:
            self._failed(job, str(error), outage=isinstance(error, Outage))

    def _failed(self, job: Job, error: str, *, outage: bool = False) -> None:
        if is_exhausted(job, outage=outage):
            self._bury(job, error)
            return
        due = self._clock.now() + backoff(job.attempts)
        self._note(lambda records: records.jobs.retry(job, due_at=due, error=error, outage=outage))

    def _bury(self, job: Job, error: str) -> None:
        """Bury it and, in the same transaction, ask for the incident's thread to be told."""
        now = self._clock.now()

        def buried(records: Records) -> None:
            records.jobs.bury(job, at=now, error=error)
            if job.incident_id is not None and job.kind not in _SILENT:
                records.jobs.add(_told(job, error, now))

        self._note(buried)


def _told(job: Job, error: str, now: datetime) -> NewJob:
    text = (
        f"I could not finish “{job.kind}”: {error} Everything said and edited is kept. "
        f"An operator can try again with `postmortem jobs retry {job.id}`."
    )
    return NewJob(
        team_id=job.team_id,
        kind="notice",
        key=f"notice:failed:{job.id}:{job.attempts}:{int(now.timestamp())}",
        due_at=now,
        incident_id=job.incident_id,
        payload={"event": "failed", "error": text},
    )


def _in_a_word(error: Exception) -> str:
    """What went wrong without quoting anything: messages of foreign errors may hold transcript text."""
    return str(error) if isinstance(error, BotError) else f"an unexpected {type(error).__name__}."
