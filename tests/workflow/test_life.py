"""Starting and closing incidents: what people type for the bot."""

from __future__ import annotations

from bot.domain.incident import StartRequest
from bot.workflow import life
from bot.workflow.starting import start
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import a_desk

SECRET = "AKIA" + "IOSFODNN7EXAMPLX"


def test_a_secret_typed_as_title_or_reason_is_masked_before_it_is_stored(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """In the incident, and in the jobs that tell of it."""
    desk = a_desk(sqlite_storage, clock)
    incident = start(desk.world, desk.channel, desk.maya, StartRequest(title=f"Key {SECRET} leaked"))
    closed = life.dismiss(desk.world, incident.id, desk.maya, f"the key {SECRET} was revoked")
    with sqlite_storage.read() as records:
        jobs = records.jobs.listed(limit=100)
    assert incident.title.startswith("Key [secret:")
    assert "[secret:" in (closed.dismissed_reason or "")
    assert jobs
    assert SECRET not in f"{incident}{closed}{[job.payload for job in jobs]}"
