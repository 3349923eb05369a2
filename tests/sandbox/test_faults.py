"""What goes wrong on purpose, and what is limited by the clock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Channel, Person, Sandbox
from bot.sandbox.faults import Fault
from tests.sandbox.conftest import Clock


def test_a_planned_rate_limit_says_when_to_come_back(client: WebClient, slack: Sandbox) -> None:
    """A 429 carries Retry-After and is met once."""
    slack.faults.rate_limit("auth.test", retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert client.auth_test()["ok"]


def test_a_lost_answer_took_effect(client: WebClient, slack: Sandbox, maya: Person, room: Channel) -> None:
    """The message is posted although the caller saw the connection drop; a dropped request leaves nothing."""
    slack.faults.lose_answer("chat.postMessage")
    with pytest.raises((OSError, HTTPException)):
        client.chat_postMessage(channel=room.id, text="once")
    slack.faults.drop_request("chat.postMessage")
    with pytest.raises((OSError, HTTPException)):
        client.chat_postMessage(channel=room.id, text="never")
    assert [message.text for message in maya.reads(room)][-1] == "once"
    assert [call.outcome for call in slack.calls[-2:]] == ["lost_answer", "dropped"]


def test_a_server_error_has_no_effect(client: WebClient, slack: Sandbox, maya: Person, room: Channel) -> None:
    """A 500 leaves the channel as it was."""
    before = len(maya.reads(room))
    slack.faults.server_error("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=room.id, text="x")
    assert (caught.value.response.status_code, len(maya.reads(room))) == (503, before)


def test_an_outage_stops_every_request_until_it_is_healed(client: WebClient, slack: Sandbox) -> None:
    """Whatever the method, from when it begins."""
    slack.faults.outage(lambda method: None if method == "api.test" else Fault("server_error", status=503))
    assert client.api_test()["ok"]
    for call in (client.auth_test, client.users_list):
        with pytest.raises(SlackApiError):
            call()
    slack.faults.clear()
    assert client.auth_test()["ok"]


def test_methods_are_limited_per_minute(clock: Clock) -> None:
    """The 51st history call of a minute is refused until the sandbox clock moves on."""
    with Sandbox(now=clock, rate_limits=True) as slack:
        client = WebClient(token=slack.app.bot_token, base_url=slack.url, retry_handlers=[])
        room = slack.channel("incident")
        client.conversations_join(channel=room.id)
        for _ in range(50):
            client.conversations_history(channel=room.id)
        with pytest.raises(SlackApiError) as caught:
            client.conversations_history(channel=room.id)
        assert caught.value.response.headers["Retry-After"] == "60"
        clock.advance(60)
        assert client.conversations_history(channel=room.id)["ok"]


def test_a_clamped_app_gets_fifteen_a_minute(
    client: WebClient, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """In clamp mode history gives 15 objects whatever was asked, once a minute."""
    for number in range(20):
        maya.say(room, str(number))
    slack.clamp = True
    page = client.conversations_history(channel=room.id, limit=200)
    assert (len(page["messages"]), page["has_more"]) == (15, True)
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.conversations_history(channel=room.id)


def test_events_can_be_doubled_lost_and_reordered(
    over_http: App, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """Deliveries misbehave as told: twice with one id, never, and in another order."""
    over_http.event("message")(lambda: None)
    start = len(slack.attempts)
    slack.faults.duplicate_events()
    maya.say(room, "twice")
    slack.faults.lose_events()
    maya.say(room, "lost")
    slack.hold_events()
    maya.say(room, "first")
    maya.say(room, "second")
    slack.release_events("reversed")
    payloads = [attempt.delivery.payload for attempt in slack.attempts[start:]]
    assert [payload["event"]["text"] for payload in payloads] == ["twice", "twice", "second", "first"]
    assert payloads[0]["event_id"] == payloads[1]["event_id"]


def test_mentions_that_would_ping_are_tracked(client: WebClient, slack: Sandbox, room: Channel) -> None:
    """A broadcast in a block or text of the bot is noted; an escaped one is not."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "hi <!channel>"}}
    client.chat_postMessage(channel=room.id, text="&lt;!here&gt;", blocks=[block])
    assert [ping.mention for ping in slack.pings] == ["<!channel>"]


def test_starting_is_quick(clock: Clock) -> None:
    """A sandbox that was not started has no address, and a started one has."""
    slack = Sandbox(now=clock)
    assert slack.url == "api/"
    with slack:
        assert slack.url.startswith("http://127.0.0.1:")


def test_requests_can_be_watched_around_their_effect(
    client: WebClient, slack: Sandbox, maya: Person, room: Channel
) -> None:
    """A watcher learns of a request before and after it changed anything."""
    seen: list[tuple[str, str, str]] = []
    slack.faults.watch(lambda stage, method, _args: seen.append((stage, method, maya.reads(room)[-1].text)))
    client.chat_postMessage(channel=room.id, text="effect")
    (before, *_), (after, *_) = seen
    assert (before, after) == ("before", "after")
    assert [text == "effect" for _, _, text in seen] == [False, True]


def test_an_uninstalled_app_has_no_token(client: WebClient, slack: Sandbox) -> None:
    """After an uninstallation every call is refused, and both events were sent."""
    slack.uninstall()
    with pytest.raises(SlackApiError, match="account_inactive"):
        client.auth_test()
    kinds = {attempt.delivery.payload["event"]["type"] for attempt in slack.attempts}
    assert {"app_uninstalled", "tokens_revoked"} <= kinds


def test_an_app_that_is_down_hears_later(slack: Sandbox, maya: Person, room: Channel, clock: Clock) -> None:
    """While nobody listens, commands fail at once and events wait for their retries."""
    slack.app.request_url = "http://127.0.0.1:9/slack/events"
    maya.say(room, "anyone?")
    assert maya.command(room, "/postmortem").error == "dispatch_failed"
    before = len(slack.attempts)
    clock.advance(61)
    slack.tick()
    retried = slack.attempts[before:]
    assert {(attempt.delivery.retry, attempt.delivery.reason) for attempt in retried} == {
        (2, "connection_failed")
    }


def test_many_callers_lose_nothing(slack: Sandbox, room: Channel, maya: Person) -> None:
    """Messages of concurrent callers all arrive, each with its own timestamp."""

    def post(number: int) -> str:
        client = WebClient(token=slack.app.bot_token, base_url=slack.url)
        return str(client.chat_postMessage(channel=room.id, text=f"n{number}")["ts"])

    with ThreadPoolExecutor(16) as pool:
        stamps = set(pool.map(post, range(64)))
    assert {message.ts for message in maya.reads(room) if message.text.startswith("n")} == stamps
    assert len(stamps) == 64
