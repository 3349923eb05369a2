"""A browser, a page that must not complain, and what it looks at: the local Slack alone, or with the bot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from waitress.server import create_server

from bot.demo.playground import Playground
from bot.sandbox import Channel, Hint, Person, Sandbox, Shortcut, Tip
from tests.face.browser import NoBrowser, chromium, is_required

PATIENCE = 15_000
"""Milliseconds in which something has to appear, however busy the machine."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; where there is none the test is skipped, and fails where one is required."""
    expect.set_options(timeout=PATIENCE)
    try:
        with chromium() as found:
            yield found
    except NoBrowser as none:
        if is_required():
            pytest.fail(str(none))
        pytest.skip(str(none))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page; at the end nothing may have gone wrong on it, and no request left this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    shown = context.new_page()
    shown.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("console", lambda said: wrong.append(said.text) if _is_fault(said) else None)
    shown.on("request", lambda asked: wrong.append(asked.url) if "//127.0.0.1:" not in asked.url else None)
    yield shown
    context.close()
    assert wrong == []


def _is_fault(said: ConsoleMessage) -> bool:
    """Whether the browser complains of the page, rather than of a server that a test has stopped."""
    return said.type == "error" and "net::ERR_" not in said.text


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """What `make play` starts, before the scene is set: the local Slack, the bot as its own process."""
    folder = tmp_path_factory.mktemp("ground")
    with Playground(folder) as ground:
        ground.connect(folder / "output")
        yield ground


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """The local Slack with a face and without the bot; its clock is the host's plus what was jumped."""
    ahead = [0.0]

    def jump(seconds: float) -> None:
        ahead[0] += seconds

    sandbox = Sandbox(now=lambda: time.time() + ahead[0])
    sandbox.asynchronous = True
    sandbox.app.hints = {
        "/postmortem": (Hint("start [title]", "open an incident"), Hint("help", "this list"))
    }
    sandbox.app.shortcuts = (Shortcut("note", "Take a note", "message"), Shortcut("find", "Find", "global"))
    sandbox.show(jump=jump, guide=[Tip("Say something", "Anything at all.")])
    with sandbox:
        yield sandbox


@pytest.fixture
def maya(slack: Sandbox) -> Person:
    """The first one to be."""
    return slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")


@pytest.fixture
def ben(slack: Sandbox, maya: Person) -> Person:
    """The second one to be."""
    del maya
    return slack.person("ben", real_name="Ben Okafor", tz="Europe/London")


@pytest.fixture
def room(slack: Sandbox, maya: Person, ben: Person) -> Channel:
    """A public channel with both and the app in it."""
    channel = slack.channel("incident-checkout", members=[maya, ben])
    maya.invite_bot(channel)
    return channel


@pytest.fixture
def app(slack: Sandbox, room: Channel) -> Iterator[App]:
    """A small app over HTTP, to which a test adds what it answers."""
    del room
    client = WebClient(token=slack.app.bot_token, base_url=slack.url, retry_handlers=[], timeout=5)
    made = App(
        client=client, signing_secret=slack.app.signing_secret, raise_error_for_unhandled_request=False
    )
    server = create_server(SlackRequestHandler(made), host="127.0.0.1", port=0, threads=4, map={})
    threading.Thread(target=server.run, name="small-app", daemon=True).start()
    slack.app.request_url = f"http://127.0.0.1:{server.effective_port}/slack/events"
    yield made
    server.close()
