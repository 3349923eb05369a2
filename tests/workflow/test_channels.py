"""The round over all channels."""

from __future__ import annotations

from bot.domain.incident import Incident
from bot.domain.job import Job, JobState
from bot.errors import Retryable
from bot.workflow.archive import read_transcript
from bot.workflow.channels import ask_for_sync, come_back
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk


def test_a_lost_conversion_to_private_is_found_within_the_day(storage: Database, clock: ManualClock) -> None:
    """Nobody was told that the channel is private now; the daily round asks, once for all processes."""
    desk = a_desk(storage, clock)
    incident = desk.resolved()
    desk.chat.change_channel(desk.channel, is_private=True)
    desk.settle()
    ask_for_sync(desk.world)
    ask_for_sync(desk.world)
    desk.settle()
    with storage.read() as records:
        found = records.incidents.get(incident.id)
        rounds = [job for job in records.jobs.listed() if job.key.startswith("sync:daily:")]
    assert found is not None
    assert found.is_private
    assert len(rounds) == 1


def rounds(desk: Desk) -> list[Job]:
    """The rounds asked for, the first one first."""
    with desk.world.storage.read() as records:
        return sorted((job for job in records.jobs.listed() if job.kind == "sync"), key=lambda job: job.id)


def doubts(desk: Desk, incident_id: int) -> int:
    """How often the reading of an incident was doubted."""
    with desk.world.storage.read() as records:
        state = records.archives.load(incident_id)
    assert state is not None
    return state.doubts


def heard(desk: Desk) -> None:
    """An event was taken in just now."""
    with desk.world.storage.begin() as records:
        assert records.inbox.first_seen("Ev1", at=desk.clock.now(), team_id=desk.world.team_id)


def read_just_now(storage: Database, clock: ManualClock) -> tuple[Desk, Incident]:
    """A resolved incident whose transcript is read, and an event that was heard at that moment."""
    desk = a_desk(storage, clock)
    incident = desk.resolved()
    read_transcript(desk.world, incident, "archive:g1", lambda: None)
    heard(desk)
    return desk, incident


def test_a_round_outlasts_an_outage_of_slack(storage: Database, clock: ManualClock) -> None:
    """For three hours nothing is answered: it is not buried, and done within a quarter of an hour after."""
    desk = a_desk(storage, clock)
    desk.chat.change_channel(desk.channel, name="incident-payments")
    ask_for_sync(desk.world)
    for _ in range(12):
        desk.chat.fail_next(Retryable("Slack is unwell"))
        desk.settle()
        clock.advance(minutes=15)
    assert [job.state for job in rounds(desk)] == [JobState.WAITING]
    desk.settle()
    assert [job.state for job in rounds(desk)] == [JobState.DONE]
    with storage.read() as records:
        known = records.channels.get(desk.world.team_id, desk.channel)
    assert known is not None
    assert known.name == "incident-payments"


def test_a_round_that_never_comes_through_gives_way_to_the_next_days(
    storage: Database, clock: ManualClock
) -> None:
    """From then on a failure counts as one, until people look."""
    desk = a_desk(storage, clock)
    ask_for_sync(desk.world)
    clock.advance(days=1)
    desk.chat.fail_next(Retryable("Slack is unwell"))
    desk.settle()
    assert [(job.attempts, job.last_error) for job in rounds(desk)] == [(1, "Slack is unwell")]


def test_a_start_doubts_before_anything_is_done(storage: Database, clock: ManualClock) -> None:
    """Where Slack may have given up delivering; otherwise nothing is doubted."""
    desk, incident = read_just_now(storage, clock)
    clock.advance(minutes=5)
    come_back(desk.world, "first")
    assert doubts(desk, incident.id) == 0
    clock.advance(seconds=1)
    come_back(desk.world, "second")
    assert doubts(desk, incident.id) == 1


def test_a_start_that_could_not_listen_for_long_doubts_once(storage: Database, clock: ManualClock) -> None:
    """Slack was away when the bot came back, and goes on failing: trying again doubts nothing again."""
    desk, incident = read_just_now(storage, clock)
    clock.advance(minutes=4)
    come_back(desk.world, "first")
    clock.advance(minutes=4)
    for _ in range(3):
        desk.chat.fail_next(Retryable("Slack is unwell"))
        desk.settle()
        clock.advance(minutes=15)
    desk.settle()
    assert doubts(desk, incident.id) == 1
    assert [job.state for job in rounds(desk)] == [JobState.DONE, JobState.DONE]
