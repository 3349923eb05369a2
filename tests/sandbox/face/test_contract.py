"""The JSON that the page reads and sends, without a browser: what its JavaScript relies on."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient

from bot.sandbox import Channel, Person, Sandbox, Tip
from bot.sandbox.face import Asked, Face
from bot.sandbox.face.gestures import GESTURES


class Client:
    """Sends what the page would send."""

    def __init__(self, slack: Sandbox) -> None:
        self._url = slack.workspace.url + "face/"

    def look(self, **wanted: str) -> dict[str, Any]:
        """The state somebody sees."""
        asked = "&".join(f"{name}={value}" for name, value in wanted.items())
        return self._json(Request(f"{self._url}api/state?{asked}", headers={"X-Sandbox-Face": "1"}))

    def do(self, gesture: str, who: Person, **sent: Any) -> dict[str, Any]:
        """One gesture."""
        body = json.dumps({"as": who.id, **sent}).encode()
        return self._json(Request(f"{self._url}api/{gesture}", body, {"X-Sandbox-Face": "1"}))

    def _json(self, request: Request) -> dict[str, Any]:
        with urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


@pytest.fixture
def slack() -> Iterator[Sandbox]:
    """A local Slack with a page and a clock that jumps."""
    at = [1_790_000_000.0]
    sandbox = Sandbox(now=lambda: at[0])

    def jump(seconds: float) -> None:
        at[0] += seconds

    sandbox.show(jump=jump, guide=[Tip("Try", "this")])
    with sandbox:
        yield sandbox


@pytest.fixture
def client(slack: Sandbox) -> Client:
    return Client(slack)


@pytest.fixture
def maya(slack: Sandbox) -> Person:
    return slack.person("maya", real_name="Maya Lindqvist", tz="Europe/Stockholm")


@pytest.fixture
def ben(slack: Sandbox, maya: Person) -> Person:
    return slack.person("ben")


@pytest.fixture
def room(slack: Sandbox, maya: Person, ben: Person) -> Channel:
    return slack.channel("incident-checkout", members=[maya, ben])


def test_the_state_names_people_channels_and_what_the_app_offers(
    slack: Sandbox, client: Client, maya: Person, room: Channel
) -> None:
    """The first look tells who one is and what there is."""
    seen = client.look()
    assert (seen["me"], seen["can_jump"], seen["guide"]) == (
        maya.id,
        True,
        [{"title": "Try", "text": "this"}],
    )
    assert {one["name"]: one["bot"] for one in seen["people"]} == {
        "postmortem": True,
        "slackbot": True,
        "maya": False,
        "ben": False,
    }
    assert seen["app"]["commands"] == {"/postmortem": []}
    assert seen["app"]["connected"] is False
    assert [one["name"] for one in seen["channels"]] == ["incident-checkout"]
    assert "open" not in seen
    assert slack.workspace.version == seen["version"]


def test_messages_tell_their_thread_reactions_and_whose_they_are(
    client: Client, maya: Person, ben: Person, room: Channel
) -> None:
    """One's own carry what was typed, for editing."""
    root = maya.say(room, f"hello {ben.mention}")
    ben.say(room, "hi", thread=root)
    ben.react(root, "tada")
    shown = client.look(**{"as": maya.id, "channel": room.id, "thread": root.ts})["open"]
    assert [one["ts"] for one in shown["messages"]] == [root.ts]
    assert (shown["messages"][0]["own"], shown["messages"][0]["source"]) == (True, "hello @ben")
    assert shown["messages"][0]["reply_count"] == 1
    assert shown["messages"][0]["reactions"][0]["name"] == "tada"
    assert [(one["text"], one["own"]) for one in shown["thread"][1:]] == [("hi", False)]


def test_a_look_waits_for_the_next_change(slack: Sandbox, client: Client, ben: Person, room: Channel) -> None:
    """With the version one has, the answer comes when something happens."""
    since = str(client.look()["version"])
    threading.Timer(0.1, lambda: ben.say(room, "news")).start()
    seen = client.look(channel=room.id, since=since)
    assert slack.until(lambda: client.look(channel=room.id)["open"]["messages"][-1]["text"] == "news")
    assert seen["version"] > int(since)


def test_reading_is_remembered_for_each_person(
    client: Client, maya: Person, ben: Person, room: Channel
) -> None:
    """Unread counts what others said; looking at the channel clears it, for that person alone."""
    client.look(**{"as": maya.id})
    client.look(**{"as": ben.id})
    ben.say(room, f"{maya.mention} look")
    unread = client.look(**{"as": maya.id})["channels"][0]
    assert (unread["unread"], unread["mentions"]) == (1, 1)
    assert client.look(**{"as": ben.id})["channels"][0]["unread"] == 0
    client.look(**{"as": maya.id, "channel": room.id, "looking": "1"})
    assert client.look(**{"as": maya.id})["channels"][0]["unread"] == 0


