"""The real bot on a local Slack; whatever a test does, nothing may ping, and Slack may refuse nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from tests.app.scene import Scene


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A workspace with the bot in it and nobody else yet."""
    with Stage(tmp_path) as stage:
        yield stage
        assert stage.slack.rejections == []
        assert stage.slack.pings == []


@pytest.fixture
def scene(stage: Stage) -> Scene:
    """Three people in an incident channel that the bot has joined."""
    return make_scene(stage)


def make_scene(stage: Stage) -> Scene:
    """People and a channel on a stage."""
    slack = stage.slack
    maya = slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")
    ben = slack.person("ben", real_name="Ben Okafor", tz="Europe/London")
    priya = slack.person("priya", real_name="Priya Raman", tz="Asia/Kolkata")
    channel = slack.channel("incident-checkout", members=[maya, ben, priya])
    stage.settle()
    return Scene(stage=stage, maya=maya, ben=ben, priya=priya, channel=channel)
