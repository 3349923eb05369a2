"""Modals handed in. Text is stored before the window closes; what cannot be saved stays in the window."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, App

from bot.errors import BotError, UserError
from bot.slack import views
from bot.slack.gestures import Gesture, View, metadata_of
from bot.slack.listeners.answering import (
    check_team,
    handed_in_for,
    ids_of,
    number,
    numbers,
    sentence,
    team_of,
)
from bot.workflow import erasure, life, review
from bot.workflow.access import authorise_admin, the_visible
from bot.workflow.world import World


def register(app: App, world: World) -> None:
    """Answer every modal."""
    app.view(views.DISCARD)(_reason(world, review.discard))
    app.view(views.DISMISS)(_reason(world, life.dismiss))
    app.view(views.FORGET)(_forget(world))


def _reason(world: World, work: Callable[[World, int, str, str], object]) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, view: View) -> None:
        reason = views.read_values(view.get("state") or {}).get(views.REASON, "")
        user_id = body["user"]["id"]
        try:
            incident = handed_in_for(world, ids_of(world, body, view), user_id)
            work(world, incident.id, user_id, reason)
        except BotError as error:
            ack(response_action="errors", errors={views.REASON: sentence(error)})
        else:
            ack()

    return listener


def _forget(world: World) -> Callable[..., None]:
    """The incident's name was typed: now it goes, if it is the right name."""

    def listener(ack: Ack, body: Gesture, view: View) -> None:
        typed = views.read_values(view.get("state") or {}).get(views.KEY, "").strip()
        user_id = body["user"]["id"]
        try:
            check_team(world, team_of(body))
            authorise_admin(world, user_id)
            ids = numbers(metadata_of(view))
            incident = the_visible(world, number(ids, "incident"), user_id)
            if typed.upper() != incident.key:
                raise UserError(f"That is not {incident.key}. Nothing was erased.")
            erasure.forget(world, incident.id, user_id)
        except BotError as error:
            ack(response_action="errors", errors={views.KEY: sentence(error)})
        else:
            text = f"{incident.key} is forgotten: all that was stored is erased, posts and files follow."
            ack(response_action="update", view=views.notice_view("Forgotten", text))

    return listener
