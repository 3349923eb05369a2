"""What arrives over HTTP is checked before it is believed, and stored before it is answered."""

from __future__ import annotations

import json
import sqlite3
import time
import urllib.error
import urllib.request

import pytest
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
