"""Buttons, modals, shortcuts, Home tabs and ephemerals, through a real Bolt app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Channel, Message, NotPossible, Person, Sandbox
from tests.sandbox.conftest import Clock
from tests.sandbox.test_bolt_http import BUTTON, MODAL


def card(client: WebClient, room: Channel) -> Message:
    """A message of the bot with one button."""
    message = room.find(client.chat_postMessage(channel=room.id, text="card", blocks=[BUTTON])["ts"])
    assert message is not None
    return message


@pytest.fixture
def opening(over_http: App) -> App:
    """An app whose button opens a modal."""

    @over_http.action("approve")
    def approve(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    return over_http


def test_an_ephemeral_is_replaced_and_deleted(
    over_http: App, slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """A button on an ephemeral gives a response URL that changes that very ephemeral."""
    changes: Iterator[dict[str, Any]] = iter(
        [{"text": "seen", "blocks": [BUTTON], "replace_original": True}, {"delete_original": True}]
    )

    @over_http.action("approve")
    def approve(ack: Any, respond: Any) -> None:
        ack()
        respond(**next(changes))

    client.chat_postEphemeral(channel=room.id, user=maya.id, text="look", blocks=[BUTTON])
    note = maya.ephemerals(room)[0]
    maya.press(note, "approve")
    assert slack.until(lambda: note.text == "seen")
    maya.press(note, "approve")
    assert slack.until(lambda: maya.ephemerals(room) == [])


def test_only_its_reader_presses_an_ephemeral(
    slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """Nobody else sees an ephemeral."""
    client.chat_postEphemeral(channel=room.id, user=maya.id, text="look", blocks=[BUTTON])
    with pytest.raises(NotPossible):
        slack.person("otto").press(maya.ephemerals(room)[0], "approve")


def test_a_response_url_works_five_times(
    over_http: App, slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """The sixth answer through one response URL fails."""
    statuses: list[int] = []

    @over_http.action("approve")
    def approve(ack: Any, respond: Any) -> None:
        ack()
        statuses.extend(respond(str(number)).status_code for number in range(6))

    maya.press(card(client, room), "approve")
    assert slack.until(lambda: len(statuses) == 6)
    assert statuses == [200] * 5 + [404]


@pytest.mark.parametrize(
    ("action", "titles"), [("push", ["Details", "Next"]), ("update", ["Next"]), ("clear", [])]
)
def test_a_submission_decides_what_is_open(
    opening: App, client: WebClient, maya: Person, room: Channel, *, action: str, titles: list[str]
) -> None:
    """The response_action of a submission pushes, changes or closes views."""
    following = MODAL | {"title": {"type": "plain_text", "text": "Next"}}

    @opening.view("details")
    def save(ack: Any) -> None:
        ack({"response_action": action} | ({"view": following} if titles else {}))

    maya.press(card(client, room), "approve")
    assert maya.submit(maya.views[-1]).ok
    assert [view.title for view in maya.views] == titles


def test_an_invalid_view_in_an_ack_is_refused(
    opening: App, slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """A view that breaks a limit leaves the modal as it was, with an error."""
    opening.view("details")(lambda ack: ack(response_action="update", view=MODAL | {"blocks": []}))
    maya.press(card(client, room), "approve")
    assert maya.submit(maya.views[-1]).error == "invalid_arguments"
    assert [rejected.method for rejected in slack.rejections] == ["ack"]


def test_required_fields_must_be_filled(opening: App, client: WebClient, maya: Person, room: Channel) -> None:
    """The client will not submit a modal with an empty required field."""
    maya.press(card(client, room), "approve")
    with pytest.raises(NotPossible, match="required"):
        maya.submit(maya.views[-1], {"summary": ""})


def test_a_late_listener_cannot_open_a_modal(
    over_http: App, client: WebClient, maya: Person, room: Channel, clock: Clock
) -> None:
    """Three seconds after the press the trigger is worth nothing."""
    errors: list[str] = []

    @over_http.action("approve")
    def approve(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        clock.advance(3.5)
        try:
            client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        except SlackApiError as error:
            errors.append(error.response["error"])
        ack()

    maya.press(card(client, room), "approve")
    assert errors == ["expired_trigger_id"]


def test_shortcuts_carry_their_message(over_http: App, maya: Person, room: Channel) -> None:
    """A message shortcut names the message, with its thread; a global one names nothing."""
    seen: list[dict[str, Any]] = []

    def hear(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        ack()

    over_http.shortcut("pm_resolve_message")(hear)
    over_http.shortcut("pm_search_global")(hear)
    root = maya.say(room, "root")
    reply = maya.say(room, "reply", thread=root)
    assert maya.shortcut("pm_resolve_message", reply).ok
    assert maya.shortcut("pm_search_global").ok
    assert (seen[0]["message"]["thread_ts"], seen[0]["channel"]["id"]) == (root.ts, room.id)
    assert "channel" not in seen[1]


def test_the_home_tab_is_published_when_opened(over_http: App, slack: Sandbox, maya: Person) -> None:
    """Opening the Home tab tells the app, which publishes it for that person."""
    home = {"type": "home", "blocks": [BUTTON]}
    over_http.event("app_home_opened")(
        lambda client, event: client.views_publish(user_id=event["user"], view=home)
    )
    maya.open_home()
    assert slack.until(lambda: maya.home)
    assert maya.home is not None
    assert maya.home.blocks == [BUTTON]


def test_strangers_carry_their_own_team(
    over_http: App, slack: Sandbox, client: WebClient, room: Channel
) -> None:
    """Someone of a connected workspace is told by the team of the user in the payload."""
    teams: list[str] = []

    @over_http.action("approve")
    def approve(ack: Any, body: dict[str, Any]) -> None:
        teams.append(body["user"]["team_id"])
        ack()

    olga = slack.person("olga", external=True)
    room.share("T0STRANGER")
    olga.press(card(client, room), "approve")
    assert teams == ["T0STRANGER"]
    assert client.users_info(user=olga.id)["user"]["is_stranger"]
    assert client.conversations_info(channel=room.id)["channel"]["is_ext_shared"]


def test_edits_deletions_and_unfurls_are_told_apart(
    over_http: App, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """An edit carries `edited`, an unfurl does not, a deletion names what is gone."""
    over_http.event("message")(lambda: None)
    message = maya.say(room, "first")
    start = len(slack.attempts)
    slack.unfurl(message, [{"title": "Graph"}])
    maya.edit(message, "second")
    maya.delete(message)
    unfurl, edit, gone = (attempt.delivery.payload["event"] for attempt in slack.attempts[start:])
    assert "edited" not in unfurl["message"]
    assert (edit["message"]["text"], edit["previous_message"]["text"]) == ("second", "first")
    assert edit["message"]["edited"]["user"] == maya.id
    assert (gone["subtype"], gone["deleted_ts"]) == ("message_deleted", message.ts)


def test_events_go_only_where_the_bot_is(over_http: App, slack: Sandbox, maya: Person) -> None:
    """Messages of a channel the bot is not in, or no more in, stay unknown to it."""
    over_http.event("message")(lambda: None)
    room = slack.channel("elsewhere", members=[maya])
    start = len(slack.attempts)
    maya.say(room, "unheard")
    assert slack.attempts[start:] == []
    maya.invite_bot(room)
    slack.alert(room, username="Datadog", text="p99 high").edit("p99 recovered")
    kinds = [attempt.delivery.payload["event"].get("subtype") for attempt in slack.attempts[start:]]
    assert {"bot_message", "message_changed"} <= set(kinds)


def test_closing_a_modal_is_told_when_asked(
    over_http: App, slack: Sandbox, client: WebClient, maya: Person, room: Channel
) -> None:
    """A modal with notify_on_close says that it was closed; three is the most a person stacks."""
    closed: list[str] = []

    @over_http.action("approve")
    def approve(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=deep)
        ack()

    @over_http.view_closed("details")
    def forget(ack: Any, view: dict[str, Any]) -> None:
        ack()
        closed.append(view["id"])

    deep = MODAL | {"notify_on_close": True, "blocks": [*MODAL["blocks"], BUTTON]}
    maya.press(card(client, room), "approve")
    for _ in range(4):
        maya.press(maya.views[-1], "approve")
    assert slack.until(lambda: slack.calls[-1].outcome == "push_limit_reached")
    assert len(maya.views) == 3
    top = maya.views[-1]
    maya.close(top)
    assert slack.until(lambda: closed == [top.id])
