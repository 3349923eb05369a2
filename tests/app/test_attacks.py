"""The bot under attack: everything that reaches it over HTTP, signed, by who should get nothing from it.

Slack signs what people do, so that a value in a button, a name or a text is what an attacker chooses. All
of it is answered below 500, changes nothing, and leaves no trace in the log.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from bot.demo.stage import Stage
from bot.domain.posting import Action
from bot.sandbox import Channel, Person
from bot.slack import history_views, home, items, results, review_views, statistics, views
from bot.slack.listeners.commands import COMMANDS
from bot.slack.listeners.shortcuts import RESOLVE, SEARCH, START
from bot.workflow.access import NO_SUCH
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.app.test_http import send, signed
from tests.app.test_privacy import group, secret_draft
from tests.databases import Postgres

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PLANTED = "PLANTED-BY-EVE"
BUTTONS = (
    *(action.value for action in Action),
    *(views.SHOW_BACK, views.SHOW_NEXT, items.BACK, items.NEXT),
    *(results.SHOW, results.BACK, results.NEXT, home.SEARCH, home.HELP, home.READ),
    *(history_views.RESTORE, f"{history_views.TURN}_next", f"{history_views.COMPARE_TURN}_back"),
    f"{statistics.PRESSED}year",
)
WINDOWS = (
    *(views.EDIT, views.DISCARD, views.DISMISS, views.FORGET, views.SEARCH, items.TERMS, items.DECLINE),
    *(review_views.ASK, review_views.ANSWER, review_views.SURPRISE, review_views.REDRAFT),
    history_views.HISTORY,
)
IDS = ("incident", "revision", "item", "proposal", "question", "before", "after", "number", "page", "draft")
ODD: tuple[Any, ...] = (
    -1,
    0,
    99,
    2**31,
    2**70,
    1.5,
    True,
    None,
    "7",
    "7; DROP TABLE incidents",
    PLANTED,
    [1],
    {"a": 1},
)
VALUES = (
    "",
    "\x00",
    "\ud800",
    PLANTED,
    "null",
    "[]",
    "7",
    "NaN",
    "[" * 5_000,
    '{"incident":' + "9" * 5_000 + "}",
    *(json.dumps(dict.fromkeys(IDS, odd)) for odd in ODD),
    *(json.dumps({"channel": odd, "root": odd, "ts": odd, "list": odd, "words": odd}) for odd in ODD),
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def besieged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[Scene]:
    """A drafted public incident and a drafted private one, with a group of admins, on either database:
    PostgreSQL refuses texts and numbers that SQLite takes. Attacks change nothing, so all share it."""
    folder = tmp_path_factory.mktemp("siege")
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'siege.db')}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.new(migrated=True)
    with Stage(folder, admins="admins", database_url=url) as stage:
        scene = make_scene(stage)
        group(scene, "admins", scene.priya)
        scene.drafted()
        scene.reply(scene.maya, "question: Why did the alert not fire?")
        secret_draft(scene, scene.maya)
        yield scene
        assert stage.slack.pings == []


@pytest.fixture(scope="module")
def outside(besieged: Scene) -> list[Person]:
    """A colleague outside, a guest inside, somebody of another company inside, a closed account."""
    slack = besieged.stage.slack
    people = [
        slack.person("zoe"),
        slack.person("gil", guest=True),
        slack.person("eve", external=True),
        slack.person("ada", deleted=True),
    ]
    for one in people[1:]:
        one.join(besieged.channel)
    besieged.stage.settle()
    return people


@pytest.fixture(scope="module")
def elsewhere(besieged: Scene, outside: list[Person]) -> Channel:
    """A channel of theirs."""
    return besieged.stage.slack.channel("random", members=outside)


def state(scene: Scene) -> str:
    """All that a gesture could have changed."""
    world = scene.stage.bot.world
    with world.storage.read() as records:
        found: list[Any] = []
        for incident in records.incidents.recent(world.team_id, visible=None, limit=50):
            found += [incident, *records.revisions.all(incident.id), *records.evidence.of(incident.id)]
            found += [*records.actions.of(incident.id), *records.reviews.of(incident.id)]
    return "\n".join(one.model_dump_json() for one in found)


def gesture(who: str, channel: Channel | None, **more: Any) -> dict[str, Any]:
    """What Slack sends of a person's press or form, as far as the bot looks at it."""
    payload: dict[str, Any] = {
        "user": {"id": who, "username": PLANTED, "team_id": "T0SANDBOX"},
        "team": {"id": "T0SANDBOX", "domain": PLANTED},
        "trigger_id": PLANTED,
        "api_app_id": "A1",
        "token": PLANTED,
    }
    if channel is not None:
        payload["channel"] = {"id": channel.id, "name": PLANTED}
    return payload | more


