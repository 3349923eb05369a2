"""`postmortem jobs`: what waits, what failed, and another try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.cli.jobs import State
from bot.clock import SystemClock
from bot.domain.job import JobState, NewJob
from bot.ports import ArchiveState
from storage import open_storage
from tests.cli.conftest import Run
from tests.storage.builders import new_incident

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


@pytest.fixture
def jobs(database: str) -> str:
    """A waiting job 1 and a buried job 2."""
    storage = open_storage(database, clock=SystemClock())
    with storage.begin() as records:
        records.jobs.add(NewJob(team_id="T1", kind="publish", key="k2", due_at=NOW - timedelta(hours=1)))
        records.jobs.add(NewJob(team_id="T1", kind="draft", key="k1", due_at=NOW, incident_id=7))
        taken = records.jobs.claim(now=NOW, owner="test", lease_until=NOW + timedelta(minutes=5))
        assert taken is not None
        records.jobs.bury(taken, at=NOW, error="The disk is full.\nReally.")
    storage.close()
    return database


def test_jobs_are_listed_newest_first_one_a_line(run: Run, jobs: str) -> None:
    """Away from a terminal the list is tab separated, without a heading, ready for other tools."""
    done = run("jobs")
    assert done.code == 0
    assert done.out.splitlines() == [
        "2\twaiting\tdraft\t2026-11-21 14:00:00\t0\t7\t",
        "1\tburied\tpublish\t2026-11-21 13:00:00\t1\t\tThe disk is full. Really.",
    ]


def test_a_state_narrows_the_list(run: Run, jobs: str) -> None:
    """Several states may be named; none of a state is told on standard error."""
    assert run("jobs", "--state", "buried").out.startswith("1\tburied")
    assert len(run("jobs", "--state", "buried", "--state", "waiting").out.splitlines()) == 2
    done = run("jobs", "--state", "done")
    assert (done.code, done.out, done.err) == (0, "", "No jobs.\n")


def test_a_clamped_app_is_told_why_jobs_wait(run: Run, jobs: str) -> None:
    """With where to look for the way out; the list itself stays as it is for other tools."""
    storage = open_storage(jobs, clock=SystemClock())
    with storage.begin() as records:
        incident = records.incidents.create(new_incident())
        state = ArchiveState(
            incident_id=incident.id, generation=1, name="archive:g1", latest="1.0", clamped=True
        )
        records.archives.save(state)
    storage.close()
    done = run("jobs")
    assert len(done.out.splitlines()) == 2
    assert "15 messages a minute" in done.err
    assert "postmortem doctor" in done.err


def test_a_buried_job_gets_another_life(run: Run, jobs: str) -> None:
    """`retry` makes it due now; doing it twice is refused without a change."""
    assert run("jobs", "retry", "1").code == 0
    assert run("jobs", "--state", "buried").out == ""
    again = run("jobs", "retry", "1")
    assert (again.code, again.out) == (1, "")
    assert "Nothing was changed" in again.err


def test_a_waiting_job_is_cancelled(run: Run, jobs: str) -> None:
    """`cancel` ends it; a job that is not waiting is left alone."""
    assert run("jobs", "cancel", "2").code == 0
    assert run("jobs", "--state", "cancelled").out.startswith("2\tcancelled\tdraft")
    assert run("jobs", "cancel", "1").code == 1
    assert run("jobs", "cancel", "99").code == 1


def test_the_states_are_those_of_the_domain() -> None:
    """The command line spells them out again to start quickly."""
    assert [state.value for state in State] == [state.value for state in JobState]
    assert get_args(State) == ()
