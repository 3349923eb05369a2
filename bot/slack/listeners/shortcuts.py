"""Shortcuts: the way to start and resolve inside threads, where commands cannot run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, Respond

from bot.domain.incident import Scope, Status
from bot.domain.transcript import moment
from bot.errors import UserError
from bot.slack.gestures import Gesture, channel_of
from bot.slack.listeners.answering import attempt, check_team, in_words, team_of
from bot.slack.rendering import render
from bot.workflow import life, starting
from bot.workflow.access import authorise, authorise_channel
from bot.workflow.reactions import thread_title
from bot.workflow.show import question
from bot.workflow.world import World

START, RESOLVE, SEARCH = "pm_start_message", "pm_resolve_message", "pm_search_global"


def register(app: App, world: World) -> None:
    """Answer every shortcut."""
    app.shortcut(START)(_on_message(world, _start))
    app.shortcut(RESOLVE)(_on_message(world, _resolve))


Handler = Callable[[World, str, str, str, str], dict[str, Any]]
"""(world, user, channel, root ts, message ts) → arguments for `respond`."""


def _on_message(world: World, handler: Handler) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, respond: Respond) -> None:
        message = body.get("message") or {}
        channel_id = channel_of(body)
        ts = str(message.get("ts") or body.get("message_ts") or "")
        root_ts = str(message.get("thread_ts") or ts)
        answer: dict[str, Any] = {}

        def work() -> None:
            check_team(world, team_of(body))
            starting.watched_channel(world, channel_id)
            authorise_channel(world, channel_id, body["user"]["id"])
            answer.update(handler(world, body["user"]["id"], channel_id, root_ts, ts))

        attempt(lambda text: answer.update(in_words(text)), work)
        ack()
        respond(response_type="ephemeral", **answer)

    return listener


def _start(world: World, user_id: str, channel_id: str, root_ts: str, ts: str) -> dict[str, Any]:
    del ts
    title = _title(world, channel_id, root_ts)
    incident = starting.start_thread(world, channel_id, root_ts, user_id, title=title, began=moment(root_ts))
    return in_words(f"{incident.key} is open; this thread is its transcript.")


def _title(world: World, channel_id: str, root_ts: str) -> str:
    root = world.history.find(channel_id, root_ts)
    if root is None:
        raise UserError("That message is gone. Nothing was changed.")
    return thread_title(world, root)


def _resolve(world: World, user_id: str, channel_id: str, root_ts: str, ts: str) -> dict[str, Any]:
    with world.storage.read() as records:
        hanging = records.incidents.in_thread(world.team_id, channel_id, root_ts)
        open_here = records.incidents.in_channel(world.team_id, channel_id, Status.OPEN)
    if hanging is not None and hanging.status is Status.OPEN:
        authorise(world, hanging, user_id)
        return in_words(f"{life.resolve(world, hanging.id, user_id).key} is resolved.")
    whole = next((one for one in open_here if one.scope is Scope.CHANNEL), None)
    if whole is not None:
        payload = render(question(whole, channel_id, root_ts, ts))
        return {"text": payload.text, "blocks": payload.blocks}
    incident = life.resolve_thread(
        world,
        channel_id,
        root_ts,
        user_id,
        title=_title(world, channel_id, root_ts),
        began=moment(root_ts),
        by_ts=None,
    )
    return in_words(f"{incident.key} is resolved: this thread is its transcript.")
