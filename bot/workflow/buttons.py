"""The buttons and menus under the cards of an incident: what can be done about it as it stands."""

from __future__ import annotations

import json
from functools import partial
from typing import Literal

from bot.domain.incident import Incident, Status
from bot.domain.posting import Action, Button, Choice, Menu
from bot.domain.review import Revision
from bot.domain.sections import SECTIONS
from bot.workflow.dossier import Dossier

Style = Literal["primary", "danger"]


def reference(incident: Incident, revision: int | None = None) -> str:
    """What a button carries: ids only, looked up and authorised when they come back."""
    return json.dumps({"incident": incident.id, "revision": revision}, separators=(",", ":"))


def _button(
    value: str, action: Action, label: str, style: Style | None = None, confirm: str | None = None
) -> Button:
    return Button(action=action, label=label, value=value, style=style, confirm=confirm)


def incident_buttons(incident: Incident) -> tuple[Button, ...]:
    """Those of the incident card."""
    button = partial(_button, reference(incident))
    if incident.status is Status.OPEN:
        return (button(Action.RESOLVE, "Resolve", "primary"), button(Action.DISMISS, "No postmortem needed"))
    if incident.status is Status.RESOLVED:
        return (
            button(Action.DRAFT_NOW, "Draft now"),
            button(Action.REOPEN, "Reopen"),
            button(Action.DISMISS, "No postmortem needed"),
        )
    if incident.status is Status.DISCARDED:
        return ()
    return (button(Action.REOPEN, "Reopen"),)


def review_buttons(held: Dossier, revision: Revision) -> tuple[Button, ...]:
    """Those of the review card."""
    changed, questions = bool(str(held.changed)), bool(revision.draft.open_questions)
    review = _deciding(held.incident, revision.number, changed=changed, questions=questions)
    return (*review, *_items(held, revision))


def _deciding(incident: Incident, revision: int, *, changed: bool, questions: bool) -> tuple[Button, ...]:
    button = partial(_button, reference(incident, revision))
    edit, show = button(Action.EDIT, "Edit"), button(Action.SHOW, "Show")
    discard = button(Action.DISCARD, "Discard", "danger")
    redraft = button(Action.REDRAFT, "Redraft")
    if incident.status is Status.IN_REVIEW:
        ask_someone = (button(Action.ASK, "Ask someone"),) if questions else ()
        approve = button(Action.APPROVE, "Approve", "primary")
        surprise = button(Action.SURPRISE, "What surprised you?")
        return (approve, edit, redraft, show, discard, *ask_someone, surprise)
    again = (redraft,) if changed else ()
    if incident.status is Status.PUBLISHED:
        question = "Take the published document back? It goes back into review."
        return (
            button(Action.EDIT, "Correct"),
            *again,
            show,
            button(Action.UNPUBLISH, "Unpublish", "danger", question),
        )
    if incident.status is Status.APPROVED:
        return (button(Action.EDIT, "Correct"), *again, show, discard)
    if incident.status is Status.DISCARDED:
        return (button(Action.RESTORE, "Restore"), show)
    return ()


def _items(held: Dossier, revision: Revision) -> tuple[Button, ...]:
    """Opens the window in which action items are decided about, where there are any."""
    if not revision.draft.action_items or held.incident.status is Status.DISCARDED:
        return ()
    value = reference(held.incident, revision.number)
    return (Button(action=Action.ITEMS, label="Action items …", value=value),)


def document_buttons(held: Dossier, revision: Revision) -> tuple[Button, ...]:
    """Those under the whole postmortem: *Show* opens what does not fit."""
    value = reference(held.incident, revision.number)
    buttons = [Button(action=Action.SHOW, label="Show all", value=value)]
    if revision.draft.open_questions and held.incident.refusal("answer") is None:
        buttons.append(Button(action=Action.ASK, label="Ask someone", value=value))
    return tuple(buttons)


def review_of_imported(incident: Incident, revision: int) -> tuple[Button, ...]:
    """Buttons for an answer to somebody who reads an imported incident: it has no card to stand on."""
    if not (incident.imported and incident.status is Status.IN_REVIEW):
        return ()
    wanted = (Action.APPROVE, Action.EDIT, Action.DISCARD)
    offered = _deciding(incident, revision, changed=False, questions=False)
    return tuple(button for button in offered if button.action in wanted)


def section_menus(incident: Incident, revision: int) -> tuple[Menu, ...]:
    """The sections, to edit one of them where that is possible."""
    if incident.refusal("edit") is not None:
        return ()
    choices = (
        Choice(label=heading, value=f"{incident.id}.{revision}.{section}")
        for section, heading in SECTIONS.items()
    )
    return (Menu(action=Action.EDIT_SECTION, label="Edit one section …", choices=tuple(choices)),)
