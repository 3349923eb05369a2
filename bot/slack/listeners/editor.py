"""The editor: opened on everything or on one section, and saved without overwriting anybody."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.domain.review import DRAFTER_AUTHOR, Revision
from bot.domain.sections import SECTIONS, text_of
from bot.errors import BotError, UserError
from bot.slack import views
from bot.slack.blocks import Json
from bot.slack.calls import Calls
from bot.slack.gestures import Gesture, View, channel_of
from bot.slack.listeners.actions import Pressed
from bot.slack.listeners.answering import (
    attempt,
    handed_in_for,
    ids_of,
    number,
    numbers,
    sentence,
    team_of,
    tell_alone,
)
from bot.workflow import browse, editing, saving
from bot.workflow.access import allow
from bot.workflow.show import labels
from bot.workflow.world import World

STALE = "That entry is stale. Nothing was changed; use the newest card."
Opening = Callable[[Pressed], None]
Deciding = Callable[[Pressed], str]
"""Does the work; returns what to tell the person, if anything."""


def register(app: App, world: World) -> None:
    """Answer *Edit*, the menu of sections, and the editor handed in."""
    app.action(Action.EDIT.value)(opening(world, _edit))
    app.action(Action.EDIT_SECTION.value)(opening(world, _edit_section))
    app.view(views.EDIT)(_saved(world))


def opening(world: World, handler: Opening) -> Callable[..., None]:
    """A listener for a button or an entry of a menu that opens a window."""

    def opened(pressed: Pressed) -> str:
        handler(pressed)
        return ""

    return deciding(world, opened)


def deciding(world: World, handler: Deciding) -> Callable[..., None]:
    """A listener for a button or an entry of a menu; what it has to tell only who pressed sees."""

    def listener(ack: Ack, body: Gesture, respond: Respond, client: WebClient) -> None:
        told: list[str] = []

        def work() -> None:
            told.append(handler(pressed_from(world, body, client)))

        attempt(told.append, work)
        ack()
        if told[-1]:
            tell_alone(respond, body, told[-1])

    return listener


def pressed_from(world: World, body: Gesture, client: WebClient) -> Pressed:
    """The press of a button or an entry of a menu. Raises `UserError` for a forged or stale value."""
    action = body["actions"][0]
    value = str(action.get("value", ""))
    return Pressed(
        world=world,
        user_id=body["user"]["id"],
        ids=_picked(action["selected_option"]) if "selected_option" in action else numbers(value),
        where=channel_of(body),
        trigger_id=str(body.get("trigger_id", "")),
        calls=Calls(client),
        team=team_of(body),
    )


def _picked(option: object) -> dict[str, Any]:
    """`7.12.impact` as ids: incident, revision and section."""
    value = option.get("value") if isinstance(option, Mapping) else None
    parts = value.split(".") if isinstance(value, str) else []
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 12 for part in parts[:2]):
        raise UserError(STALE)
    return {"incident": int(parts[0]), "revision": int(parts[1]), "section": parts[2]}


def _edit(pressed: Pressed) -> None:
    incident = pressed.incident()
    allow(incident, "edit")
    pressed.open(_editor(incident, newest(pressed.world, incident, pressed.user_id), tuple(SECTIONS)))


def _edit_section(pressed: Pressed) -> None:
    incident, section = pressed.incident(), pressed.ids.get("section")
    allow(incident, "edit")
    if section not in SECTIONS:
        raise UserError(STALE)
    pressed.open(_editor(incident, newest(pressed.world, incident, pressed.user_id), (section,)))


def newest(world: World, incident: Incident, user_id: str) -> Revision:
    """The newest revision, for somebody who may see it. Raises `UserError` where there is none."""
    found = browse.opened(world, incident.id, user_id)
    if found is None or found.revision is None:
        raise UserError("There is no draft yet. Nothing was changed.")
    return found.revision


def _editor(incident: Incident, revision: Revision, sections: Collection[str]) -> Json:
    """The editor on the newest revision."""
    texts = {name: text_of(revision.draft, name) for name in sections}
    return views.edit_view(incident.key, revision.number, texts, _opened_on(incident, revision))


def _opened_on(incident: Incident, revision: Revision) -> str:
    """What an editor carries: the revision it was opened on, and how to tell whether that still says so."""
    ids = {"incident": incident.id, "revision": revision.number, "draft": saving.fingerprint(revision.draft)}
    return json.dumps(ids, separators=(",", ":"))


def _saved(world: World) -> Callable[..., None]:
    def listener(ack: Ack, body: Gesture, view: View) -> None:
        values = views.read_values(view.get("state") or {})
        texts, user_id = views.sections_in(values), body["user"]["id"]
        try:
            ids = ids_of(world, body, view)
            incident, opened = handed_in_for(world, ids, user_id), number(ids, "revision")
            try:
                saved = saving.save_sections(
                    world, incident.id, user_id, opened, texts, seen=str(ids.get("draft", ""))
                )
            except editing.SectionConflict as conflict:
                again = _both_texts(world, incident, user_id, texts, opened, conflict)
                ack(response_action="update", view=again)
                return
        except saving.Unreadable as error:
            ack(response_action="errors", errors={error.section: str(error)})
        except BotError as error:
            ack(response_action="errors", errors={next(iter(values), "summary"): sentence(error)})
        else:
            if not saved.others:
                ack()
                return
            told = _merged(world, saved, user_id)
            ack(response_action="update", view=views.notice_view("Saved", told))

    return listener


def _merged(world: World, saved: saving.Saved, user_id: str) -> str:
    """Somebody saved while the editor was open: who, what of theirs stands, and what of mine does."""
    name = labels(world)
    authors = dict.fromkeys(
        "the drafter"
        if one.author == DRAFTER_AUTHOR
        else "you"
        if one.author == user_id
        else name(one.author) or "somebody"
        for one in saved.others
    )
    numbers_ = [one.number for one in saved.others]
    which = f"revision {numbers_[0]}" if len(numbers_) == 1 else f"revisions {numbers_[0]} to {numbers_[-1]}"
    theirs, mine = _named(saved.theirs), _named(saved.mine)
    who = " and ".join(authors)
    told = [f"{who[:1].upper()}{who[1:]} saved {which} while you were writing. Nothing was overwritten."]
    told.append(f"Theirs stays: {theirs}." if theirs else "It left everything as you saw it.")
    if saved.revision is None:
        return "\n".join([*told, "What you wrote stands there already, so there was nothing left to save."])
    return "\n".join([*told, f"Yours is in: {mine}. Together they are revision {saved.revision.number}."])


def _named(sections: Collection[str]) -> str:
    return ", ".join(SECTIONS[section] for section in sections)


def _both_texts(
    world: World,
    incident: Incident,
    user_id: str,
    texts: Mapping[str, str],
    opened: int,
    conflict: editing.SectionConflict,
) -> Json:
    """The editor again: everything I typed in its fields, and above the sections we both changed what
    stands there now. What I did not touch is left out, so that saving cannot turn it back."""
    latest = newest(world, incident, user_id)
    with world.storage.read() as records:
        base = records.revisions.get(incident.id, opened)
    now, number_now = latest.draft, latest.number
    mine = saving.rewritten_in(base.draft, texts) if base else dict(texts)
    notes = {
        name: f"{SECTIONS[name]} as it stands in revision {number_now}:\n{text_of(now, name)}"
        for name in conflict.sections
    }
    who = "The drafter" if latest.author == DRAFTER_AUTHOR else labels(world)(latest.author)
    warning = (
        f"{who} saved revision {number_now} while you were writing, and changed the same. Nothing was "
        "overwritten. Your text is in the fields, the saved one above them: bring them together, then save."
    )
    metadata = _opened_on(incident, latest)
    return views.edit_view(incident.key, number_now, mine, metadata, notes=notes, warning=warning)
