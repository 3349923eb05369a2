"""Each class of Slack's limits, as pure functions and through the API."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Channel, Sandbox
from bot.sandbox.limits import check_message, check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}} | more


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("go")} | more


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def field(**more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "v"} | more
    return {"type": "input", "block_id": "f", "label": plain("Field"), "element": element}


def options(count: int, value: str = "v") -> list[dict[str, Any]]:
    return [{"text": plain("o"), "value": f"{value}{number}"} for number in range(count)]


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": list(blocks)} | more


BAD_BLOCKS = [
    pytest.param([section("x" * 3001)], "/blocks/0/text/text", id="section text"),
    pytest.param([section("")], "/blocks/0/text/text", id="empty text"),
    pytest.param(
        [{"type": "section", "fields": [plain("x" * 2001)]}], "/blocks/0/fields/0/text", id="field of 2001"
    ),
    pytest.param([{"type": "section", "fields": [plain("x")] * 11}], "/blocks/0/fields", id="eleven fields"),
    pytest.param([section()] * 51, "/blocks", id="51 blocks"),
    pytest.param([section(block_id="same")] * 2, "/blocks", id="block_id twice"),
    pytest.param([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text", id="header"),
    pytest.param(
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "/blocks/0/text/type",
        id="mrkdwn header",
    ),
    pytest.param(
        [{"type": "context", "elements": [plain("x" * 3001)]}], "/blocks/0/elements/0/text", id="context text"
    ),
    pytest.param(
        [{"type": "context", "elements": [plain("x")] * 11}],
        "/blocks/0/elements",
        id="eleven context elements",
    ),
    pytest.param([actions(button(), button())], "/blocks/0/elements", id="action_id twice"),
    pytest.param([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text", id="button text"),
    pytest.param([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value", id="button value"),
    pytest.param([actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id", id="action_id"),
    pytest.param(
        [actions({"type": "static_select", "action_id": "a", "options": options(101)})],
        "/blocks/0/elements/0/options",
        id="101 options",
    ),
    pytest.param(
        [actions({"type": "checkboxes", "action_id": "a", "options": options(11)})],
        "/blocks/0/elements/0/options",
        id="eleven checkboxes",
    ),
    pytest.param(
        [actions({"type": "overflow", "action_id": "a", "options": options(1, "x" * 75)})],
        "/blocks/0/elements/0/options/0/value",
        id="option value",
    ),
    pytest.param([{"type": "table", "rows": [[{}]] * 101}], "/blocks/0/rows", id="101 table rows"),
    pytest.param([{"type": "table", "rows": [[{}] * 21]}], "/blocks/0/rows/0", id="21 table columns"),
    pytest.param([{"type": "markdown", "text": "x" * 12001}], "/blocks/0/text", id="markdown block"),
    pytest.param([{"type": "markdown", "text": "x" * 6001}] * 2, "/blocks", id="markdown together"),
    pytest.param([section("x" * 2900)] * 5, "/blocks", id="all blocks together"),
    pytest.param([{"type": "nonsense"}], "/blocks/0/type", id="unknown block"),
    pytest.param([{"type": "image", "image_url": "https://x"}], "/blocks/0/alt_text", id="image without alt"),
]

BAD_VIEWS = [
    pytest.param(modal(section(), title=plain("x" * 25)), "/view/title/text", id="title"),
    pytest.param(modal(section(), submit=plain("x" * 25)), "/view/submit/text", id="submit"),
    pytest.param(modal(field(), submit=None), "/view/submit", id="input without submit"),
    pytest.param(modal(section(), private_metadata="x" * 3001), "/view/private_metadata", id="metadata"),
    pytest.param(modal(section(), callback_id="x" * 256), "/view/callback_id", id="callback_id"),
    pytest.param(modal(section(), external_id="x" * 256), "/view/external_id", id="external_id"),
    pytest.param(modal(*[section()] * 101), "/view/blocks", id="101 blocks"),
    pytest.param(modal(), "/view/blocks", id="no blocks"),
    pytest.param(
        modal(field(initial_value="x" * 3001)), "/view/blocks/0/element/initial_value", id="initial value"
    ),
    pytest.param(modal(field(max_length=3001)), "/view/blocks/0/element/max_length", id="max_length"),
    pytest.param(modal(*[section("x" * 2999)] * 90), "/view", id="250 kB"),
]


@pytest.mark.parametrize(("blocks", "pointer"), BAD_BLOCKS)
def test_bad_blocks_are_found(blocks: list[dict[str, Any]], pointer: str) -> None:
    """Each broken limit of a message's blocks is reported where it is."""
    assert pointer in [where for where, _ in check_message({"text": "x", "blocks": blocks})]


@pytest.mark.parametrize(("view", "pointer"), BAD_VIEWS)
def test_bad_views_are_found(view: dict[str, Any], pointer: str) -> None:
    """Each broken limit of a view is reported where it is."""
    assert pointer in [where for where, _ in check_view(view)]


def test_good_payloads_pass() -> None:
    """What Slack accepts has no problems."""
    select = {"type": "static_select", "action_id": "s", "options": options(100)}
    assert check_message({"text": "x", "blocks": [section("x" * 3000), actions(button(), select)]}) == []
    assert check_view(modal(section(accessory=button()), field(initial_value="x" * 3000))) == []


@pytest.mark.filterwarnings("ignore:The top-level `text`")
@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"text": "x", "blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
        ({"text": ""}, "no_text"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "x" * 9000}}},
            "metadata_too_large",
        ),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ],
)
def test_bad_messages_are_refused(
    client: WebClient, room: Channel, payload: dict[str, Any], error: str
) -> None:
    """A broken limit is answered with the error code Slack uses."""
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=room.id, **payload)
    assert caught.value.response["error"] == error


def test_an_update_takes_4000_characters(client: WebClient, slack: Sandbox, room: Channel) -> None:
    """What could be posted may be too long to be put in an update, and the refusal is remembered."""
    ts = client.chat_postMessage(channel=room.id, text="x" * 4001)["ts"]
    with pytest.raises(SlackApiError, match="msg_too_long"):
        client.chat_update(channel=room.id, ts=ts, text="x" * 4001)
    assert [(r.method, r.error) for r in slack.rejections] == [("chat.update", "msg_too_long")]


def test_the_home_tab_is_checked_too(client: WebClient, slack: Sandbox, room: Channel) -> None:
    """A Home view that is too big is refused as such."""
    user = slack.person("lin")
    home = {"type": "home", "blocks": [section("x" * 2999)] * 90}
    with pytest.raises(SlackApiError, match="view_too_large"):
        client.views_publish(user_id=user.id, view=home)
    client.views_publish(user_id=user.id, view={"type": "home", "blocks": [section("hello")]})
    assert user.home is not None
    assert user.home.blocks[0]["text"]["text"] == "hello"
