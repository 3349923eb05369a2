"""What arrives over HTTP is checked before it is believed, and stored before it is answered."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bot.demo.stage import Stage
from bot.slack.listeners import EVENTS
from tests.app.scene import Scene


def send(stage: Stage, body: bytes, headers: dict[str, str]) -> int:
    """POST to the bot; the status it answered."""
    assert stage.slack.app.request_url is not None
    request = urllib.request.Request(stage.slack.app.request_url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def signed(stage: Stage, body: bytes, *, at: int | None = None) -> dict[str, str]:
    """Headers as Slack signs them."""
    stamp = str(at if at is not None else int(time.time()))
    signature = SignatureVerifier(stage.slack.app.signing_secret).generate_signature(
        timestamp=stamp, body=body
    )
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
    }


def an_event(kind: str, event_id: str = "Ev1") -> bytes:
    """An event callback without content."""
    event = {"type": kind, "channel": "C1", "user": "U1"}
    return json.dumps(
        {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": event_id, "event": event}
    ).encode()


@pytest.mark.parametrize("kind", EVENTS)
def test_every_subscribed_event_is_answered(stage: Stage, kind: str) -> None:
    """One without a listener would be delivered again and again."""
    body = an_event(kind)

    assert send(stage, body, signed(stage, body)) == 200


def test_the_rate_limit_notice_is_answered(stage: Stage) -> None:
    """`app_rate_limited` has no inner event."""
    body = json.dumps({"type": "app_rate_limited", "team_id": "T0SANDBOX", "minute_rate_limited": 1}).encode()

    assert send(stage, body, signed(stage, body)) == 200


def test_a_wrong_or_old_signature_is_turned_away(stage: Stage) -> None:
    """401, nothing stored."""
    body = an_event("message")

    assert send(stage, body, signed(stage, body) | {"X-Slack-Signature": "v0=00"}) == 401
    assert send(stage, body, signed(stage, body, at=int(time.time()) - 301)) == 401
    assert send(stage, body, {}) == 401


@pytest.mark.parametrize("stamp", ["", "abc", "-1", "1e9", "9" * 50, "١٢٣"])
def test_a_time_stamp_that_is_no_number_is_turned_away(stage: Stage, stamp: str) -> None:
    """Bolt alone would answer 500."""
    body = an_event("message")
    headers = signed(stage, body) | {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}

    assert send(stage, body, headers) == 401


def test_a_huge_body_is_turned_away(stage: Stage) -> None:
    """By its length alone, before it is read."""
    body = b"x"
    headers = signed(stage, body) | {"Content-Length": "1200000"}

    assert send(stage, body, headers) == 413


DEEP = b'{"type": "event_callback", "event": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"
ODD = [
    b"",
    b"\xff\xfe\x00",
    b"{",
    b"null",
    b"[1, 2]",
    b'"event_callback"',
    b'{"type": ["event_callback"]}',
    b'{"type": "event_callback", "event": 5}',
    b'{"type": "event_callback", "event": {"type": {"a": 1}}}',
    DEEP,
    b"payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A1%7D",
    b"payload=[]",
    b"payload=%ff",
    b"command",
    b"a=" + b"&a=" * 5_000,
]


@pytest.mark.parametrize("body", ODD, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "\xe9", ""])
def test_garbage_is_refused_whether_signed_or_not(stage: Stage, body: bytes, kind: str) -> None:
    """4xx, never 500: unsigned as such, before it is parsed; signed as what nobody can have meant."""
    assert send(stage, body, {"Content-Type": kind}) in (400, 401)
    readable = signed(stage, body) if not body.startswith(b"\xff") else signed(stage, b"x")
    assert send(stage, body, readable | {"Content-Type": kind}) in (400, 404)


def test_huge_and_odd_headers_are_refused(stage: Stage) -> None:
    """4xx, and the next request is served."""
    body = an_event("message")
    assert send(stage, body, signed(stage, body) | {"X-Junk": "x" * 300_000}) == 431
    assert send(stage, body, signed(stage, body) | {"X-Slack-Signature": "v0=\xe9"}) == 401
    assert send(stage, body, signed(stage, body) | {"X-Slack-Retry-Num": "\xe9"}) == 200
    assert send(stage, body, signed(stage, body)) == 200


def test_nothing_of_a_refused_request_reaches_the_log(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither body nor headers: they are an attacker's to choose."""
    body = b'{"type": "event_callback", "event": "PLANTED"}'
    send(stage, body, {"X-Planted": "PLANTED"})
    send(stage, body, signed(stage, body))
    send(stage, body, signed(stage, body) | {"X-Slack-Signature": "PLANTED"})
    send(stage, body, signed(stage, body) | {"X-Slack-Request-Timestamp": "PLANTED"})

    printed = capfd.readouterr()
    assert "PLANTED" not in printed.out + printed.err


def test_an_event_that_cannot_be_stored_is_not_acknowledged(scene: Scene) -> None:
    """The database refuses it: 500, so that Slack delivers again; then it is stored."""
    event = {
        "type": "message",
        "channel": scene.channel.id,
        "user": scene.maya.id,
        "text": "x",
        "ts": "1.000100",
    }
    whole = {"type": "event_callback", "team_id": "T0SANDBOX", "event_id": "EvOnce", "event": event}
    body = json.dumps(whole).encode()

    with sqlite3.connect(scene.stage.folder / "postmortem.db") as database:
        database.execute("ALTER TABLE inbox RENAME TO away")
    assert send(scene.stage, body, signed(scene.stage, body)) == 500
    with sqlite3.connect(scene.stage.folder / "postmortem.db") as database:
        database.execute("ALTER TABLE away RENAME TO inbox")
    assert send(scene.stage, body, signed(scene.stage, body)) == 200

    with scene.stage.bot.database.begin() as records:
        assert records.messages.get("T0SANDBOX", scene.channel.id, "1.000100") is not None


_INNER = ("type", "user", "team", "channel", "view", "message", "actions", "state", "values", "id", "ts")
_OUTER = ("thread_ts", "callback_id", "private_metadata", "authorizations", "item", "text", "tokens")
_NAMES = st.sampled_from((*_INNER, *_OUTER))
_KINDS = st.sampled_from(
    [*EVENTS, "block_actions", "view_submission", "view_closed", "message_action", "shortcut", "nonsense"]
)
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=15,
)


@given(_KINDS, st.dictionaries(_NAMES, _JUNK, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_signed_is_a_fault_of_ours(stage: Stage, kind: str, payload: dict[str, Any]) -> None:
    """Whatever is signed, however odd, is answered below 500; as an event and as a gesture."""
    event = {"type": "event_callback", "event_id": "EvOdd", "event": {"type": kind} | payload} | payload
    whole = {"type": kind, "user": {"id": "U1"}, "trigger_id": "1"} | payload
    for body in (json.dumps(event).encode(), urlencode({"payload": json.dumps(whole)}).encode()):
        assert send(stage, body, signed(stage, body)) < 500
