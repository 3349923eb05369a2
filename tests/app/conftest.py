"""The real bot on a local Slack; whatever a test does, nothing may ping, and Slack may refuse nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.stage import Stage
from bot.sandbox import Channel, Person, Sandbox
from tests.app.scene import Scene


@pytest.fixture(autouse=True)
def migrated(sqlite_template: Path, tmp_path: Path) -> None:
    """Where a bot will look for its database, there is one of the present schema: making one takes longer
    than many a test. How bots find none, or an older one, is tested elsewhere."""
    shutil.copyfile(sqlite_template, tmp_path / "postmortem.db")


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


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """A workspace on the clock on the wall, in which nobody waits for the bot: it is a process of its own."""
    with Sandbox(now=time.time) as slack:
        yield slack


@pytest.fixture
def maya(slack: Sandbox) -> Person:
    """Somebody there who opens incidents."""
    return slack.person("maya", real_name="Maya Lindqvist")


@pytest.fixture
def room(slack: Sandbox, maya: Person) -> Channel:
    """The channel of her incident."""
    return slack.channel("incident-checkout", members=[maya])


def make_scene(stage: Stage) -> Scene:
    """People and a channel on a stage."""
    slack = stage.slack
    maya = slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")
    ben = slack.person("ben", real_name="Ben Okafor", tz="Europe/London")
    priya = slack.person("priya", real_name="Priya Raman", tz="Asia/Kolkata")
    channel = slack.channel("incident-checkout", members=[maya, ben, priya])
    stage.settle()
    return Scene(stage=stage, maya=maya, ben=ben, priya=priya, channel=channel)


def drafted_after_closing(stage: Stage, *readers: Person) -> tuple[Scene, Channel]:
    """An incident whose channel was closed before its draft was due, and #reviews, where Maya and these
    `readers` are: set it as the fallback channel."""
    scene = make_scene(stage)
    reviews = stage.slack.channel("reviews", members=[scene.maya, *readers])
    scene.start()
    scene.talk()
    scene.command(scene.maya, "resolve")
    scene.channel.archive()
    stage.jump(hours=2)
    return scene, reviews
