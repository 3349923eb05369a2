"""Searching: the command, the window behind the shortcut, and the buttons of the results.

Every press is answered from what the person may see at that moment: a button holds a query, never results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.errors import BotError, ChatError, UserError
from bot.slack import results, views
from bot.slack.blocks import Json, Payload
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, View, value_of
from bot.slack.listeners.answering import attempt, check_team, number, numbers, sentence, team_of, tell_alone
from bot.slack.listeners.answering import word as text_in
from bot.slack.listeners.commands import Asked, command
from bot.slack.listeners.shortcuts import SEARCH
from bot.workflow import browse
from bot.workflow.access import member
from bot.workflow.buttons import reference
from bot.workflow.dossier import settled
from bot.workflow.searching import Results, find
from bot.workflow.show import labels
from bot.workflow.world import World

NOTHING_HERE = "There is nothing here that you can see."


def register(app: App, world: World) -> None:
    """Answer the shortcut, its window and the buttons."""
    app.shortcut(SEARCH)(_open_window(world))
    app.view(views.SEARCH)(_search_in_window(world))
    for turn in (results.BACK, results.NEXT):
        app.action(turn)(_turn(world))
    app.action(results.SHOW)(_show(world))


@command("search words [sev:1] [service:x] [after:2026-01] …", "find past incidents")
def _search(asked: Asked) -> Payload:
    if not asked.words:
        raise UserError("Search for what? For example: `/postmortem search connection pool`.")
    return _message(asked.world, find(asked.world, asked.user_id, asked.words))


def search_window(world: World, user_id: str, words: str = "", *, page: int = 0) -> Json:
    """The window to search in, for App Home and the shortcut: a field, and what `words` find, if any.

    Raises:
        NotAllowed: guests and people of other companies do not search here.
    """
    member(world, user_id)
    if not words.strip():
        return views.search_view()
    return _window(world, find(world, user_id, words, page=page))


def _message(world: World, found: Results) -> Payload:
    return results.message(found.hits, **_shown(world, found))


def _window(world: World, found: Results) -> Json:
    return views.search_view(found.text, results.in_window(found.hits, **_shown(world, found)))


def _shown(world: World, found: Results) -> dict[str, Any]:
    url = world.directory.identity().url
    place = {"page": found.page, "more": found.more, "first": found.first}
    return {"words": found.text, "url": url, "notes": found.notes, **place}


def _open_window(world: World) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, client: WebClient) -> None:
        ack()
        calls, trigger_id = Calls(client), body["trigger_id"]

        def tell(text: str) -> None:
            calls.ask("views.open", trigger_id=trigger_id, view=views.notice_view("Search", text))

        def work() -> None:
            check_team(world, team_of(body))
            view = search_window(world, body["user"]["id"])
            calls.ask("views.open", trigger_id=trigger_id, view=view)

        attempt(tell, work)

    return listener


def _search_in_window(world: World) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, view: View) -> None:
        words = views.read_values(view.get("state") or {}).get(views.WORDS, "")
        try:
            check_team(world, team_of(body))
            shown = search_window(world, body["user"]["id"], words)
        except BotError as error:
            ack(response_action="errors", errors={views.WORDS: sentence(error)})
        else:
            ack(response_action="update", view=shown)

    return listener


def _turn(world: World) -> Callable[..., None]:
    """Previous and Next: the page takes the place of the one they stand under."""

    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        ack()

        def work() -> None:
            check_team(world, team_of(body))
            asked = numbers(value_of(body))
            found = find(world, body["user"]["id"], text_in(asked, "q"), page=number(asked, "page"))
            if view := body.get("view"):
                Calls(client).ask("views.update", view_id=view["id"], view=_window(world, found))
            else:
                payload = _message(world, found)
                respond(replace_original=True, text=payload.text, blocks=payload.blocks)

        attempt(_teller(body, respond, client), work)

    return listener


def _show(world: World) -> Callable[..., None]:
    """The whole document, for whoever may see it now: in a window, upon the one it was pressed in if any."""

    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        ack()

        def work() -> None:
            check_team(world, team_of(body))
            ids = numbers(value_of(body))
            view = document_view(world, number(ids, "incident"), body["user"]["id"])
            method = "views.push" if body.get("view") else "views.open"
            try:
                Calls(client).ask(method, trigger_id=body["trigger_id"], view=view)
            except ChatError as error:
                raise UserError(f"Slack was too slow to open it ({error.code}); press again.") from None

        attempt(_teller(body, respond, client), work)

    return listener


def document_view(world: World, incident_id: int, user_id: str) -> Json:
    """The window with the whole document of an incident.

    Raises:
        UserError: there is none, or not for them: the same answer for both.
    """
    held = browse.opened(world, incident_id, user_id)
    if held is None or held.revision is None:
        raise UserError(NOTHING_HERE)
    metadata = reference(held.incident, held.revision.number)
    whole = settled(world, held, held.revision, labels(world))
    return views.show_view(whole, private_metadata=metadata)


def _teller(body: Gesture, respond: Respond, client: WebClient) -> Callable[[str], object]:
    """How to tell a refusal: in the window it was pressed in, or to the person alone."""

    def tell(text: str) -> None:
        if view := body.get("view"):
            notice = views.notice_view("Search", text)
            Calls(client).ask("views.update", view_id=view["id"], view=notice)
        else:
            tell_alone(respond, body, text)

    return tell