def answer_url(scene: Scene, channel: Channel) -> str:
    """Where an answer to a gesture goes, as Slack would name it."""
    desk = scene.maya.interactions._desk  # what a client does not show
    return desk.tickets.response_url(scene.maya.id, channel)


def press(who: str, channel: Channel, action: str, value: str) -> dict[str, Any]:
    """A press of a button or an entry of a menu, with any value."""
    pressed: dict[str, Any] = {"action_id": action, "block_id": "b", "type": "button", "value": value}
    if action == Action.EDIT_SECTION:
        pressed |= {"type": "static_select", "selected_option": {"value": value}}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "x",
        "private_metadata": value,
        "state": {"values": {}},
    }
    return gesture(
        who, channel, type="block_actions", actions=[pressed], view=view, container={"type": "view"}
    )


def form(who: str, window: str, metadata: str, typed: str) -> dict[str, Any]:
    """A form handed in, with any metadata and any text in any field."""
    fields = ("reason", "key", "words", "section", "person", "question", "summary", "title", "due", "owner")
    text = {"type": "plain_text_input", "value": typed}
    chosen = {"type": "users_select", "selected_user": typed, "selected_date": typed}
    picked = chosen | {"type": "static_select", "selected_option": {"value": typed}}
    values = {f"{name}{at}": {"a": one} for name in fields for at, one in enumerate((text, chosen, picked))}
    values |= {name: {"a": text} for name in fields}
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": window,
        "private_metadata": metadata,
        "previous_view_id": None,
        "state": {"values": values},
    }
    return gesture(who, None, type="view_submission", view=view)


def post(scene: Scene, payload: dict[str, Any]) -> int:
    """Send a gesture as Slack does; the status of the answer."""
    payload = payload | {"response_url": answer_url(scene, scene.channel)}
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return send(scene.stage, body, signed(scene.stage, body) | FORM)


def command(scene: Scene, who: str, channel_id: str, text: str) -> int:
    """Send a command as Slack does; the status of the answer."""
    fields = {"command": "/postmortem", "text": text, "user_id": who, "channel_id": channel_id}
    fields |= {"team_id": "T0SANDBOX", "trigger_id": PLANTED, "user_name": PLANTED}
    fields["response_url"] = answer_url(scene, scene.channel)
    body = urlencode(fields, errors="surrogatepass").encode()
    return send(scene.stage, body, signed(scene.stage, body) | FORM)


def is_quiet(capfd: pytest.CaptureFixture[str]) -> bool:
    """Whether nothing an attacker chose was printed, and no fault of ours."""
    printed = "".join(capfd.readouterr())
    return not [line for line in printed.splitlines() if PLANTED in line or "Traceback" in line]


