"""`/postmortem actions`, the window of action items behind the card's button, and all their buttons.

A button may stand in a list that one person sees, in the window, on Home or in a reminder. Wherever it
was pressed, the person is authorised anew, and what they look at is drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.domain.action import Step
from bot.domain.item_words import ListAsked, parse_list
from bot.domain.posting import Action
from bot.errors import BotError, UserError
from bot.slack import items, views
from bot.slack.blocks import Json, Payload
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, View, metadata_of
from bot.slack.items import Reader
from bot.slack.listeners.actions import Pressed
from bot.slack.listeners.answering import attempt, ids_of, in_words, number, numbers, sentence, tell_alone
from bot.slack.listeners.commands import Asked, command
from bot.slack.listeners.editor import opening
from bot.slack.listeners.item_press import Press, answering, press_from
from bot.workflow import actions
from bot.workflow.access import NO_SUCH, may_see, the_incident
from bot.workflow.actions import Held
from bot.workflow.home import show_home
from bot.workflow.outcomes import outcome
from bot.workflow.show import labels
from bot.workflow.world import World


def register(app: App, world: World) -> None:
    """Answer everything about action items."""
    app.action(Action.ITEMS.value)(opening(world, _open_window))
    for action, work in _AT_ONCE.items():
        app.action(action.value)(_decider(world, work))
    for action, form in _FORMS.items():
        app.action(action.value)(_opener(world, form))
    for turn in (items.BACK, items.NEXT):
        app.action(turn)(_turner(world))
    app.view(items.TERMS)(_handed_in(world, _agree, items.OWNER))
    app.view(items.DECLINE)(_handed_in(world, _decline, items.REASON))


def reader_of(world: World, user_id: str, links: Mapping[int, str] | None = None) -> Reader:
    """How somebody reads a list; `links` lead to the evidence of its items."""
    url, today = world.directory.identity().url, actions.today_of(world, user_id)
    return Reader(today=today, name=labels(world), url=url, me=user_id, links=links or {})


@command("actions [mine/overdue/open/done/INC-n] [@person]", "action items: what to do, and who does it")
def _actions(asked: Asked) -> Payload:
    try:
        wanted = parse_list(asked.words, me=asked.user_id)
    except ValueError as error:
        raise UserError(str(error)) from None
    return _list(asked.world, asked.user_id, wanted, 0)


def _list(world: World, user_id: str, wanted: ListAsked, page: int, note: str = "") -> Payload:
    found = actions.listed(world, user_id, wanted, page=page)
    if not found and page > 0:
        return _list(world, user_id, wanted, page - 1, note)
    reader = reader_of(world, user_id)
    return items.listing(found, wanted, reader, me=user_id, page=page, size=actions.PAGE, note=note)


def _open_window(pressed: Pressed) -> None:
    """Looking needs no membership of a public incident's channel; deciding does."""
    incident = pressed.named()
    if not may_see(pressed.world, incident, pressed.user_id):
        raise UserError(NO_SUCH)
    pressed.open(_window(pressed.world, pressed.user_id, incident.id))


def _window(world: World, user_id: str, incident_id: int, page: int = 0, note: str = "") -> Json:
    incident = the_incident(world, incident_id)
    if not may_see(world, incident, user_id):
        raise UserError(NO_SUCH)
    shown = actions.of_incident(world, incident)
    reader = reader_of(world, user_id, actions.links_of(world, incident, shown))
    return items.window(incident, shown, reader, page=page, note=note)


def _finish(press: Press) -> str:
    return outcome(press.world, *actions.finish(press.world, number(press.ids, "item"), press.user_id))


def _reopen(press: Press) -> str:
    return outcome(press.world, *actions.reopen(press.world, number(press.ids, "item"), press.user_id))


_AT_ONCE: dict[Action, Callable[[Press], str]] = {Action.ITEM_DONE: _finish, Action.ITEM_REOPEN: _reopen}


def _accept(press: Press) -> Json:
    return _terms(press, "accept")


def _change(press: Press) -> Json:
    return _terms(press, "change")


def _terms(press: Press, step: Step) -> Json:
    found = press.item()
    actions.check_step(found, step)
    terms = actions.suggested_terms(press.world, found, press.user_id)
    reminds = press.world.policy.action_reminders and not found.incident.imported
    return items.terms_form(found.item, found.incident, terms, press.origin(), reminds=reminds)


def _why_not(press: Press) -> Json:
    found = press.item()
    actions.check_step(found, "decline")
    return items.decline_form(found.item, found.incident, press.origin())


