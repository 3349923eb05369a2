"""`/postmortem history`: the revisions of a postmortem, compared and restored in windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.domain.incident import parse_key
from bot.errors import BotError, ChatError, UserError
from bot.slack import history_views, views
from bot.slack.blocks import Json, Payload
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, View, value_of
from bot.slack.listeners.answering import attempt, handed_in_for, ids_of, number, sentence
from bot.slack.listeners.commands import Asked, command, say
from bot.workflow.access import visible_incident
from bot.workflow.history import compare, history, put_back
from bot.workflow.world import World

Shown = Callable[[World, Mapping[str, object], str, str], Json]
"""(world, ids of the window, user, value of the button) → what the window shows next."""


def register(app: App, world: World) -> None:
    """Answer the windows; the command registers itself."""
    for direction in ("back", "next"):
        app.action(f"{history_views.TURN}_{direction}")(_changes_window(world, _turned))
        app.action(f"{history_views.COMPARE_TURN}_{direction}")(_changes_window(world, _compared_page))
    app.action(history_views.RESTORE)(_changes_window(world, _restored))
    app.view(history_views.HISTORY)(_compared(world))


@command("history INC-n", "its revisions: who changed what, any two compared, one restored")
def _history(asked: Asked) -> Payload:
    if not parse_key(asked.words):
        raise UserError("Whose history? `/postmortem history INC-7`; `/postmortem list` shows the newest.")
    incident = visible_incident(asked.world, asked.words, asked.user_id)
    view = history_views.history_view(history(asked.world, incident.id, asked.user_id))
    try:
        asked.calls.ask("views.open", trigger_id=asked.trigger_id, view=view)
    except ChatError as error:
        raise UserError(f"Slack was too slow to open it ({error.code}); try again.") from None
    return say(f"The history of {incident.key} is open in a window of its own.")


def _changes_window(world: World, shown: Shown) -> Callable[..., None]:
    """A button in a window: what it shows takes the window's place, refusals too."""

    def listener(ack: Ack, body: Gesture, client: WebClient) -> None:
        found: list[Json] = []

        def work() -> None:
            ids = ids_of(world, body, body["view"])
            value = value_of(body)
            found.append(shown(world, ids, body["user"]["id"], value))

        attempt(lambda text: found.append(views.notice_view("History", text)), work)
        ack()

        def show() -> None:
            Calls(client).ask("views.update", view_id=body["view"]["id"], view=found[-1])

        attempt(lambda _: None, show)  # who closed the window meanwhile is shown nothing more

    return listener


def _turned(world: World, ids: Mapping[str, object], user_id: str, value: str) -> Json:
    return history_views.history_view(history(world, number(ids, "incident"), user_id), _whole(value))


def _compared_page(world: World, ids: Mapping[str, object], user_id: str, value: str) -> Json:
    before, after = number(ids, history_views.BEFORE), number(ids, history_views.AFTER)
    found = compare(world, number(ids, "incident"), user_id, before, after)
    return history_views.comparison_view(found, _whole(value))


def _restored(world: World, ids: Mapping[str, object], user_id: str, value: str) -> Json:
    incident = handed_in_for(world, ids, user_id)
    wanted = _whole(value)
    revision = put_back(world, incident.id, wanted, number(ids, "seen"), user_id)
    if revision is None:
        return views.notice_view("History", f"{incident.key} says the same as revision {wanted} already.")
    return views.notice_view(
        "History", f"Revision {wanted} is back, as revision {revision.number} of {incident.key}."
    )


def _whole(value: str) -> int:
    if not value.isdecimal() or len(value) > 9:
        raise UserError("That button is stale. Nothing was changed; open the history again.")
    return int(value)


def _compared(world: World) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, view: View) -> None:
        try:
            ids = ids_of(world, body, view)
            picked = history_views.chosen(view.get("state") or {})
            if picked is None:
                raise UserError("Pick two revisions.")
            found = compare(world, number(ids, "incident"), body["user"]["id"], *picked)
        except BotError as error:
            ack(response_action="errors", errors={history_views.BEFORE: sentence(error)})
        else:
            ack(response_action="push", view=history_views.comparison_view(found))

    return listener
