"""SIGTERM while a draft is being composed in a process of its own: finished in time, or left to others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # what the PostgreSQL wheel brings along has no types

from bot.clock import SystemClock
from bot.domain.job import Job, JobState
from bot.domain.posting import Action
from bot.sandbox import Channel, Person, Sandbox
from storage import open_storage
from tests.app.process import PATIENCE, BotProcess, environment
from tests.app.scene import CHECK

POSTED = ["card:1", "notice:resolved:1:g1", "review:1:g1", "document:1:g1"]


def keys(room: Channel) -> list[str]:
    """What the bot posted, by the key each message carries."""
    return [str(one.metadata["event_payload"]["key"]) for one in room.messages if one.metadata]


def resolved(slack: Sandbox, maya: Person, room: Channel, bot: BotProcess) -> None:
    """An incident is told and resolved; its draft is due at once."""
    assert bot.has_joined(slack, room), bot.printed
    assert maya.command(room, "/postmortem", "start Checkout is down").ok
    maya.say(room, "Checkout answers 502 since 09:00 UTC because v2.14.0 leaks connections.")
    assert slack.until(lambda: "card:1" in keys(room), PATIENCE), bot.printed
    maya.react(next(one for one in room.messages if Action.RESOLVE.value in json.dumps(one.blocks)), CHECK)


@contextmanager
def stuck(slack: Sandbox, bot: BotProcess) -> Iterator[psutil.Process]:
    """The process that composes, stopped in the midst of it; killed in the end."""
    found: list[psutil.Process] = []

    def is_composing() -> bool:
        found.extend(
            one for one in psutil.Process(bot.pid).children() if "bot.apart" in " ".join(one.cmdline())
        )
        return bool(found)

    assert slack.until(is_composing, PATIENCE), bot.printed
    found[0].suspend()
    try:
        yield found[0]
    finally:
        if found[0].is_running():
            found[0].kill()


def the_draft(database_url: str) -> Job:
    """The job that drafts."""
    storage = open_storage(database_url, clock=SystemClock())
    with storage.read() as records:
        job = records.jobs.get("draft:1:g1")
    storage.close()
    assert job is not None
    return job


def test_a_draft_that_takes_too_long_is_left_to_the_next(
    slack: Sandbox, maya: Person, room: Channel, tmp_path: Path, database_url: str
) -> None:
    """The process ends with 0 when the time is up; whoever starts next need not wait for a lease."""
    settings = environment(slack, tmp_path, DATABASE_URL=database_url, WORKER_LEASE="5m", STOP_GRACE="1s")
    with BotProcess(tmp_path, settings) as bot:
        resolved(slack, maya, room, bot)
        with stuck(slack, bot):
            assert bot.terminate() == 0, bot.printed
    assert slack.until(lambda: slack.sockets.count == 0)
    left = the_draft(database_url)
    assert (left.state, left.lease_owner, left.attempts) == (JobState.WAITING, None, 0)

    with BotProcess(tmp_path, settings) as bot:
        assert slack.until(lambda: keys(room) == POSTED, PATIENCE), bot.printed
        assert bot.terminate() == 0
    assert "Traceback" not in bot.printed


def test_a_draft_that_is_composed_in_time_is_finished_first(
    slack: Sandbox, maya: Person, room: Channel, tmp_path: Path, database_url: str
) -> None:
    """Nothing new is begun after it: the next process posts it."""
    settings = environment(slack, tmp_path, DATABASE_URL=database_url)
    with BotProcess(tmp_path, settings) as bot:
        resolved(slack, maya, room, bot)
        with stuck(slack, bot) as composing:
            bot.tell_to_end()
            assert slack.until(lambda: slack.sockets.count == 0, PATIENCE), bot.printed
            composing.resume()
            assert bot.wait() == 0, bot.printed
    assert the_draft(database_url).state is JobState.DONE
    assert keys(room) == POSTED[:2]

    with BotProcess(tmp_path, settings) as bot:
        assert slack.until(lambda: keys(room) == POSTED, PATIENCE), bot.printed
    assert "Traceback" not in bot.printed
