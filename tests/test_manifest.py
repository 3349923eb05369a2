"""The manifests against Slack's limits, and against what the code listens to and calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import doctor
from bot.slack.listeners import EVENTS
from bot.slack.listeners import shortcuts as listened

ROOT = Path(__file__).parent.parent
NAMES = ("manifest.yaml", "manifest-http.yaml")
EXAMPLE = "https://postmortem.example.com/slack/events"

# What each event needs, from its page under https://docs.slack.dev/reference/events.
NEEDS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_created": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_rename": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "tokens_revoked": set(),
}


def load(name: str) -> dict[str, Any]:
    manifest: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return manifest


@pytest.fixture(params=NAMES)
def manifest(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each manifest in turn."""
    return load(request.param)


def too_long(manifest: dict[str, Any]) -> Iterator[str]:
    """What breaks a limit of Slack's manifest schema 2.0.0 (github.com/slackapi/manifest-schema)."""
    shown, features = manifest["display_information"], manifest["features"]
    limits: list[tuple[str, str, int, int]] = [
        ("name", shown["name"], 1, 35),
        ("description", shown["description"], 1, 140),
        ("long_description", shown["long_description"], 175, 4000),
        ("background_color", shown["background_color"], 4, 7),
        ("bot name", features["bot_user"]["display_name"], 1, 80),
    ]
    for shortcut in features["shortcuts"]:
        limits += [
            ("shortcut name", shortcut["name"], 1, 24),
            ("callback_id", shortcut["callback_id"], 1, 255),
            ("shortcut description", shortcut["description"], 1, 150),
        ]
    for command in features["slash_commands"]:
        limits += [
            ("command", command["command"], 2, 32),
            ("command description", command["description"], 1, 2000),
            ("usage_hint", command["usage_hint"], 1, 1000),
        ]
    limits += [("event", event, 1, 50) for event in events(manifest)]
    yield from (f"{what}: {text!r}" for what, text, least, most in limits if not least <= len(text) <= most)


def events(manifest: dict[str, Any]) -> list[str]:
    found: list[str] = manifest["settings"]["event_subscriptions"]["bot_events"]
    return found


def test_slack_would_accept_it(manifest: dict[str, Any]) -> None:
    """Lengths and counts are within the schema."""
    assert list(too_long(manifest)) == []
    assert len(manifest["features"]["shortcuts"]) <= 10
    assert len(events(manifest)) <= 100
    assert manifest["_metadata"]["major_version"] == 2


def test_a_broken_limit_is_noticed() -> None:
    """The check itself sees a description that is too short."""
    manifest = load(NAMES[0])
    manifest["display_information"]["long_description"] = "short"
    assert list(too_long(manifest)) == ["long_description: 'short'"]


def test_every_subscribed_event_has_a_listener_and_the_other_way_round(manifest: dict[str, Any]) -> None:
    """An event nobody listens to answers 404 and is redelivered; one nobody subscribed to never comes."""
    assert {event.split(".")[0] for event in events(manifest)} == set(EVENTS)


def test_every_event_has_the_scopes_it_needs(manifest: dict[str, Any]) -> None:
    """An event without its scope is dropped in silence, so none is optional."""
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert {event: NEEDS[event] - scopes for event in events(manifest) if NEEDS[event] - scopes} == {}


def test_the_scopes_are_those_the_doctor_explains(manifest: dict[str, Any]) -> None:
    """Nothing is asked for without a reason, and nothing that is needed is forgotten."""
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == set(doctor.REQUIRED_SCOPES)
    assert set(scopes["bot_optional"]) == set(doctor.OPTIONAL_SCOPES)


def test_every_command_and_shortcut_is_answered(manifest: dict[str, Any]) -> None:
    """The names in the manifest are those the listeners know."""
    features = manifest["features"]
    assert [command["command"] for command in features["slash_commands"]] == ["/postmortem"]
    assert features["slash_commands"][0]["should_escape"] is True
    known = {listened.START: "message", listened.RESOLVE: "message", listened.SEARCH: "global"}
    assert {shortcut["callback_id"]: shortcut["type"] for shortcut in features["shortcuts"]} == known


def test_socket_mode_needs_no_address() -> None:
    """The default manifest names no URL, since nothing has to be reachable from outside."""
    assert "://postmortem" not in (ROOT / NAMES[0]).read_text(encoding="utf-8")
    assert load(NAMES[0])["settings"]["socket_mode_enabled"] is True


def test_http_mode_differs_in_its_address_only() -> None:
    """Both manifests make the same app."""
    socket, http = load(NAMES[0]), load(NAMES[1])
    assert http["features"]["slash_commands"][0].pop("url") == EXAMPLE
    assert http["settings"]["event_subscriptions"].pop("request_url") == EXAMPLE
    assert http["settings"]["interactivity"].pop("request_url") == EXAMPLE
    assert http["settings"].pop("socket_mode_enabled") is False
    socket["settings"].pop("socket_mode_enabled")
    assert http == socket
