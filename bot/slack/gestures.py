"""The parts of Slack's interaction payloads that listeners read: presses, forms, shortcuts.

Only parts marked as required are sure to be there (docs.slack.dev/reference/interaction-payloads); over HTTP,
`bot.slack.intake` refuses what has another shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Required, TypedDict


class Named(TypedDict):
    """A person, channel or workspace."""

    id: str


class Pressed(TypedDict, total=False):
    """A button that was pressed, or an entry that was chosen in a menu."""

    action_id: Required[str]
    value: str
    selected_option: object


class Marked(TypedDict, total=False):
    """The message a shortcut was called on, or a button stands in."""

    ts: str
    thread_ts: str


class Container(TypedDict, total=False):
    """Where a button stands."""

    thread_ts: str
    is_ephemeral: bool


class View(TypedDict, total=False):
    """A window, or Home."""

    id: str
    type: str
    private_metadata: str
    previous_view_id: str
    state: Mapping[str, object]


class Gesture(TypedDict, total=False):
    """What a person did. `actions` and `trigger_id` come with presses, `view` with what happens in a window,
    `message` with a message shortcut."""

    user: Required[Named]
    team: Named
    channel: Named
    container: Container
    message: Marked
    message_ts: str
    actions: list[Pressed]
    view: View
    trigger_id: str
    response_url: str


def channel_of(body: Gesture) -> str:
    """The channel it was done in; empty for windows and Home."""
    channel = body.get("channel")
    return channel.get("id", "") if channel else ""


def value_of(body: Gesture) -> str:
    """What the button that was pressed carries; empty where it carries nothing."""
    return body["actions"][0].get("value") or ""


def metadata_of(view: View) -> str:
    """What a window was opened with; empty where that is nothing."""
    return view.get("private_metadata") or ""
