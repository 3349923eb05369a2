"""What a request may look like before Bolt sees it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.intake import DEEPEST, parse

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def form(**fields: Any) -> str:
    """A form, its structures as JSON."""
    return urlencode({name: one if isinstance(one, str) else json.dumps(one) for name, one in fields.items()})


def press(**changed: Any) -> dict[str, Any]:
    """A button press with everything in its place, then changed."""
    usual: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "channel": {"id": "C1"},
        "actions": [{"type": "button", "action_id": "pm_approve", "value": "{}"}],
    }
    return usual | changed


def test_events_commands_and_gestures_are_read() -> None:
    """Each in the shape Slack sends it."""
    event = {"type": "event_callback", "event": {"type": "message"}}
    assert parse(json.dumps(event), JSON) == event
    assert parse(form(command="/postmortem", text="list"), FORM) == {"command": "/postmortem", "text": "list"}
    assert parse(form(payload=press()), FORM) == press()


def test_a_command_may_speak_of_payloads() -> None:
    """Bolt alone takes a form with that word in it for an empty request."""
    read = parse(form(command="/postmortem", text="search payload too large"), FORM)
    assert read is not None
    assert read["text"] == "search payload too large"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"text"',
        "{",
        '{"type": 7}',
        '{"type": "event_callback"}',
        '{"type": "event_callback", "event": []}',
        '{"type": "event_callback", "event": {"type": {}}}',
        '{"type": "event_callback", "team_id": 5, "event": {"type": "message"}}',
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"type": "url_verification", "event": "x"}',
    ],
    ids=lambda body: body[:30],
)
def test_json_that_slack_cannot_have_meant_is_none(body: str) -> None:
    """No mapping, wrong types, or nested without end."""
    assert parse(body, JSON) is None


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        press(user="U1"),
        press(user={"id": 5}),
        press(team="T1"),
        press(channel={"id": []}),
        press(actions=[]),
        press(actions={}),
        press(actions=[7]),
        press(actions=[{"type": "button"}]),
        press(actions=[{"type": "button", "action_id": "a", "value": {}}]),
        press(view={"id": "V1"}),
        press(type="view_submission"),
        press(type="view_submission", view={"callback_id": "x", "state": []}),
        press(type="message_action", message="hello"),
        press(trigger_id=1),
        press(type="workflow_step_edit", callback_id="x"),
        press(type=["block_actions"]),
        press(type="view_submission", view={"callback_id": "x", "state": {}}),
    ],
    ids=lambda payload: json.dumps(payload)[-50:],
)
def test_gestures_of_wrong_types_are_none(payload: Any) -> None:
    """What our listeners read has to be in its place."""
    assert parse(form(payload=payload), FORM) is None


def test_garbage_forms_are_none() -> None:
    """Neither command nor payload, a payload that is no JSON, too many fields."""
    for body in ("a=b", "payload=", "payload=%7B", "&" * 50, "=".join("x" * 99), form(payload="x" * 2000)):
        assert parse(body, FORM) is None
    assert parse("&".join(f"f{number}=1" for number in range(500)), FORM) is None


def test_brackets_in_texts_are_no_nesting() -> None:
    """Somebody may paste a screenful of them."""
    event = {"type": "event_callback", "event": {"type": "message", "text": '["\\"{' * DEEPEST}}
    assert parse(json.dumps(event), JSON) == event


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.text(max_size=200), st.sampled_from([JSON, FORM, "", "text/plain; é"]))
def test_no_text_breaks_the_reading(body: str, content_type: str) -> None:
    """A mapping or nothing, whatever comes."""
    assert isinstance(parse(body, content_type), dict | None)


@given(_ANYTHING, _ANYTHING, _ANYTHING)
def test_no_structure_breaks_the_reading(one: Any, other: Any, third: Any) -> None:
    """Whatever stands where a mapping, a list or a text should."""
    for payload in (one, press(user=one, channel=other), press(actions=one, view=other, message=third)):
        assert isinstance(parse(form(payload=payload), FORM), dict | None)
    event = {"type": "event_callback", "event": one, "team_id": other, "authorizations": third}
    assert isinstance(parse(json.dumps(event), JSON), dict | None)
