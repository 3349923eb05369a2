"""A real Bolt app in Socket Mode."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Channel, Person, Sandbox


def test_a_command_is_answered_through_the_socket(over_socket: App, maya: Person, room: Channel) -> None:
    """The ack of a slash command travels back in the envelope's acknowledgement."""
    over_socket.command("/postmortem")(lambda ack: ack("hello"))
    assert maya.command(room, "/postmortem").ok
    assert [note.text for note in maya.ephemerals(room)] == ["hello"]


def test_events_reach_the_listener(over_socket: App, slack: Sandbox, maya: Person, room: Channel) -> None:
    """Reactions arrive without a thread_ts, as Slack sends them."""
    seen: list[dict[str, Any]] = []
    over_socket.event("reaction_added")(lambda event: seen.append(event))  # noqa: PLW0108 - Bolt reads the name
    over_socket.event("message")(lambda: None)
    message = maya.say(room, "done?")
    maya.react(message, "white_check_mark")
    assert slack.until(lambda: seen)
    assert seen[0]["item"] == {"type": "message", "channel": room.id, "ts": message.ts}


def test_an_unanswered_event_is_tried_again(
    over_socket: App, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """Bolt sends no ack for an event without a listener, so Slack retries with a reason."""
    slack.patience = 0.1
    maya.say(room, "nobody listens")
    tried = [
        attempt.delivery
        for attempt in slack.attempts
        if attempt.delivery.payload["event"]["type"] == "message"
    ]
    assert [(delivery.retry, delivery.reason) for delivery in tried[-2:]] == [(0, ""), (1, "http_timeout")]


def test_the_app_reconnects_when_asked(over_socket: App, slack: Sandbox, maya: Person, room: Channel) -> None:
    """After a disconnect the client opens a new connection and hears again."""
    over_socket.command("/postmortem")(lambda ack: ack("still here"))
    slack.refresh_sockets()
    assert slack.sockets.wait_connected(5)
    assert maya.command(room, "/postmortem").ok


def test_a_socket_needs_the_app_token(client: WebClient) -> None:
    """The bot token opens no socket."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.api_call("apps.connections.open")