def test_nobody_sees_what_slack_would_hide(slack: Sandbox, client: Client, maya: Person, ben: Person) -> None:
    """Private channels, direct messages, ephemerals, windows, Home tabs and files of others."""
    secret = slack.channel("secret", members=[ben], private=True)
    file = {"name": "plan.txt", "content": base64.b64encode(b"plan").decode()}
    assert client.do("say", ben, channel=secret.id, text="ours", files=[file])["ok"]
    api = WebClient(token=slack.app.bot_token, base_url=slack.url, retry_handlers=[])
    ben.invite_bot(secret)
    api.chat_postEphemeral(channel=secret.id, user=ben.id, text="psst")
    api.views_publish(user_id=ben.id, view={"type": "home", "blocks": [{"type": "divider"}]})
    ben.direct()
    seen = client.look(**{"as": maya.id, "channel": secret.id})
    assert (seen["channels"], seen["home"], "open" in seen) == ([], None, False)
    assert "psst" not in json.dumps(seen)
    theirs = client.look(**{"as": ben.id, "channel": secret.id})
    assert (theirs["home"]["type"], len(theirs["channels"])) == ("home", 2)
    assert [one["text"] for one in theirs["open"]["messages"]][-1] == "psst"
    assert client.do("say", maya, channel=secret.id, text="me too")["ok"] is False
    path = f"face/files/{theirs['open']['messages'][0]['files'][0]['id']}/plan.txt?as="
    with urlopen(slack.workspace.url + path + ben.id, timeout=5) as answer:
        assert (answer.read(), answer.headers["Content-Security-Policy"][:7]) == (b"plan", "sandbox")
    with pytest.raises(OSError, match="404"):
        urlopen(slack.workspace.url + path + maya.id, timeout=5)


@pytest.mark.parametrize(
    ("gesture", "sent"),
    [
        ("fly", {}),
        ("say", {"text": "  "}),
        ("say", {"text": "x", "channel": "C404"}),
        ("edit", {"ts": "1.0", "text": "x"}),
        ("edit", {"ts": "THEIRS", "text": "x"}),
        ("delete", {"ts": "THEIRS"}),
        ("react", {"ts": "THEIRS", "name": ""}),
        ("press", {"ts": "THEIRS", "action": "none"}),
        ("submit", {"view": "V404"}),
        ("command", {"text": "/unknown"}),
        ("invite", {"person": "U404"}),
        ("create", {"name": "incident-checkout"}),
        ("jump", {"seconds": -5}),
        ("jump", {"seconds": 1e12}),
    ],
)
def test_what_slack_would_not_offer_is_refused_in_words(
    client: Client, maya: Person, ben: Person, room: Channel, gesture: str, sent: dict[str, Any]
) -> None:
    """Nothing happens, and the page has something to show."""
    theirs = ben.say(room, "mine")
    sent = {"channel": room.id} | sent
    if sent.get("ts") == "THEIRS":
        sent["ts"] = theirs.ts
    answer = client.do(gesture, maya, **sent)
    assert answer["ok"] is False
    assert answer["error"].startswith("Not possible: ")
    assert [message.text for message in room.messages] == ["mine"]


def test_bots_and_strangers_cannot_be_played(slack: Sandbox, client: Client, maya: Person) -> None:
    """One can be people of the workspace only."""
    assert client.look(**{"as": slack.app.bot_user_id})["ok"] is False
    assert client.look(**{"as": "U404"})["ok"] is False


def test_the_clock_jumps_and_what_is_due_comes(slack: Sandbox, client: Client, maya: Person) -> None:
    """By seconds, forward only; the state tells the time."""
    assert client.do("jump", maya, seconds=7200)["now"] == 1_790_007_200
    assert client.look()["now"] == 1_790_007_200


@settings(deadline=None, max_examples=60)  # machines are busy; an example makes a whole workspace
@given(
    gesture=st.sampled_from([*GESTURES, "jump", "state", "nonsense"]),
    sent=st.dictionaries(
        st.sampled_from(
            ["as", "channel", "ts", "text", "view", "values", "files", "seconds", "person", "name"]
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=20)
            | st.sampled_from(["U00000001", "C00000001", "1.0"]),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    ),
)
def test_whatever_is_sent_is_answered(gesture: str, sent: dict[str, Any]) -> None:
    """No request of the API ends in a fault of ours."""
    slack = Sandbox(now=lambda: 1_790_000_000.0)
    slack.channel("general", members=[slack.person("maya")])
    slack.show(jump=lambda _seconds: None)
    face = slack.face
    assert isinstance(face, Face)
    asked = Asked("POST", f"/face/api/{gesture}", {}, json.dumps(sent).encode(), {"x-sandbox-face": "1"})
    assert face.answer(asked).status in (200, 400)
