"""The Home tab: drawn when somebody opens it, and its own buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.errors import ChatError, UserError
from bot.slack import home, views
from bot.slack.blocks import Json
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture
from bot.slack.listeners.answering import attempt, check_team, number, numbers, team_of
from bot.slack.listeners.commands import help_text
from bot.slack.listeners.searching import search_window
from bot.workflow import browse
from bot.workflow.access import member
from bot.workflow.buttons import reference
from bot.workflow.dossier import settled
from bot.workflow.home import show_home
from bot.workflow.show import labels
from bot.workflow.world import World


def register(app: App, world: World) -> None:
    """Answer the opening of Home, and its own buttons."""
    app.event("app_home_opened")(_opened(world))
    for action_id, work in ((home.SEARCH, _search), (home.HELP, _help), (home.READ, _read)):
        app.action(action_id)(_window(world, work))


def _opened(world: World) -> Callable[..., None]:
    def listener(event: Mapping[str, object], body: Gesture, client: WebClient) -> None:
        user_id = event.get("user")
        if event.get("tab", "home") != "home" or not isinstance(user_id, str):
            return

        def work() -> None:
            check_team(world, team_of(body))
            show_home(world, user_id)

        def tell(text: str) -> None:
            attempt(lambda _: None, lambda: _publish_notice(Calls(client), user_id, text))

        attempt(tell, work)

    return listener


def _publish_notice(calls: Calls, user_id: str, text: str) -> None:
    calls.ask("views.publish", user_id=user_id, view=home.unavailable(text))


Opening = Callable[[World, str, Mapping[str, object]], Json]
"""(world, user, the press) → the window it opens."""


def _window(world: World, work: Opening) -> Callable[..., None]:
    """A button of Home that opens a window; a refusal is told on Home."""

    def listener(ack: Ack, body: Gesture, client: WebClient) -> None:
        user_id, calls = body["user"]["id"], Calls(client)

        def open_it() -> None:
            check_team(world, team_of(body))
            view = work(world, user_id, body["actions"][0])
            try:
                calls.ask("views.open", trigger_id=body["trigger_id"], view=view)
            except ChatError as error:
                raise UserError(
                    f"Slack was too slow to open the window ({error.code}); press again."
                ) from None

        told: list[str] = []
        attempt(told.append, open_it)
        ack()
        if told:
            attempt(lambda _: None, lambda: show_home(world, user_id, told[-1]))

    return listener


def _search(world: World, user_id: str, _press: Mapping[str, object]) -> Json:
    return search_window(world, user_id)


def _help(world: World, user_id: str, _press: Mapping[str, object]) -> Json:
    member(world, user_id)
    return home.help_view(help_text("Type these in any channel:"))


def _read(world: World, user_id: str, press: Mapping[str, object]) -> Json:
    """Which document it is comes back from Slack: looked up and authorised like any other."""
    ids = numbers(str(press.get("value", "")))
    held = browse.opened(world, number(ids, "incident"), user_id)
    if held is None or held.revision is None:
        raise UserError("There is nothing to read there any more, or it is not yours to see.")
    metadata = reference(held.incident, held.revision.number)
    whole = settled(world, held, held.revision, labels(world))
    return views.show_view(whole, private_metadata=metadata)
