"""What `make play` sets up: the app as its manifest describes it, and a bot that is looked after."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.app import build
from bot.config import Settings
from bot.demo import story
from bot.demo.companion import Companion
from bot.demo.playground import COMMAND, GUIDE, SHORTCUTS, Playground
from bot.demo.scenery import monday_at_nine
from bot.errors import ConfigError, UserError
from bot.sandbox import Sandbox
from bot.slack.listeners.commands import COMMANDS

MANIFEST = Path(__file__).parents[2] / "manifest.yaml"


def features() -> dict[str, Any]:
    """What the manifest says of commands and shortcuts."""
    found: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))["features"]
    return found


def test_the_page_offers_the_shortcuts_of_the_manifest() -> None:
    """By the same names, in messages or from anywhere."""
    written = {(one["callback_id"], one["name"], one["type"]) for one in features()["shortcuts"]}
    assert {(one.callback_id, one.name, one.kind) for one in SHORTCUTS} == written


def test_the_page_offers_every_command(tmp_path: Path) -> None:
    """As the command's own help tells them."""
    assert [one["command"] for one in features()["slash_commands"]] == [COMMAND]
    with Playground(tmp_path) as ground:
        offered = ground.slack.app.hints[COMMAND]
    assert {hint.usage: hint.summary for hint in offered} == {
        one.usage: one.summary for one in COMMANDS.values()
    }


def test_six_things_to_try() -> None:
    """Each short enough to be read at a glance; the first two are about the incident under way."""
    assert len(GUIDE) == 6
    assert story.CHANNEL in GUIDE[0].text
    assert all(len(tip.text) <= 100 for tip in GUIDE)


@given(days=st.floats(min_value=0, max_value=30_000))
def test_the_incident_began_on_a_monday_at_nine(days: float) -> None:
    """A week ago at most and an hour ago at least, so that what is said has been said."""
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=days)
    began = monday_at_nine(now)
    assert (began.weekday(), began.hour, began.minute) == (0, 8, 59)
    assert timedelta(hours=1) <= now - began <= timedelta(days=7, hours=2)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """With what to do about it."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with Playground(tmp_path / "one") as ground:
        port = int(ground.url.rstrip("/").rpartition(":")[2])
        with pytest.raises(UserError, match="another --port"), Playground(tmp_path / "two", port=port):
            pass


def test_a_bot_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    """Nobody waits for a bot that has no tokens."""
    settings = {"PYTHONPATH": ":".join(sys.path), "LOG_FORMAT": "text"}
    log = tmp_path / "bot.log"
    with (
        Sandbox(now=lambda: 1_790_000_000.0) as slack,
        Companion(settings, folder=tmp_path, log=log) as companion,
        pytest.raises(UserError, match="SLACK_BOT_TOKEN"),
    ):
        companion.wait_connected(slack)


def test_a_clock_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """A bot never runs on a time nobody keeps."""
    values = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "clock_file": tmp_path / "none"}
    with pytest.raises(ConfigError, match="CLOCK_FILE"):
        build(Settings.model_validate(values))
