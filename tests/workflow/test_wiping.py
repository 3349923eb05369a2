"""The database's files are cleared soon after something was erased."""

from __future__ import annotations

from contextlib import closing

from bot.domain.job import Job, JobState
from bot.workflow.wiping import wipe_soon
from storage import Database, open_storage
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk


def wipes(desk: Desk) -> list[Job]:
    """The clearings that were asked for."""
    with desk.world.storage.read() as records:
        return [job for job in records.jobs.listed() if job.kind == "wipe"]


def erased(desk: Desk) -> None:
    """Something was erased just now."""
    with desk.world.storage.begin() as records:
        wipe_soon(records, desk.world)


def test_all_that_is_erased_in_a_minute_is_cleared_once(storage: Database, clock: ManualClock) -> None:
    """After the minute is over, and what is erased later again."""
    desk = a_desk(storage, clock)
    for _ in range(6):
        erased(desk)
        desk.jump(seconds=9)
    assert [job.state for job in wipes(desk)] == [JobState.WAITING]
    desk.jump(seconds=15)
    erased(desk)
    desk.settle()
    assert [job.state for job in wipes(desk)] == [JobState.WAITING, JobState.DONE]


def test_clearing_waits_for_whoever_reads(
    sqlite_storage: Database, sqlite_url: str, clock: ManualClock
) -> None:
    """Somebody reads for a quarter of an hour: it is put off, not given up."""
    desk = a_desk(sqlite_storage, clock)
    erased(desk)
    with closing(open_storage(sqlite_url, clock=clock)) as other, other.read() as reading:
        assert reading.incidents.get(1) is None
        erased(desk)
        for _ in range(15):
            desk.jump(minutes=1)
        assert {job.state for job in wipes(desk)} == {JobState.WAITING}
    desk.jump(minutes=1)
    assert {job.state for job in wipes(desk)} == {JobState.DONE}
