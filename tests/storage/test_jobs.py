"""The durable queue, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.job import Job, JobState
from bot.errors import LeaseLost
from bot.ports import Records
from storage import Database
from tests.clock import ManualClock
from tests.storage.builders import AT, new_job

MINUTE = timedelta(minutes=1)


def _claim(
    storage: Database, *, now: datetime = AT, owner: str = "w1", lease: timedelta = MINUTE
) -> Job | None:
    with storage.begin() as records:
        return records.jobs.claim(now=now, owner=owner, lease_until=now + lease)


def _claimed(storage: Database, **given: datetime) -> Job:
    job = _claim(storage, **given)  # type: ignore[arg-type]  # only `now` is given
    assert job is not None
    return job


def _get(storage: Database, key: str = "draft:1:1") -> Job:
    with storage.begin() as records:
        job = records.jobs.get(key)
    assert job is not None
    return job


@pytest.fixture
def job(storage: Database) -> Job:
    """One waiting job that is due."""
    with storage.begin() as records:
        records.jobs.add(new_job(payload={"generation": 1}))
    return _get(storage)


def test_a_job_comes_back_as_it_went_in(job: Job, storage: Database, clock: ManualClock) -> None:
    """Payload and times keep their types; it was created now."""
    assert job.payload == {"generation": 1}
    assert (job.due_at, job.created_at, job.state) == (AT, clock.now(), JobState.WAITING)
    with storage.begin() as records:
        assert records.jobs.get("another") is None


def test_a_job_that_finished_itself_may_be_finished_by_its_worker(job: Job, storage: Database) -> None:
    """When it ended stays; but whoever has lost the lease is told."""
    first = _claimed(storage)
    second = _claimed(storage, now=AT + MINUTE)
    for at in (AT + MINUTE, AT + 2 * MINUTE):
        with storage.begin() as records:
            records.jobs.finish(second, at=at)
    with pytest.raises(LeaseLost), storage.begin() as records:
        records.jobs.finish(first, at=AT + MINUTE)
    assert (_get(storage).state, _get(storage).finished_at) == (JobState.DONE, AT + MINUTE)


def test_asking_twice_is_asking_once(job: Job, storage: Database) -> None:
    """Whatever became of the first."""
    with storage.begin() as records:
        assert not records.jobs.add(new_job(due_at=AT + MINUTE))
        records.jobs.cancel(1, "draft", at=AT)
        assert not records.jobs.add(new_job())
    assert _get(storage).due_at == job.due_at


def test_the_longest_waiting_due_job_is_claimed(storage: Database) -> None:
    """What is not due or leased is left alone; of two equally old ones the first asked for."""
    with storage.begin() as records:
        records.jobs.add(new_job("later", due_at=AT + MINUTE))
        records.jobs.add(new_job("a", due_at=AT))
        records.jobs.add(new_job("b", due_at=AT))
        records.jobs.add(new_job("first", due_at=AT - MINUTE))
    claims = [_claim(storage) for _ in range(4)]
    assert [job and job.key for job in claims] == ["first", "a", "b", None]
    first = claims[0]
    assert first is not None
    assert (first.attempts, first.lease_owner, first.lease_until) == (1, "w1", AT + MINUTE)
    assert first == _get(storage, "first")


def test_an_expired_lease_is_picked_up(job: Job, storage: Database) -> None:
    """The second worker's attempt counts, and the first one's results are void from then on."""
    first = _claimed(storage)
    assert _claim(storage, now=AT + MINUTE / 2) is None
    second = _claimed(storage, now=AT + MINUTE)
    assert (second.id, second.attempts) == (job.id, 2)
    with storage.begin() as records:
        records.jobs.finish(second, at=AT + MINUTE)
    with pytest.raises(LeaseLost), storage.begin() as records:
        records.jobs.finish(first, at=AT + MINUTE)


def _write_and(outcome: Callable[[Records, Job], None], storage: Database, job: Job) -> None:
    with storage.begin() as records:
        records.jobs.add(new_job("side effect"))
        outcome(records, job)


OUTCOMES: list[Callable[[Records, Job], None]] = [
    lambda records, job: records.jobs.finish(job, at=AT),
    lambda records, job: records.jobs.retry(job, due_at=AT, error="no"),
    lambda records, job: records.jobs.snooze(job, due_at=AT),
    lambda records, job: records.jobs.bury(job, at=AT, error="no"),
    lambda records, job: records.jobs.extend(job, lease_until=AT + 9 * MINUTE),
]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_worker_that_outlived_its_lease_changes_nothing(
    job: Job, storage: Database, outcome: Callable[[Records, Job], None]
) -> None:
    """Its whole transaction is void, with whatever else it wrote."""
    mine = _claimed(storage)
    other = _claim(storage, now=AT + MINUTE, owner="w2")
    with pytest.raises(LeaseLost):
        _write_and(outcome, storage, mine)
    assert _get(storage) == other
    with storage.begin() as records:
        assert records.jobs.get("side effect") is None


def test_finishing_ends_a_job(job: Job, storage: Database) -> None:
    """It is done, free of its lease, and its earlier error is forgotten."""
    with storage.begin() as records:
        records.jobs.retry(_first(records), due_at=AT, error="timeout")
    mine = _claimed(storage)
    assert mine.last_error == "timeout"
    with storage.begin() as records:
        records.jobs.finish(mine, at=AT + MINUTE)
    done = _get(storage)
    assert (done.state, done.finished_at, done.lease_owner) == (JobState.DONE, AT + MINUTE, None)
    assert done.last_error is None
    assert _claim(storage, now=AT + 9 * MINUTE) is None


def _first(records: Records) -> Job:
    job = records.jobs.claim(now=AT, owner="w1", lease_until=AT + MINUTE)
    assert job is not None
    return job


def test_a_retry_counts_and_a_snooze_does_not(job: Job, storage: Database) -> None:
    """Both free the job until it is due again; a snooze may carry on with another payload."""
    with storage.begin() as records:
        records.jobs.retry(_first(records), due_at=AT + MINUTE, error="429")
    assert _claim(storage) is None
    again = _claimed(storage, now=AT + MINUTE)
    with storage.begin() as records:
        records.jobs.snooze(again, due_at=AT + 2 * MINUTE, payload={"cursor": "x"})
    waiting = _get(storage)
    assert (again.attempts, waiting.attempts, waiting.last_error) == (2, 1, "429")
    assert (waiting.payload, waiting.due_at, waiting.lease_owner) == ({"cursor": "x"}, AT + 2 * MINUTE, None)


def test_a_lease_can_be_kept(job: Job, storage: Database) -> None:
    """Nobody else gets the job meanwhile, and the worker still holds it."""
    mine = _claimed(storage)
    with storage.begin() as records:
        records.jobs.extend(mine, lease_until=AT + 5 * MINUTE)
    assert _claim(storage, now=AT + 4 * MINUTE) is None
    with storage.begin() as records:
        records.jobs.finish(mine, at=AT + 4 * MINUTE)


def test_a_buried_job_can_live_again(job: Job, storage: Database) -> None:
    """With no attempts behind it; a job that waits or is done cannot be revived."""
    with storage.begin() as records:
        assert not records.jobs.revive(job.id, due_at=AT)
        records.jobs.bury(_first(records), at=AT, error="no such channel")
        buried = records.jobs.get(job.key)
        assert buried is not None
        assert (buried.state, buried.last_error, buried.finished_at) == (
            JobState.BURIED,
            "no such channel",
            AT,
        )
        assert records.jobs.revive(job.id, due_at=AT + MINUTE)
    revived = _get(storage)
    assert (revived.state, revived.attempts, revived.finished_at) == (JobState.WAITING, 0, None)


def test_cancelling_takes_the_named_kinds_and_running_ones_too(storage: Database) -> None:
    """The worker of a cancelled job loses its lease, so what it was about to commit is void."""
    with storage.begin() as records:
        records.jobs.add(new_job("draft"))
        records.jobs.add(new_job("archive", kind="archive"))
        records.jobs.add(new_job("other", incident_id=2))
    mine = _claimed(storage)
    with storage.begin() as records:
        assert records.jobs.cancel(1, "draft", at=AT) == 1
        assert records.jobs.cancel(1, "draft", at=AT) == 0
        assert records.jobs.cancel(1, at=AT) == 1
    with pytest.raises(LeaseLost), storage.begin() as records:
        records.jobs.finish(mine, at=AT)
    assert _get(storage, "draft").state is JobState.CANCELLED
    assert _get(storage, "other").state is JobState.WAITING


def test_bringing_forward_never_pushes_back(storage: Database) -> None:
    """Only waiting jobs, and only to an earlier time."""
    with storage.begin() as records:
        records.jobs.add(new_job("late", due_at=AT + 9 * MINUTE))
        assert records.jobs.bring_forward("late", due_at=AT + MINUTE)
        assert records.jobs.bring_forward("late", due_at=AT + 5 * MINUTE)
        assert not records.jobs.bring_forward("unknown", due_at=AT)
    assert _get(storage, "late").due_at == AT + MINUTE


def test_jobs_are_listed_newest_first(storage: Database) -> None:
    """By state where one is named."""
    with storage.begin() as records:
        for key in ("a", "b", "c"):
            records.jobs.add(new_job(key, incident_id=ord(key)))
        records.jobs.cancel(ord("b"), at=AT)
        listed = records.jobs.listed
        assert [job.key for job in listed()] == ["c", "b", "a"]
        assert [job.key for job in listed(JobState.WAITING, limit=1)] == ["c"]
        assert [job.key for job in listed(JobState.CANCELLED, JobState.DONE)] == ["b"]


def test_four_workers_share_the_work_without_doubles(storage: Database) -> None:
    """200 due jobs are claimed and finished exactly once."""
    with storage.begin() as records:
        for n in range(200):
            records.jobs.add(new_job(f"job {n}"))
    done: list[int] = []

    def work(owner: str) -> None:
        while True:
            with storage.begin() as records:
                job = records.jobs.claim(now=AT, owner=owner, lease_until=AT + MINUTE)
            if job is None:
                return
            with storage.begin() as records:
                records.jobs.finish(job, at=AT)
            done.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(set(done)) == 200
