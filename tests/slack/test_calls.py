"""Faults of Slack and of the way to it become our errors, and nothing is repeated behind our back."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bot.errors import ChatError, ConfigError, Retryable
from bot.sandbox.sandbox import Sandbox
from bot.slack.calls import Calls, make_client


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """A stand-in."""
    with Sandbox(now=lambda: 1_763_722_800.0) as sandbox:
        yield sandbox


@pytest.fixture
def calls(slack: Sandbox) -> Calls:
    """Our calls to it."""
    return Calls(make_client(slack.app.bot_token, base_url=slack.url, timeout=5))


def made(slack: Sandbox, method: str) -> int:
    """How often a method was called."""
    return sum(call.method == method for call in slack.calls)


def test_a_refusal_carries_slacks_word(calls: Calls) -> None:
    """With the method it was about."""
    with pytest.raises(ChatError) as caught:
        calls.ask("conversations.info", channel="C404")
    assert caught.value.code == "channel_not_found"
    assert "conversations.info" in str(caught.value)


def test_a_rate_limit_is_not_waited_for(slack: Sandbox, calls: Calls) -> None:
    """The caller learns how long to wait, and the call is made once."""
    slack.faults.rate_limit("users.list", retry_after=17)
    with pytest.raises(Retryable) as caught:
        calls.ask("users.list")
    assert caught.value.retry_after == 17
    assert made(slack, "users.list") == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_pass(slack: Sandbox, calls: Calls, status: int) -> None:
    """They may be tried again, by whoever decides so."""
    slack.faults.server_error("users.list", status=status)
    with pytest.raises(Retryable):
        calls.ask("users.list")
    assert made(slack, "users.list") == 1


def test_a_broken_connection_is_not_repeated(slack: Sandbox, calls: Calls) -> None:
    """A post whose answer was lost took effect; asking again would post twice."""
    channel = slack.channel("incident-db")
    channel.members.append(slack.app.bot_user_id)
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises(Retryable):
        calls.tell("chat.postMessage", channel=channel.id, text="once")
    assert len(channel.messages) == 1


def test_a_timeout_passes(slack: Sandbox) -> None:
    """Waiting ends at the timeout."""
    slack.faults.slow("users.list", 3)
    impatient = Calls(make_client(slack.app.bot_token, base_url=slack.url, timeout=1))
    with pytest.raises(Retryable):
        impatient.ask("users.list")


def test_nobody_listening_passes() -> None:
    """A refused connection may work later."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    with pytest.raises(Retryable):
        Calls(make_client("xoxb-1", base_url=f"http://127.0.0.1:{port}/", timeout=1)).ask("auth.test")


def test_an_answer_that_is_no_json_passes(slack: Sandbox) -> None:
    """A proxy's page is not Slack's word."""
    slack.workspace.files["F1"] = {}
    base_url = slack.url.replace("/api/", "/upload/")
    with pytest.raises(Retryable):
        Calls(make_client(slack.app.bot_token, base_url=base_url)).ask("F1")


def test_structures_travel_in_forms(slack: Sandbox, calls: Calls) -> None:
    """A dict in a reading call arrives as JSON, not as Python's idea of it."""
    with pytest.raises(ChatError):
        calls.ask("views.open", trigger_id="gone", view={"type": "modal"})
    assert slack.calls[-1].args["view"] == '{"type": "modal"}'


def test_scopes_are_read_from_the_header(slack: Sandbox, calls: Calls) -> None:
    """auth.test says what was granted."""
    slack.app.scopes = {"chat:write", "users:read"}
    answer, scopes = calls.whoami()
    assert answer["user_id"] == slack.app.bot_user_id
    assert scopes == {"chat:write", "users:read"}


def test_a_wrong_token_is_final(slack: Sandbox) -> None:
    """It will not get better by itself."""
    with pytest.raises(ChatError) as caught:
        Calls(make_client("xoxb-wrong", base_url=slack.url)).whoami()
    assert caught.value.code == "invalid_auth"


def test_an_address_must_be_http() -> None:
    """Anything else is a mistake in the configuration."""
    with pytest.raises(ConfigError):
        make_client("xoxb-1", base_url="file:///etc/")


def test_the_client_repeats_nothing() -> None:
    """slack_sdk's own retry handlers are off, and its timeout is ours."""
    client = make_client("xoxb-1", timeout=7)
    assert client.retry_handlers == []
    assert client.timeout == 7
