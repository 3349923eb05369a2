"""Buttons. Every press is looked up and authorised when it arrives, and stored before it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.domain.transcript import moment
from bot.errors import ChatError, UserError
from bot.slack import views
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, channel_of, metadata_of, value_of
from bot.slack.listeners.answering import (
    attempt,
    check_team,
    ids_of,
    in_words,
    number,
    numbers,
    team_of,
    tell_alone,
    word,
)
from bot.workflow import browse, editing, life, redrafting, review
from bot.workflow.access import (
    NO_SUCH,
    allow,
    authorise,
    authorise_admin,
    authorise_approval,
    authorise_channel,
    is_known_channel,
    may_see,
    the_incident,
)
from bot.workflow.buttons import reference
from bot.workflow.dossier import settled
from bot.workflow.reactions import thread_title
from bot.workflow.show import labels
from bot.workflow.world import World


@dataclass(frozen=True)
class Pressed:
    """One press. `ids` is what the button carried; `where` the channel it was pressed in."""

    world: World
    user_id: str
    ids: Mapping[str, object]
    where: str
    trigger_id: str
    calls: Calls
    team: str = ""

    def incident(self) -> Incident:
        """The incident the button is about, authorised.

        Raises:
            UserError: a stale or forged value, or not theirs to change.
        """
        incident = self.named()
        authorise(self.world, incident, self.user_id)
        return incident

    def named(self) -> Incident:
        """The incident the button is about, if the button stands where that incident lives.

        Raises:
            UserError: a stale, forged or replayed value.
        """
        check_team(self.world, self.team)
        return the_incident(self.world, number(self.ids, "incident"), pressed_in=self.where)

    def open(self, view: dict[str, Any]) -> None:
        """Open a modal. Raises `UserError` where Slack was too slow."""
        try:
            self.calls.ask("views.open", trigger_id=self.trigger_id, view=view)
        except ChatError as error:
            raise UserError(f"Slack was too slow to open the window ({error.code}); press again.") from None


Handler = Callable[[Pressed], str | None]
"""Does the work; returns what to tell the person, if anything."""


def register(app: App, world: World) -> None:
    """Answer every button."""
    for action, handler in HANDLERS.items():
        app.action(action.value)(_listener(world, handler, replaces=action in _QUESTION))
    for turn in (views.SHOW_BACK, views.SHOW_NEXT):
        app.action(turn)(_turner(world))


def _listener(world: World, handler: Handler, *, replaces: bool) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        told: list[str] = []

        def work() -> None:
            value = value_of(body)
            pressed = Pressed(
                world=world,
                user_id=body["user"]["id"],
                ids=numbers(value),
                where=channel_of(body),
                trigger_id=str(body.get("trigger_id", "")),
                calls=Calls(client),
                team=team_of(body),
            )
            told.append(handler(pressed) or "")

        done = attempt(told.append, work)
        ack()
        if replaces and done:
            respond(replace_original=True, **in_words(told[-1]))
        elif told[-1]:
            tell_alone(respond, body, told[-1])

    return listener


def _resolve(pressed: Pressed) -> None:
    life.resolve(pressed.world, pressed.incident().id, pressed.user_id)


def _reopen(pressed: Pressed) -> None:
    life.reopen(pressed.world, pressed.incident().id, pressed.user_id)


def _draft_now(pressed: Pressed) -> str:
    incident = pressed.incident()
    redrafting.draft_now(pressed.world, incident.id, pressed.user_id)
    return f"The draft of {incident.key} is on its way."


def _dismiss(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "dismiss")
    pressed.open(views.dismiss_view(incident.key, reference(incident)))


def _approve(pressed: Pressed) -> str:
    incident = pressed.named()
    authorise_approval(pressed.world, incident, pressed.user_id)
    revision = number(pressed.ids, "revision")
    approved = review.approve(pressed.world, incident.id, revision, pressed.user_id)
    more = f" {approved.given} of {approved.needed} approvals so far." if approved.missing else ""
    return f"You approved revision {revision} of {incident.key}.{more}"


def _discard(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "discard")
    pressed.open(views.discard_view(incident.key, reference(incident)))


def _restore(pressed: Pressed) -> None:
    review.restore(pressed.world, pressed.incident().id, pressed.user_id)


def _unpublish(pressed: Pressed) -> None:
    review.unpublish(pressed.world, pressed.incident().id, pressed.user_id)


def _undo(pressed: Pressed) -> str | None:
    incident = pressed.incident()
    undone = editing.undo(pressed.world, incident.id, number(pressed.ids, "revision"), pressed.user_id)
    return None if undone else "That change is not there any more; there was nothing left to undo."


def _show(pressed: Pressed) -> None:
    """Reading needs no membership of a public incident's channel."""
    held = browse.opened(pressed.world, pressed.named().id, pressed.user_id)
    if held is None or held.revision is None:
        raise UserError("There is nothing here that you can see.")
    metadata = reference(held.incident, held.revision.number)
    whole = settled(pressed.world, held, held.revision, labels(pressed.world))
    pressed.open(views.show_view(whole, private_metadata=metadata))


