"""The worker: what it claims, what it retries, what it gives up, and what it says then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.domain.job import MAX_ATTEMPTS, Job, JobState, NewJob
from bot.errors import LeaseLost, Outage, Permanent, Retryable
from bot.worker import Keep, Worker
from storage import Database
from storage.records import Tables
from tests.clock import ManualClock

KEY = "chore:1"


class Chore:
    """A handler that does what it is told, one instruction a run, and counts its runs."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)
        self.runs = 0

    def __call__(self, job: Job, keep: Keep) -> None:
        self.runs += 1
        keep()
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome is not None:
            raise outcome


def a_worker(database: Database, clock: ManualClock, handler: Callable[[Job, Keep], None]) -> Worker:
    """A worker that knows one kind of job."""
    return Worker(database, clock, {"chore": handler}, owner="test", lease=timedelta(minutes=5))


def ask(database: Database, clock: ManualClock, *, incident_id: int | None = None) -> None:
    """Ask for the chore, due now."""
    with database.begin() as records:
        records.jobs.add(
            NewJob(team_id="T1", kind="chore", key=KEY, due_at=clock.now(), incident_id=incident_id)
        )


def the_job(database: Database) -> Job:
    """The chore as it is stored."""
    with database.begin() as records:
        job = records.jobs.get(KEY)
    assert job is not None
    return job


def test_a_due_job_is_done_once(sqlite_storage: Database, clock: ManualClock) -> None:
    """Done is done: a second round finds nothing."""
    chore = Chore()
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, chore)

    assert (worker.run_due(), worker.run_due(), chore.runs) == (1, 0, 1)
    assert the_job(sqlite_storage).state is JobState.DONE


def test_a_passing_fault_is_retried_with_back_off(sqlite_storage: Database, clock: ManualClock) -> None:
    """Not before its time, then again."""
    chore = Chore(Retryable("Slack is away."))
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, chore)
    worker.run_due()

    assert the_job(sqlite_storage).last_error == "Slack is away."
    assert worker.run_due() == 0
    clock.advance(seconds=10)
    assert worker.run_due() == 1
    assert the_job(sqlite_storage).state is JobState.DONE


def test_a_pause_somebody_asked_for_costs_no_attempt(sqlite_storage: Database, clock: ManualClock) -> None:
    """Slack may say Retry-After as often as it likes."""
    pauses = [Retryable("wait", retry_after=60) for _ in range(MAX_ATTEMPTS * 2)]
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, Chore(*pauses))

    for _ in pauses:
        assert worker.run_due() == 1
        clock.advance(seconds=60)

    assert worker.run_due() == 1
    assert the_job(sqlite_storage).state is JobState.DONE


@pytest.mark.parametrize("fault", [Retryable("away"), ValueError("a defect with secret text")])
def test_after_many_failures_a_job_is_buried(
    sqlite_storage: Database, clock: ManualClock, fault: Exception
) -> None:
    """People must look; what a foreign error says is not repeated, it may quote the transcript."""
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, Chore(*[fault] * 20))

    for _ in range(20):
        worker.run_due()
        clock.advance(hours=1)

    job = the_job(sqlite_storage)
    assert (job.state, job.attempts) == (JobState.BURIED, MAX_ATTEMPTS)
    assert "secret text" not in (job.last_error or "")


def test_work_outlasts_an_outage_of_hours(sqlite_storage: Database, clock: ManualClock) -> None:
    """Nobody can mend Slack: what needs it is asked again for about a day, and soon after it is back."""
    ask(sqlite_storage, clock)
    chore = Chore(*[Outage("Slack is away.")] * 200)
    worker, began = a_worker(sqlite_storage, clock, chore), clock.now()
    while clock.now() - began < timedelta(hours=20):
        worker.run_due()
        clock.advance(minutes=1)
    assert the_job(sqlite_storage).state is JobState.WAITING

    chore.outcomes.clear()
    clock.advance(minutes=10)
    worker.run_due()
    assert the_job(sqlite_storage).state is JobState.DONE


