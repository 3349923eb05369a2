"""A press of an action item's button, wherever it stands: in a list, the window, on Home, in a reminder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient

from bot.errors import ChatError, UserError
from bot.slack import items
from bot.slack.blocks import Json
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, View, value_of
from bot.slack.listeners.answering import check_team, number, numbers, team_of
from bot.workflow import actions
from bot.workflow.actions import Held
from bot.workflow.world import World

ANSWERABLE = 29 * 60
"""Seconds in which a press is answered; Slack takes five answers within 30 minutes
(docs.slack.dev/interactivity/handling-user-interaction, "Message responses")."""


@dataclass(frozen=True)
class Press:
    """A press of an item's button, wherever it stands."""

    world: World
    user_id: str
    ids: Mapping[str, object]
    trigger_id: str
    calls: Calls
    view: View
    answer_at: str = ""
    """Where a message that was pressed in can be answered; empty for views."""

    @property
    def place(self) -> str:
        """`home`, `window`, `list` or `reminder`."""
        kind = {"home": "home", "modal": "window"}.get(str(self.view.get("type", "")))
        return kind or ("list" if items.read_state(self.ids.get("list")) else "reminder")

    def item(self) -> Held:
        """The item, for somebody who may decide about it. Raises `UserError`."""
        return actions.held(self.world, number(self.ids, "item"), self.user_id)

    def open(self, view: Json) -> None:
        """Open a form, on top of the window where it was pressed in one. Raises `UserError`."""
        method = "views.push" if self.place == "window" else "views.open"
        try:
            self.calls.ask(method, trigger_id=self.trigger_id, view=view)
        except ChatError as error:
            raise UserError(f"Slack was too slow to open the window ({error.code}); press again.") from None

    def origin(self) -> dict[str, Any]:
        """What a form carries: which item, and what to draw again once it is decided. A message is drawn
        again by the address Slack gave for answers to the press, which nobody but Slack and we see."""
        found = {"item": number(self.ids, "item"), "place": self.place, "page": self.ids.get("page", 0)}
        if self.place in ("list", "reminder") and self.answer_at:
            found |= {"answer_at": self.answer_at, "until": as_seconds(self.world) + ANSWERABLE}
            found |= {"list": self.ids["list"]} if self.place == "list" else {}
        return found


def press_from(world: World, body: Gesture, client: WebClient) -> Press:
    """Raises `UserError` for a forged or stale value, or one of another workspace."""
    check_team(world, team_of(body))
    return Press(
        world=world,
        user_id=body["user"]["id"],
        ids=numbers(value_of(body)),
        trigger_id=str(body.get("trigger_id", "")),
        calls=Calls(client),
        view=body.get("view") or View(),
        answer_at=str(body.get("response_url") or ""),
    )


def answering(world: World, origin: Mapping[str, object]) -> Respond | None:
    """How to draw the message again that a form was opened from; None where there is none, or Slack takes
    no more answers."""
    url, until = origin.get("answer_at"), origin.get("until")
    if not isinstance(url, str) or not url or not isinstance(until, int):
        return None
    return Respond(response_url=url) if as_seconds(world) < until else None


def as_seconds(world: World) -> int:
    """The present moment in seconds since 1970."""
    return int(world.clock.now().timestamp())
