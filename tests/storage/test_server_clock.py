"""Hosts whose clocks differ share work on one PostgreSQL: its clock says whose a job is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.doctor import clocks
from bot.domain.job import Job
from bot.errors import LeaseLost
from storage import Database, open_storage
from tests.clock import START, ManualClock
from tests.databases import Postgres
from tests.storage.builders import new_job

LEASE = timedelta(minutes=5)
TEN_MINUTES = timedelta(minutes=10)


class Host:
    """A machine whose clock is wrong by so much, and its worker."""

    def __init__(self, url: str, wrong: timedelta) -> None:
        self.wrong = wrong
        self.passed = timedelta(0)
        self.clock = ManualClock(START + wrong)
        self.storage = open_storage(url, clock=self.clock, wall=lambda: datetime.now(UTC) + self.wrong)

    def wait(self, **span: float) -> None:
        """Time passes."""
        self.passed += timedelta(**span)
        self.clock.set(START + self.wrong + self.passed)

    def put_right(self) -> None:
        """Somebody mends the clock."""
        self.wrong = timedelta(0)
        self.wait()

    def claim(self) -> Job | None:
        """The next due job, for five minutes."""
        now = self.clock.now()
        with self.storage.begin() as records:
            return records.jobs.claim(now=now, owner=f"{self.wrong}", lease_until=now + LEASE)

    def extend(self, job: Job) -> None:
        """Five minutes more from now on."""
        with self.storage.begin() as records:
            records.jobs.extend(job, lease_until=self.clock.now() + LEASE)


@pytest.fixture(params=[TEN_MINUTES, -TEN_MINUTES], ids=["ahead", "behind"])
def hosts(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[tuple[Host, Host]]:
    """One that is right and one that is wrong by twice the lease, and a job that is long due."""
    url = postgres.cleaned()
    with ExitStack() as stack:
        right, wrong = (Host(url, one) for one in (timedelta(0), request.param))
        for host in (right, wrong):
            stack.enter_context(closing(host.storage))
        with right.storage.begin() as records:
            records.jobs.add(new_job(due_at=START - timedelta(hours=1)))
        yield right, wrong


def test_a_lease_holds_for_a_host_whose_clock_is_wrong_by_more(hosts: tuple[Host, Host]) -> None:
    """In both directions, extended or not; whoever waits until it is over gets the job."""
    for holder, other in (hosts, hosts[::-1]):
        job = holder.claim()
        assert job is not None
        assert job.lease_until == holder.clock.now() + LEASE
        wait(hosts, minutes=4)
        assert other.claim() is None
        holder.extend(job)
        wait(hosts, minutes=4)
        assert other.claim() is None
        wait(hosts, minutes=2)
        taken = other.claim()
        assert taken is not None
        with pytest.raises(LeaseLost):
            holder.extend(job)
        wait(hosts, minutes=6)


def test_what_a_lease_is_told_as_is_the_askers_own_time(hosts: tuple[Host, Host]) -> None:
    """A job counts as running, and as held, wherever it is looked at."""
    right, wrong = hosts
    assert wrong.claim() is not None
    for host in hosts:
        now = host.clock.now()
        with host.storage.read() as records:
            (job,) = records.jobs.listed()
            assert records.jobs.counts(now=now) == {("draft", "running"): 1}
            assert records.jobs.lag(now=now) == 0
        assert job.lease_until is not None
        assert abs(job.lease_until - now - LEASE) < timedelta(seconds=1)
    assert right.storage.server_ahead() == timedelta(0)


def test_the_doctor_tells_of_a_clock_that_is_wrong(hosts: tuple[Host, Host]) -> None:
    """By how much and in which direction; of one that is right it says nothing."""
    right, wrong = hosts
    assert list(clocks(right.storage)) == []
    (check,) = clocks(wrong.storage)
    where = "behind" if wrong.wrong > timedelta(0) else "ahead of"
    assert (check.ok, check.found) == (False, f"600 s {where} this host's")


def test_a_clock_that_is_put_right_is_noticed_at_once(hosts: tuple[Host, Host]) -> None:
    """Not a minute later, when the server is asked again."""
    right, wrong = hosts
    assert wrong.storage.server_ahead() != timedelta(0)
    wrong.put_right()
    assert wrong.claim() is not None
    assert wrong.storage.server_ahead() == timedelta(0)
    assert right.claim() is None
    wait(hosts, minutes=6)
    assert right.claim() is not None


def test_a_file_has_no_clock_of_its_own(sqlite_storage: Database) -> None:
    """Its processes are on one host."""
    assert sqlite_storage.server_ahead() == timedelta(0)


def wait(hosts: tuple[Host, Host], **span: float) -> None:
    """Time passes everywhere."""
    for host in hosts:
        host.wait(**span)
