"""A sandbox, people in it, and real Slack apps talking to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from waitress.server import create_server

from bot.sandbox import Channel, Person, Sandbox


class Clock:
    """A time that only moves when told."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0

    def __call__(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slack(clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(now=clock) as sandbox:
        yield sandbox


@pytest.fixture
def client(slack: Sandbox) -> WebClient:
    return WebClient(token=slack.app.bot_token, base_url=slack.url, retry_handlers=[], timeout=5)


@pytest.fixture
def maya(slack: Sandbox) -> Person:
    return slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")


@pytest.fixture
def room(slack: Sandbox, maya: Person) -> Channel:
    """A public channel with the bot in it."""
    channel = slack.channel("incident-checkout", members=[maya])
    maya.invite_bot(channel)
    return channel


@pytest.fixture
def app(slack: Sandbox, client: WebClient) -> App:
    return App(
        client=client, signing_secret=slack.app.signing_secret, raise_error_for_unhandled_request=False
    )


class Switchboard:
    """One WSGI server for all tests; each test plugs its own app in."""

    def __init__(self) -> None:
        self.current: Callable[..., Iterable[bytes]] = lambda _environ, _start: []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return self.current(environ, start)


@pytest.fixture(scope="session")
def switchboard() -> tuple[Switchboard, int]:
    """The server, which lives as long as the tests, and its port."""
    board = Switchboard()
    server = create_server(board, host="127.0.0.1", port=0, threads=4, map={})
    threading.Thread(target=server.run, name="switchboard", daemon=True).start()
    return board, server.effective_port


@pytest.fixture
def over_http(slack: Sandbox, app: App, switchboard: tuple[Switchboard, int]) -> App:
    """The app behind its WSGI adapter on loopback."""
    board, port = switchboard
    board.current = SlackRequestHandler(app)
    slack.app.request_url = f"http://127.0.0.1:{port}/slack/events"
    return app


@pytest.fixture
def over_socket(slack: Sandbox, app: App, room: Channel) -> Iterator[App]:
    """The app in Socket Mode, connected after the room was set up."""
    handler = SocketModeHandler(app, slack.app.app_token)
    handler.client.web_client = WebClient(token=slack.app.bot_token, base_url=slack.url)
    handler.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
    assert slack.sockets.wait_connected(5)
    yield app
    handler.client.auto_reconnect_enabled = False
    slack.sockets.stop()
    # slack_sdk 3.47 looks at its socket before it takes the lock: closed from our side meanwhile, it is None.
    with contextlib.suppress(AttributeError):
        handler.close()  # type: ignore[no-untyped-call]  # the same
