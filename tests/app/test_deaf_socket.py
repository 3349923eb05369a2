"""A socket that nothing comes through any more though nobody closed it: noticed by its pings and replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from slack_sdk import WebClient

from bot.slack.connection import Socket
from tests.app.scene import Scene
from tests.app.wire import Wire

PATIENCE = 20.0


@pytest.fixture
def wire(scene: Scene) -> Iterator[Wire]:
    """What lies between the bot and Slack's sockets."""
    slack = scene.stage.slack
    with Wire(lambda: slack.sockets.port) as wire:
        slack.sockets.through = wire.port
        slack.app.request_url = None  # Socket Mode from now on
        slack.patience = 0.3
        yield wire


@contextmanager
def listening(scene: Scene) -> Iterator[Socket]:
    """The bot's own socket, which pings often."""
    slack = scene.stage.slack
    client = WebClient(token=slack.app.bot_token, base_url=slack.url)
    ear = Socket(scene.stage.bot.app, slack.app.app_token, client, ping_seconds=0.05)
    ear.start()
    yield ear
    ear.stop()


def hears(scene: Scene, text: str) -> bool:
    """Whether what is said is stored, at the latest when Slack delivers it again."""
    message = scene.ben.say(scene.channel, text)
    scene.stage.settle()
    scene.stage.jump(minutes=1)
    with scene.stage.bot.database.read() as records:
        return records.messages.get(scene.stage.bot.world.team_id, scene.channel.id, message.ts) is not None


def test_a_socket_that_goes_deaf_is_replaced(scene: Scene, wire: Wire) -> None:
    """What was said while it was deaf arrives as well."""
    slack = scene.stage.slack
    with listening(scene) as ear:
        assert slack.sockets.wait_connected(PATIENCE)
        assert hears(scene, "Checkout is down.")

        wire.silent()
        lost = scene.ben.say(scene.channel, "Since 09:00 UTC.")
        assert slack.until(lambda: wire.connections == 2 and slack.sockets.count == 1, PATIENCE)

        assert slack.until(lambda: ear.problem() is None, PATIENCE)
        assert hears(scene, "For all customers.")
        with scene.stage.bot.database.read() as records:
            assert records.messages.get(scene.stage.bot.world.team_id, scene.channel.id, lost.ts)


def test_a_socket_that_was_deaf_from_the_beginning_is_replaced(scene: Scene, wire: Wire) -> None:
    """No pong ever came that could have stopped."""
    slack = scene.stage.slack
    wire.swallows = 1
    with listening(scene):
        assert slack.until(lambda: wire.connections == 2 and slack.sockets.count == 1, PATIENCE)
        assert hears(scene, "Checkout is down.")