_FORMS: dict[Action, Callable[[Press], Json]] = {
    Action.ITEM_ACCEPT: _accept,
    Action.ITEM_CHANGE: _change,
    Action.ITEM_DECLINE: _why_not,
}


def _decider(world: World, work: Callable[[Press], str]) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        told: list[str] = []
        done = attempt(told.append, lambda: told.append(work(press_from(world, body, client))))
        ack()
        _draw_again(world, body, respond, client, note=told[-1], done=done)

    return listener


def _opener(world: World, form: Callable[[Press], Json]) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        told: list[str] = []

        def work() -> None:
            press = press_from(world, body, client)
            press.open(form(press))

        attempt(told.append, work)
        ack()
        if told:
            _draw_again(world, body, respond, client, note=told[-1], done=False)

    return listener


def _draw_again(
    world: World,
    body: Gesture,
    respond: Respond,
    client: WebClient,
    *,
    note: str,
    done: bool,
) -> None:
    """What the person looks at, as it is now, with a line about what they did or why not."""

    tell = _teller(body, respond)

    def work() -> None:
        press = press_from(world, body, client)
        if press.place == "home":
            show_home(world, press.user_id, note)
        elif press.place == "window":
            metadata = numbers(metadata_of(press.view))
            view = _window(world, press.user_id, number(metadata, "incident"), number(metadata, "page"), note)
            press.calls.ask("views.update", view_id=press.view["id"], view=view)
        elif not done:
            tell(note)
        else:
            respond(replace_original=True, **_message(world, press.user_id, press.ids, note))

    attempt(tell, work)


def _teller(body: Gesture, respond: Respond) -> Callable[[str], None]:
    """Tells the person alone, under the message they pressed in; a window shows by itself what is true."""

    def tell(text: str) -> None:
        if not body.get("view"):
            tell_alone(respond, body, text)

    return tell


def _turner(world: World) -> Callable[..., None]:
    """Back and Next, in a list or in the window."""

    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        def work() -> None:
            press = press_from(world, body, client)
            listed = items.read_state(press.ids.get("list"))
            if listed:
                respond(replace_original=True, **_message(world, press.user_id, press.ids, ""))
                return
            metadata = numbers(metadata_of(press.view))
            view = _window(world, press.user_id, number(metadata, "incident"), number(press.ids, "page"))
            press.calls.ask("views.update", view_id=press.view["id"], view=view)

        ack()
        attempt(_teller(body, respond), work)

    return listener


Decision = Callable[[World, int, str, Mapping[str, object]], Held]


def _agree(world: World, item_id: int, user_id: str, state: Mapping[str, object]) -> Held:
    terms = items.read_terms(state)
    if terms is None:
        raise UserError("Choose who does it. Nothing was changed.")
    return actions.accept(world, item_id, user_id, terms)


def _decline(world: World, item_id: int, user_id: str, state: Mapping[str, object]) -> Held:
    return actions.decline(world, item_id, user_id, views.read_values(state).get(items.REASON, ""))


def _handed_in(world: World, decide: Decision, field: str) -> Callable[..., None]:
    """A form: stored before it closes; what cannot be stored stays in it with the reason."""

    def listener(ack: Ack, body: Gesture, view: View, client: WebClient) -> None:
        user_id = body["user"]["id"]
        try:
            origin = ids_of(world, body, view)
            found = decide(world, number(origin, "item"), user_id, view.get("state") or {})
        except BotError as error:
            ack(response_action="errors", errors={field: sentence(error)})
            return
        respond = answering(world, origin)
        note = outcome(world, *found)
        if origin.get("place") not in ("home", "window") and respond is None:
            ack(response_action="update", view=views.notice_view("Action item", note))
            return
        ack()

        def work() -> None:
            if respond is not None:
                respond(replace_original=True, **_message(world, user_id, origin, note))
            elif origin["place"] == "home":
                show_home(world, user_id, note)
            else:
                page = origin.get("page")
                page = page if isinstance(page, int) else 0
                below = _window(world, user_id, found.incident.id, page, note)
                Calls(client).ask("views.update", view_id=view["previous_view_id"], view=below)

        attempt(lambda _: None, work)

    return listener


def _message(world: World, user_id: str, ids: Mapping[str, object], note: str) -> dict[str, Any]:
    """Arguments for `respond`: the list that was pressed in, with a note above; else the note alone."""
    listed = items.read_state(ids.get("list"))
    if listed is None:
        return in_words(note)
    payload = _list(world, user_id, *listed, note)
    return {"text": payload.text, "blocks": payload.blocks}
