"""The round over all channels."""

from __future__ import annotations

from bot.workflow.channels import ask_for_sync
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import a_desk


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
