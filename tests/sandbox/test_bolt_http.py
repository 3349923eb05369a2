"""A real Bolt app over signed HTTP."""

from __future__ import annotations

from typing import Any

from slack_bolt import App

from bot.sandbox import Channel, Person, Sandbox
from tests.sandbox.conftest import Clock

MODAL = {
    "type": "modal",
    "callback_id": "details",
    "title": {"type": "plain_text", "text": "Details"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "summary",
            "label": {"type": "plain_text", "text": "Summary"},
            "element": {"type": "plain_text_input", "action_id": "value", "initial_value": "as it was"},
        }
    ],
}
BUTTON = {
    "type": "actions",
    "block_id": "card",
    "elements": [
        {
            "type": "button",
            "action_id": "approve",
            "value": "7",
            "text": {"type": "plain_text", "text": "Approve"},
        }
    ],
}


def test_a_command_is_acknowledged_and_answered(over_http: App, maya: Person, room: Channel) -> None:
    """A slash command reaches its listener, and its ack is shown to the caller only."""
    heard: list[dict[str, Any]] = []

    @over_http.command("/postmortem")
    def start(ack: Any, command: dict[str, Any]) -> None:
        heard.append(command)
        ack("on it")

    reply = maya.command(room, "/postmortem", "start @maya sev1")
    assert (reply.status, reply.ok) == (200, True)
    assert heard[0]["text"] == f"start <@{maya.id}|maya> sev1"
    assert [note.text for note in maya.ephemerals(room)] == ["on it"]


def test_response_urls_work(over_http: App, slack: Sandbox, maya: Person, room: Channel) -> None:
    """What is sent to a response URL appears in the channel when it asks for that."""

    @over_http.command("/postmortem")
    def start(ack: Any, respond: Any) -> None:
        ack()
        respond("for all", response_type="in_channel")

    maya.command(room, "/postmortem")
    assert slack.until(lambda: slack.responses)
    assert slack.responses[0].body["text"] == "for all"
    assert maya.reads(room)[-1].text == "for all"


def test_a_message_arrives_in_its_envelope(
    over_http: App, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """A message of a person reaches the app as an event callback."""
    bodies: list[dict[str, Any]] = []
    over_http.event("message")(lambda body: bodies.append(body))  # noqa: PLW0108 - Bolt reads the name
    message = maya.say(room, "checkout is down")
    assert slack.until(lambda: bodies)
    inner = bodies[-1]["event"]
    assert (inner["ts"], inner["text"], inner["channel_type"]) == (message.ts, "checkout is down", "channel")
    assert bodies[-1]["authorizations"][0]["is_bot"]


def test_an_event_comes_again_after_a_500(
    over_http: App, slack: Sandbox, maya: Person, room: Channel, clock: Clock
) -> None:
    """A failed delivery is retried at once, then after 60 and 300 seconds, with the same event_id."""
    seen: list[tuple[str, Any]] = []

    def failing(body: dict[str, Any], request: Any) -> None:
        seen.append((body["event_id"], request.headers.get("x-slack-retry-num")))
        raise RuntimeError("database is down")

    over_http.event("message", middleware=[failing])(lambda: None)
    maya.say(room, "hello")
    assert [number for _, number in seen] == [None, ["1"]]
    clock.advance(60)
    slack.tick()
    clock.advance(300)
    slack.tick()
    clock.advance(3600)
    slack.tick()
    assert [number for _, number in seen] == [None, ["1"], ["2"], ["3"]]
    assert len({event_id for event_id, _ in seen}) == 1


def test_a_button_opens_a_modal(over_http: App, maya: Person, room: Channel, client: Any) -> None:
    """Pressing a button gives a trigger that opens a modal, whose submission carries every field."""
    submitted: list[dict[str, Any]] = []

    @over_http.action("approve")
    def approve(ack: Any, body: dict[str, Any], client: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @over_http.view("details")
    def save(ack: Any, view: dict[str, Any]) -> None:
        submitted.append(view["state"]["values"])
        if view["state"]["values"]["summary"]["value"]["value"] == "bad":
            ack(response_action="errors", errors={"summary": "no"})
        else:
            ack()

    card = client.chat_postMessage(channel=room.id, text="card", blocks=[BUTTON])
    message = room.find(card["ts"])
    assert message is not None
    maya.press(message, "approve", "7")
    maya.submit(maya.views[-1], {"summary": "bad"})
    assert maya.views[-1].errors == {"summary": "no"}
    maya.submit(maya.views[-1], {"summary": {"value": "good"}})
    assert maya.views == []
    assert submitted[1]["summary"]["value"] == {"type": "plain_text_input", "value": "good"}
