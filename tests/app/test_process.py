"""The bot as a process of its own: what survives a kill, how it ends, and what it refuses to start with."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.posting import Action
from bot.sandbox import Channel, Person, Sandbox
from storage import migrate
from tests.app.process import PATIENCE, BotProcess, environment
from tests.app.scene import CHECK
from tests.postgres_switch import switched_postgres


def keys(room: Channel) -> list[str]:
    """What the bot posted, by the key each message carries."""
    found = [one.metadata["event_payload"]["key"] for one in room.messages if one.metadata]
    return [str(key) for key in found]


def at_rest(folder: Path) -> bool:
    """Whether no job is due or being worked on; a draft waits for its time, and reminders for theirs."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    due = "SELECT kind FROM jobs WHERE state = 'waiting' AND due_at <= ? AND kind != 'draft'"
    with sqlite3.connect(folder / "postmortem.db") as database:
        return not database.execute(due, (now,)).fetchall()


def test_a_kill_before_the_draft_is_due_costs_nothing(
    slack: Sandbox, room: Channel, maya: Person, tmp_path: Path
) -> None:
    """SIGKILL between resolution and T+delay: after the restart there is exactly one draft."""
    settings = environment(slack, tmp_path)
    with BotProcess(tmp_path, settings) as first:
        assert first.has_joined(slack, room), first.printed
        assert maya.command(room, "/postmortem", "start Checkout is down").ok
        maya.say(room, "Checkout answers 502 since 09:00 UTC because v2.14.0 leaks connections.")
        assert slack.until(lambda: "card:1" in keys(room), PATIENCE), first.printed
        card = next(one for one in room.messages if Action.RESOLVE.value in json.dumps(one.blocks))
        maya.react(card, CHECK)
        assert slack.until(lambda: "notice:resolved:1:g1" in keys(room) and at_rest(tmp_path), PATIENCE)
        first.kill()
    assert not [key for key in keys(room) if key.startswith("review:")]

    with BotProcess(tmp_path, settings) as second:
        assert slack.until(lambda: "document:1:g1" in keys(room) and at_rest(tmp_path), PATIENCE), (
            second.printed
        )

    posted = ["card:1", "notice:resolved:1:g1", "review:1:g1", "document:1:g1"]
    assert keys(room) == posted
    assert slack.rejections == []
    assert slack.pings == []


def test_sigterm_ends_it_in_good_order(slack: Sandbox, room: Channel, tmp_path: Path) -> None:
    """Exit code 0 within seconds, the socket closed; and OAuth variables that Bolt would turn to on
    its own change nothing."""
    oauth = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "not-one-of-ours"}
    with BotProcess(tmp_path, environment(slack, tmp_path, **oauth)) as bot:
        assert bot.has_joined(slack, room), bot.printed
        begun = time.monotonic()
        assert bot.terminate() == 0
        assert time.monotonic() - begun < 10

    assert slack.until(lambda: slack.sockets.count == 0)
    assert "Traceback" not in bot.printed
    assert not [path for path in tmp_path.rglob("*") if "installation" in path.name]


def refused(folder: Path, settings: dict[str, str]) -> str:
    """Start a bot that must end by itself with exit code 1; returns what it printed."""
    with BotProcess(folder, settings) as bot:
        assert bot.wait() == 1, bot.printed
        return bot.printed


REFUSALS = {
    "a bot token that Slack does not know": ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "SLACK_BOT_TOKEN"),
    "an app token that Slack does not know": ({"SLACK_APP_TOKEN": "xapp-wrong"}, "SLACK_APP_TOKEN"),
    "no signing secret in HTTP mode": (
        {"SLACK_MODE": "http", "SLACK_SIGNING_SECRET": "  "},
        "SLACK_SIGNING_SECRET",
    ),
    "a database in a directory that cannot be written": (
        {"DATABASE_URL": "sqlite:////proc/none/postmortem.db"},
        "/proc/none",
    ),
    "documents where they cannot be written": ({"POSTMORTEM_DIR": "/proc/none"}, "POSTMORTEM_DIR"),
    "a database that is away": (
        {"DATABASE_URL": "postgresql://bot:a-secret@127.0.0.1:1/none", "START_PATIENCE": "0s"},
        "database is away",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_work_is_told_in_a_sentence(slack: Sandbox, tmp_path: Path, case: str) -> None:
    """Exit code 1, what to mend by its name, no traceback, no secret."""
    wrong, named = REFUSALS[case]

    printed = refused(tmp_path, environment(slack, tmp_path, **wrong))

    assert named in printed
    assert "Traceback" not in printed
    assert "wrong" not in printed
    assert "a-secret" not in printed
    assert slack.sockets.count == 0


def test_a_start_waits_for_a_database_that_is_still_coming_up(
    slack: Sandbox, room: Channel, tmp_path: Path
) -> None:
    """It says what it waits for, and goes on by itself."""
    with switched_postgres() as switch:
        switch.off()
        url = f"postgresql://postgres@/postgres?host={switch.folder}"
        with BotProcess(tmp_path, environment(slack, tmp_path, DATABASE_URL=url)) as bot:
            assert slack.until(lambda: "start_waits" in bot.printed, PATIENCE)
            switch.on()
            assert bot.has_joined(slack, room), bot.printed
            assert "The database is away" in bot.printed
            assert "Traceback" not in bot.printed


AWAY = {
    "database": {"DATABASE_URL": "postgresql://bot@127.0.0.1:1/none"},
    "slack": {"SLACK_API_URL": "http://127.0.0.1:1/api/"},
}


@pytest.mark.parametrize("who", AWAY)
def test_sigterm_ends_a_start_that_waits(slack: Sandbox, tmp_path: Path, who: str) -> None:
    """Exit code 0 long before its patience is at an end: platforms kill after 30 seconds."""
    with BotProcess(tmp_path, environment(slack, tmp_path, START_PATIENCE="10m", **AWAY[who])) as bot:
        assert slack.until(lambda: "start_waits" in bot.printed, PATIENCE), bot.printed
        assert bot.terminate() == 0
        assert "Traceback" not in bot.printed


def test_a_database_from_the_future_is_left_alone(slack: Sandbox, tmp_path: Path) -> None:
    """A downgrade must not touch what a later version wrote."""
    path = tmp_path / "postmortem.db"
    migrate.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    printed = refused(tmp_path, environment(slack, tmp_path))

    assert "later version" in printed
    assert "Traceback" not in printed