def test_a_fault_after_a_long_outage_is_tried_again_as_often_as_ever(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """The attempts that an outage took are none that people could have done anything about."""
    ask(sqlite_storage, clock)
    faults = (MAX_ATTEMPTS - 1) * [Retryable("The database is locked.")]
    worker = a_worker(sqlite_storage, clock, Chore(*30 * [Outage("Slack is away.")], *faults))
    for _ in range(30 + MAX_ATTEMPTS):
        worker.run_due()
        clock.advance(minutes=10)
    assert the_job(sqlite_storage).state is JobState.DONE


def test_an_outage_without_an_end_is_told_after_about_a_day(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """It may be this one request that Slack fails at, for ever."""
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, Chore(*[Outage("Slack is away.")] * 200))
    for _ in range(30 * 6):
        worker.run_due()
        clock.advance(minutes=10)
    assert the_job(sqlite_storage).state is JobState.BURIED


def test_what_can_never_work_is_buried_at_once(sqlite_storage: Database, clock: ManualClock) -> None:
    """Permanent means permanent; so does a kind nobody knows."""
    ask(sqlite_storage, clock)

    a_worker(sqlite_storage, clock, Chore(Permanent("No such place."))).run_due()

    assert the_job(sqlite_storage).state is JobState.BURIED


def test_a_worker_that_lost_its_lease_changes_nothing(sqlite_storage: Database, clock: ManualClock) -> None:
    """Another one has taken the job over; its outcome counts."""
    ask(sqlite_storage, clock)
    other = a_worker(sqlite_storage, clock, Chore())

    def slow(job: Job, keep: Keep) -> None:
        clock.advance(minutes=6)
        assert other.run_due() == 1
        with pytest.raises(LeaseLost):
            keep()

    a_worker(sqlite_storage, clock, slow).run_due()

    assert the_job(sqlite_storage).state is JobState.DONE


@pytest.mark.parametrize("fault", [Retryable("away"), Retryable("wait", retry_after=5), Permanent("never")])
def test_a_failure_after_the_lease_was_lost_changes_nothing(
    sqlite_storage: Database, clock: ManualClock, fault: Exception
) -> None:
    """Another worker has finished the job meanwhile; noting our failure must neither count nor raise."""
    ask(sqlite_storage, clock)
    other = a_worker(sqlite_storage, clock, Chore())

    def slow(job: Job, keep: Keep) -> None:
        clock.advance(minutes=6)
        assert other.run_due() == 1
        raise fault

    assert a_worker(sqlite_storage, clock, slow).run_due() == 1
    assert the_job(sqlite_storage).state is JobState.DONE


def test_a_stopped_worker_takes_nothing(sqlite_storage: Database, clock: ManualClock) -> None:
    """The job stays for whoever comes next."""
    ask(sqlite_storage, clock)
    worker = a_worker(sqlite_storage, clock, Chore())

    worker.stop()

    assert worker.run_due() == 0
    assert the_job(sqlite_storage).state is JobState.WAITING


class Jammed(Database):
    """Hands transactions on, but after the first so many refuses some, as a lock held elsewhere does."""

    def __init__(self, inner: Database, *, after: int, refuses: int) -> None:
        self._inner = inner
        self._good, self._bad = after, refuses

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Tables]:
        """The other's, or nothing."""
        self._good -= 1
        if self._good < 0 < self._bad:
            self._bad -= 1
            raise Retryable("The database is locked by another process.")
        with self._inner.begin(lasting=lasting) as records:
            yield records


@pytest.mark.parametrize("outcome", [None, Permanent("never"), Retryable("slow", retry_after=60)])
def test_what_is_done_is_not_done_again_for_a_lock(
    sqlite_storage: Database, clock: ManualClock, outcome: Exception | None
) -> None:
    """Storing how a job ended waits for the database, as long as the lease allows."""
    chore, pauses = Chore(outcome), list[float]()
    ask(sqlite_storage, clock)
    jammed = Jammed(sqlite_storage, after=2, refuses=3)
    worker = Worker(jammed, clock, {"chore": chore}, owner="test", pause=pauses.append)

    assert worker.run_due() == 1

    assert (chore.runs, len(pauses)) == (1, 3)
    job = the_job(sqlite_storage)
    assert job.lease_owner is None
    assert job.state is (JobState.BURIED if isinstance(outcome, Permanent) else job.state)


def test_a_database_away_for_longer_than_the_lease_leaves_the_job_to_others(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """It stays leased, and is taken up when the lease is over."""
    chore = Chore()
    ask(sqlite_storage, clock)
    jammed = Jammed(sqlite_storage, after=2, refuses=1000)
    worker = Worker(jammed, clock, {"chore": chore}, owner="test", pause=lambda _: clock.advance(minutes=1))
    assert worker.run_due() == 1
    assert the_job(sqlite_storage).state is JobState.WAITING

    a_worker(sqlite_storage, clock, chore).run_due()
    assert (chore.runs, the_job(sqlite_storage).state) == (2, JobState.DONE)


def test_a_database_that_is_away_is_waited_for_and_told_once(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Not at every tick; then work goes on by itself."""
    chore = Chore()
    ask(sqlite_storage, clock)
    jammed = Jammed(sqlite_storage, after=0, refuses=3)
    worker = Worker(jammed, clock, {"chore": chore}, owner="test")
    with capture_logs() as told:
        assert [worker.run_due() for _ in range(4)] == [0, 0, 0, 1]

    (line,) = [line for line in told if line["log_level"] == "error"]
    assert line["event"] == "work_waits_for_database"
    assert "locked by another process" in line["error"]


def test_what_is_running_can_be_handed_back(sqlite_storage: Database, clock: ManualClock) -> None:
    """Another worker has it at once, no attempt counts, and whatever the first one still does is void."""
    ask(sqlite_storage, clock)
    other = Chore()

    def slow(job: Job, keep: Keep) -> None:
        assert worker.hand_back() == 1
        assert a_worker(sqlite_storage, clock, other).run_due() == 1

    worker = a_worker(sqlite_storage, clock, slow)
    assert worker.run_due() == 1
    job = the_job(sqlite_storage)
    assert (other.runs, job.state, job.attempts) == (1, JobState.DONE, 1)
    assert worker.hand_back() == 0