def _resolve_channel(pressed: Pressed) -> str:
    channel_id = _asked_channel(pressed)
    by_ts = word(pressed.ids, "ts")
    incident = life.resolve_channel(pressed.world, channel_id, pressed.user_id, by_ts=by_ts)
    return f"{incident.key} is resolved."


def _resolve_thread(pressed: Pressed) -> str:
    channel_id, root_ts = _asked_channel(pressed), word(pressed.ids, "root")
    root = pressed.world.history.find(channel_id, root_ts)
    if root is None:
        raise UserError("That message is gone. Nothing was changed.")
    incident = life.resolve_thread(
        pressed.world,
        channel_id,
        root_ts,
        pressed.user_id,
        title=thread_title(pressed.world, root),
        began=moment(root_ts),
        by_ts=word(pressed.ids, "ts"),
    )
    return f"{incident.key} is resolved: this thread is its transcript."


def _asked_channel(pressed: Pressed) -> str:
    """The channel of a question, which must be where it was answered. One that was asked before its channel
    got another id (Enterprise migrations) counts for the channel in which it stands."""
    check_team(pressed.world, pressed.team)
    channel_id = word(pressed.ids, "channel")
    if pressed.where and pressed.where != channel_id:
        if is_known_channel(pressed.world, channel_id):
            raise UserError("That question belongs to another channel. Nothing was changed.")
        channel_id = pressed.where
    elif not is_known_channel(pressed.world, channel_id):
        raise UserError(
            "That question is from before this channel got another id. Nothing was changed; react again, or "
            "use the incident's card."
        )
    authorise_channel(pressed.world, channel_id, pressed.user_id)
    return channel_id


def _forget(pressed: Pressed) -> None:
    """The second question: a window in which to type the incident's name."""
    if word(pressed.ids, "channel") != pressed.where:
        raise UserError(NO_SUCH)
    check_team(pressed.world, pressed.team)
    authorise_admin(pressed.world, pressed.user_id)
    incident = the_incident(pressed.world, number(pressed.ids, "incident"))
    if not may_see(pressed.world, incident, pressed.user_id):
        raise UserError(NO_SUCH)
    pressed.open(views.forget_view(incident.key, reference(incident)))


def _not_an_incident(pressed: Pressed) -> str:
    del pressed
    return "Then nothing happens."


HANDLERS: dict[Action, Handler] = {
    Action.RESOLVE: _resolve,
    Action.REOPEN: _reopen,
    Action.DISMISS: _dismiss,
    Action.DRAFT_NOW: _draft_now,
    Action.APPROVE: _approve,
    Action.DISCARD: _discard,
    Action.RESTORE: _restore,
    Action.UNPUBLISH: _unpublish,
    Action.UNDO: _undo,
    Action.SHOW: _show,
    Action.FORGET: _forget,
    Action.RESOLVE_CHANNEL: _resolve_channel,
    Action.RESOLVE_THREAD: _resolve_thread,
    Action.NOT_AN_INCIDENT: _not_an_incident,
}
_QUESTION = frozenset({Action.RESOLVE_CHANNEL, Action.RESOLVE_THREAD, Action.NOT_AN_INCIDENT})
"""Buttons of a question that only one person sees: the answer takes its place."""


def _turner(world: World) -> Callable[..., None]:
    """Back and Next in the Show window."""

    def listener(ack: Ack, body: Gesture, client: WebClient) -> None:
        def work() -> None:
            ids = ids_of(world, body, body["view"])
            held = browse.opened(world, number(ids, "incident"), body["user"]["id"])
            if held is None or held.revision is None:
                raise UserError("There is nothing here that you can see.")
            turned = value_of(body)
            page = int(turned[:4]) if turned.isdecimal() else 0
            whole = settled(world, held, held.revision, labels(world))
            metadata = metadata_of(body["view"])
            view = views.show_view(whole, page, private_metadata=metadata)
            Calls(client).ask("views.update", view_id=body["view"]["id"], view=view)

        def tell(text: str) -> None:
            Calls(client).ask(
                "views.update", view_id=body["view"]["id"], view=views.notice_view("Show", text)
            )

        ack()
        attempt(tell, work)

    return listener