def test_forged_values_are_refused_in_every_button_and_form(
    besieged: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    """Numbers that no database holds, texts, arrays, depths: from somebody who may do everything."""
    before, who = state(besieged), besieged.maya.id
    values = itertools.cycle(VALUES)
    heard = len(besieged.maya.ephemerals())
    for name in (*BUTTONS, *WINDOWS):
        for value in itertools.islice(values, 5):  # all of them come round, at other buttons each time
            sent = (
                form(who, name, value, "x") if name in WINDOWS else press(who, besieged.channel, name, value)
            )
            assert post(besieged, sent) == 200, (name, value[:80])
    besieged.stage.settle()
    assert state(besieged) == before
    assert is_quiet(capfd)
    told = {one.text for one in besieged.maya.ephemerals()[heard:]}
    assert NO_SUCH in told


def test_true_values_are_refused_from_who_does_not_belong(
    besieged: Scene, outside: list[Person], elsewhere: Channel
) -> None:
    """Every button and form of both incidents, pressed by two kinds of stranger each, in each channel."""
    before = state(besieged)
    known = {one.key: one for one in besieged.incidents()}
    strangers = itertools.cycle([*outside, *outside[1:]])  # an odd number: everybody meets every button
    for incident in (known["INC-1"], known["PRV-1"]):
        ids = {"incident": incident.id, "revision": 1, "item": 1, "proposal": 1, "question": 0, "at": 0}
        value = json.dumps(
            ids | {"channel": besieged.channel.id, "root": incident.card_ts, "ts": incident.card_ts}
        )
        for name, channel in itertools.product((*BUTTONS, *WINDOWS), (besieged.channel, elsewhere)):
            one = next(strangers).id
            is_form = name in WINDOWS
            sent = form(one, name, value, incident.key) if is_form else press(one, channel, name, value)
            assert post(besieged, sent) == 200, name
    besieged.stage.settle()
    assert state(besieged) == before
    for who in outside:
        told = json.dumps([one.blocks for one in who.ephemerals()] + [view.blocks for view in who.views])
        assert "merger" not in told.lower()


ANSWERING = (
    *(Action.SHOW.value, results.SHOW, home.READ, views.SHOW_NEXT, history_views.RESTORE),
    *(f"{history_views.TURN}_next", f"{history_views.COMPARE_TURN}_back"),
)
"""Buttons that always answer, be it with a refusal."""


def answered(scene: Scene, payload: dict[str, Any]) -> str:
    """Send a gesture as Slack does; what whoever made it is told."""
    slack = scene.stage.slack

    def windows() -> list[str]:
        return [str(one.args.get("view")) for one in slack.calls if one.method.startswith("views.")]

    shown, said = len(windows()), len(slack.responses)
    body = urlencode({"payload": json.dumps(payload | {"response_url": answer_url(scene, scene.channel)})})
    headers = signed(scene.stage, body.encode()) | FORM
    assert slack.app.request_url is not None
    with urlopen(Request(slack.app.request_url, body.encode(), headers), timeout=10) as answer:
        text: str = answer.read().decode()
    if not text:
        slack.until(lambda: len(windows()) > shown or len(slack.responses) > said)
    return text + "".join([*windows()[shown:], *(str(one.body) for one in slack.responses[said:])])


@pytest.mark.parametrize("who", ["colleague", "guest"])
def test_no_form_or_button_tells_a_stranger_what_there_is(
    besieged: Scene, outside: list[Person], who: str
) -> None:
    """Ids of a private incident, and of an item for a guest, are answered like ids that nothing has."""
    private = next(one for one in besieged.incidents() if one.key == "PRV-1")
    stranger = outside[0 if who == "colleague" else 1].id
    known = {"incident": private.id, "proposal": 1, "item": 1 if who == "guest" else 10_000}
    others = {"revision": 1, "before": 1, "after": 1, "seen": 1, "page": 0, "question": 0}
    true, forged = (json.dumps(ids | others) for ids in (known, dict.fromkeys(known, 10_000)))
    for name in WINDOWS:
        heard = [answered(besieged, form(stranger, name, value, "x")) for value in (true, forged)]
        assert heard[0] == heard[1] != "", name
    for name in ANSWERING:
        heard = [answered(besieged, press(stranger, besieged.channel, name, one)) for one in (true, forged)]
        assert heard[0] == heard[1] != "", name


TEXTS = (
    "\x00",
    "a\x00b",
    "\ud800",
    "PRV-1",
    "PRV-99999999999999",
    "INC--1",
    "<@U1|x>",
    "x" * 9_000,
    PLANTED,
)


def test_shortcuts_and_commands_take_any_text(
    besieged: Scene, outside: list[Person], capfd: pytest.CaptureFixture[str]
) -> None:
    """From strangers and members: NUL, half surrogates, control characters, too long, in every word."""
    words = (*COMMANDS, "")
    before = state(besieged)
    for who in (outside[1].id, "U\x00", "", "U" * 300):
        for word in words:
            assert command(besieged, who, besieged.channel.id, f"{word} PRV-1 {PLANTED}") == 200
    rest = itertools.cycle(TEXTS)
    for word in (one for one in words if one != "start"):
        for text in itertools.islice(rest, 4):
            assert command(besieged, besieged.ben.id, "C\x00", f"{word} {text}") == 200, (
                word,
                text[:20],
            )
    for callback in (START, RESOLVE, SEARCH):
        for ts in ("", "1", "9" * 400, "\x00", "1.000100", PLANTED):
            kind = "shortcut" if callback == SEARCH else "message_action"
            sent = gesture(
                outside[0].id,
                besieged.channel,
                type=kind,
                callback_id=callback,
                message={"ts": ts},
                message_ts=ts,
            )
            assert post(besieged, sent) == 200, (callback, ts)
    besieged.stage.settle()
    assert state(besieged) == before
    assert is_quiet(capfd)


HOSTILE = (
    "\x00",
    "\ud800",
    "\udfff",
    "\u202e",
    "a" * 70_000,
    "<!channel>",
    "'; DROP TABLE messages; --",
    PLANTED,
)


def test_who_belongs_may_type_anything(besieged: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    """Into every field of every form of an incident of theirs: it is stored as it can be, or refused."""
    channel = besieged.stage.slack.channel("incident-typed", members=[besieged.maya])
    besieged.stage.settle()
    besieged.command(besieged.maya, "start Typed at", channel=channel)
    besieged.maya.say(channel, "The root cause is a full disk.")
    besieged.command(besieged.maya, "resolve", channel=channel)
    besieged.stage.jump(hours=2)
    incident = besieged.incident()
    ids = {"incident": incident.id, "revision": 1, "item": 1, "proposal": 1, "question": 0, "at": 0}
    value = json.dumps(ids | {"channel": channel.id, "root": incident.card_ts, "ts": incident.card_ts})
    words = itertools.cycle((*(text[:9_000] for text in HOSTILE), "9" * 40, "2026-99-99", "-1"))
    for window in WINDOWS:
        for typed in itertools.islice(words, 4):
            assert post(besieged, form(besieged.maya.id, window, value, typed)) == 200, (window, typed[:20])
    besieged.stage.settle()
    assert besieged.incident().key == incident.key
    assert besieged.stage.slack.rejections == []
    assert is_quiet(capfd)


TIMES = ("1.000100", "0.000000", "99999999999.000000", "-1.0", "1", "1.", "NaN", "١.٠", "9" * 400, "\x00", "")


def events(scene: Scene) -> Iterator[dict[str, Any]]:
    """Events whose every field somebody chose."""
    channel, who = scene.channel.id, scene.ben.id
    for text in HOSTILE:
        base = {"type": "message", "channel": channel, "user": who, "text": text, "ts": "1700000000.000100"}
        yield base
        yield base | {"user": text, "ts": "1700000001.000100", "username": text, "bot_id": text}
        yield base | {"channel": text}
        yield base | {"thread_ts": text, "ts": "1700000002.000100", "subtype": text}
        yield base | {"ts": "1700000003.000100", "files": [{"name": text, "url_private": text, "id": text}]}
        yield base | {
            "ts": "1700000004.000100",
            "reactions": [{"name": text, "count": 2**70}],
            "reply_count": 2**70,
        }
        yield {"type": "reaction_added", "user": text, "reaction": "white_check_mark"} | {
            "item": {"type": "message", "channel": channel, "ts": text},
            "event_ts": text,
        }
        yield {"type": "member_left_channel", "user": text, "channel": channel}
        yield {"type": "member_joined_channel", "user": text, "channel": channel}
        yield {"type": "channel_id_changed", "old_channel_id": text, "new_channel_id": text}
        yield {"type": "app_home_opened", "user": text, "tab": "home"}
        yield {"type": "tokens_revoked", "tokens": {"bot": [text]}}
        yield {"type": "message", "subtype": "message_deleted", "channel": channel, "deleted_ts": text}
    for ts in TIMES:
        yield {"type": "message", "channel": channel, "user": who, "text": "x", "ts": ts, "thread_ts": ts}
        yield {"type": "message", "subtype": "message_changed", "channel": channel} | {
            "message": {
                "type": "message",
                "user": who,
                "text": "y",
                "ts": ts,
                "edited": {"ts": ts, "user": who},
            }
        }


def test_events_of_any_content_are_taken_in_or_left(
    besieged: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    """A fault would be delivered again and again; afterwards everything still works."""
    for number, event in enumerate(events(besieged)):
        whole = {
            "type": "event_callback",
            "team_id": "T0SANDBOX",
            "event_id": f"EvHostile{number}",
            "event": event,
        }
        body = json.dumps(whole).encode()
        assert send(besieged.stage, body, signed(besieged.stage, body)) == 200, event
    besieged.stage.settle()
    assert is_quiet(capfd)
    besieged.command(besieged.maya, "status INC-1")
    assert "INC-1" in json.dumps([one.text for one in besieged.maya.ephemerals()])


ODD_BODIES = (
    b'{"type":"event_callback","type":"event_callback","event":{"type":"message"},"event":{"type":"x"}}',
    b'{"type":"event_callback","event_id":"\\u0000","event":{"type":"message"}}',
    b'{"type":"event_callback","event_id":"\\ud800","event":{"type":"message","channel":"C1","ts":"1.0"}}',
    b'{"type":"event_callback","event_id":"E","event":{"type":"message","ts":1e999}}',
    b'{"type":"event_callback","event_id":"E","event":{"type":"message","ts":NaN}}',
    b'{"type":"event_callback","event_id":"E","event":{"type":"message","n":' + b"9" * 6_000 + b"}}",
    b'{"type":"event_callback","event_id":"E","event":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"type":"url_verification","challenge":{"a":1}}',
    b"payload=%7B",
    b"payload=%7B%7D&payload=%5B%5D",
    b"payload=" + b"%5B" * 100_000,
    b"command=%2Fpostmortem&command=x&text=%00&user_id=%00&channel_id=%ff",
    b"command=%2Fnothing",
    b"ssl_check=1",
    b"\xef\xbb\xbf{}",
    "{}".encode("utf-16"),
    b"\x00",
)


@pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: repr(body[:48]))
@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "text/x"],
)
def test_odd_bodies_are_no_fault_of_ours(
    stage: Stage, capfd: pytest.CaptureFixture[str], body: bytes, kind: str
) -> None:
    """Signed or not, whatever they say they are."""
    assert send(stage, body, {"Content-Type": kind}) in (400, 401)
    text = body.decode("utf-8", "ignore").encode()
    assert send(stage, body, signed(stage, text) | {"Content-Type": kind}) < 500
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "stamp", ["nan", "inf", "-5", "+5", "0x10", " 1", "1_000", "1e3", "²", "0", "9" * 12]
)
def test_odd_time_stamps_are_turned_away(stage: Stage, stamp: str) -> None:
    """Also those that Python would read as numbers."""
    body = b"{}"
    headers = signed(stage, body) | {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}

    assert send(stage, body, headers) == 401


def test_ten_megabytes_are_turned_away_unread(stage: Stage) -> None:
    """By what the request says of itself."""
    headers = signed(stage, b"x") | {"Content-Length": str(10 * 2**20)}

    assert send(stage, b"x" * 100, headers) == 413


NEVER_WAS = "PRV-77"


def test_a_private_number_is_answered_like_one_that_never_was(besieged: Scene, outside: list[Person]) -> None:
    """To every kind of stranger, admins included, in the same words after the same questions to Slack."""
    named = "status show resolve draft similar history actions restrict hold forget".split()
    asking = [*(f"{word} {{}}" for word in named), "owner <@U1> {}", "break-glass {} because"]
    slack = besieged.stage.slack
    for who, words in itertools.product((besieged.priya, *outside), asking):
        answers, asked = list[str](), list[list[str]]()
        for key in ("PRV-1", NEVER_WAS):
            before = len(slack.calls)
            answers.append(besieged.command(who, words.format(key)).replace(key, "PRV-?").splitlines()[0])
            asked.append([one.method for one in slack.calls[before:] if one.method.startswith("conv")])
        assert answers[0] == answers[1], (who.name, words)
        assert asked[0] == asked[1], (who.name, words)
