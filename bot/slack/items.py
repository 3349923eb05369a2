"""Action items as people see them: lists, the window of an incident's items, and the forms to decide.

What a button carries are ids, and which list it stands in so that the list can be drawn again; all of
it is looked up and authorised when it comes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.domain.action import Priority, Terms, TrackedItem
from bot.domain.incident import Incident
from bot.domain.item_words import ListAsked, Which
from bot.domain.places import thread_url
from bot.domain.posting import Action
from bot.domain.postmortem import ActionState, Commitment
from bot.ports import Listed
from bot.slack import blocks, limits, phrases
from bot.slack.blocks import Json, Payload
from bot.slack.mrkdwn import bold, citations, cut, line, link
from bot.slack.views import modal

WINDOW, TERMS, DECLINE = "pm_items_view", "pm_item_view", "pm_item_decline_view"
"""The `callback_id` of each view."""
BACK, NEXT = "pm_items_back", "pm_items_next"
"""`action_id` of the paging buttons."""
OWNER, DUE, PRIORITY, REASON = "owner", "due", "priority", "reason"
"""`block_id` of the fields."""
WINDOW_PAGE = 20
"""Items in a window at once: three blocks each, of a hundred."""
TEXT = 700
REMINDED = "A reminder comes two days before, and on the day."
_PRIORITIES: dict[str, Priority] = {"high": "high", "medium": "medium", "low": "low"}
_NOTHING = {
    Which.OPEN: "No action item is open. They are proposed in drafts, and open once somebody accepts them.",
    Which.OVERDUE: "Nothing is overdue. 🎉",
    Which.DONE: "No action item is done yet.",
}
Name = Callable[[str | None], str | None]


@dataclass(frozen=True)
class Reader:
    """Who looks: what day it is for them, how people are called, and the workspace's address."""

    today: date
    name: Name
    url: str = ""
    me: str = ""
    links: Mapping[int, str] = field(default_factory=dict)
    """Label → permalink of the evidence that items rest on."""


def state_of(asked: ListAsked, page: int) -> dict[str, Any]:
    """A list as a button carries it."""
    return {"which": asked.which.value, "who": asked.owner_id, "key": asked.key, "page": page}


def read_state(found: object) -> tuple[ListAsked, int] | None:
    """The list a button came from; None for what is none."""
    if not isinstance(found, Mapping) or not isinstance(found.get("page"), int):
        return None
    try:
        fields = {"which": found.get("which"), "owner_id": found.get("who"), "key": found.get("key", "")}
        return ListAsked.model_validate(fields), max(0, min(found["page"], 10_000))
    except ValidationError:
        return None


def listing(
    found: Sequence[Listed],
    asked: ListAsked,
    reader: Reader,
    *,
    me: str,
    page: int,
    size: int,
    note: str = "",
) -> Payload:
    """A list that one person asked for; `found` holds one more than `size` where there is a next page."""
    state = state_of(asked, page)
    title = _title(asked, reader, me) + (f" · page {page + 1}" if page else "")
    shown = [blocks.section(bold(title))]
    shown += [blocks.context(line(note))] if note else []
    for one in found[:size]:
        shown += item_blocks(one, reader, {"list": state}, named=not asked.key)
    if not found:
        shown.append(blocks.section(_empty(asked, me)))
    shown += _turning(state, page, more=len(found) > size)
    texts = [f"{title}: {phrases.count(len(found[:size]), 'action item')}." if found else _empty(asked, me)]
    return limits.fit(Payload("\n".join([*([line(note)] if note else []), *texts]), shown))


def _title(asked: ListAsked, reader: Reader, me: str) -> str:
    if asked.key:
        return f"Action items of {line(asked.key)}"
    state = {Which.OPEN: "Open", Which.OVERDUE: "Overdue", Which.DONE: "Done"}[asked.which]
    if asked.owner_id == me:
        return f"Your {state.lower()} action items"
    of = f" of {line(reader.name(asked.owner_id) or 'somebody')}" if asked.owner_id else ""
    return f"{state} action items{of}"


def _empty(asked: ListAsked, me: str) -> str:
    if asked.key:
        return "There are none. They come with the draft of its postmortem."
    if asked.owner_id == me and asked.which is Which.OPEN:
        return "Nothing to do for you. What you accept in a review is listed here."
    return _NOTHING[asked.which]


def _turning(state: Mapping[str, object], page: int, *, more: bool) -> list[Json]:
    def press(action_id: str, label: str, to: int) -> Json:
        return blocks.press(action_id, label, _value({"list": {**state, "page": to}}))

    back = [press(BACK, "Back", page - 1)] if page > 0 else []
    onward = [press(NEXT, "Next", page + 1)] if more else []
    return [{"type": "actions", "elements": back + onward}] if back or onward else []


def item_blocks(one: Listed, reader: Reader, beside: Mapping[str, object], *, named: bool) -> list[Json]:
    """One item: its words, what is known of it, what can be done. `named` names its incident too."""
    item = one.item
    words = f"{item.place}. {cut(line(item.text), TEXT)}" if not named else cut(line(item.text), TEXT)
    labels = [label for label in item.evidence if label in reader.links]
    facts = [*(_incident(one.incident, reader),) * named, *facts_of(item, reader)]
    facts.append(citations(labels, reader.links))
    shown = [blocks.section(f"{bold(words)}\n{' · '.join(fact for fact in facts if fact)}")]
    return [*shown, {"type": "actions", "elements": _buttons(item, {"item": item.id, **beside})}]


def _incident(incident: Incident, reader: Reader) -> str:
    channel_id, thread_ts = incident.review_place
    return link(f"{incident.key} {incident.title}", thread_url(reader.url, channel_id, thread_ts))


def facts_of(item: TrackedItem, reader: Reader) -> list[str]:
    """What is known of an item, in a few words each."""
    if item.state is ActionState.PROPOSED:
        by = f" by {line(item.said_by)}" if item.said_by else ""
        said = {Commitment.COMMITMENT: f"🤝 promised{by}", Commitment.IDEA: f"💡 proposed{by}"}[item.kind]
        owner = f"for {line(item.said_owner)}" if item.said_owner and item.said_owner != item.said_by else ""
        return [said, owner, _due(item.said_due), _urgent(item.said_priority), "nobody has accepted it yet"]
    if item.state is ActionState.DECLINED:
        return [f"🚫 declined by {_person(item.decided_by, reader)}", line(item.reason)]
    owner = f"📌 {_person(item.owner_id, reader)}"
    if item.state is ActionState.DONE:
        on = f" on {item.done_at:%Y-%m-%d}" if item.done_at else ""
        return [f"✅ done{on}", owner]
    return [owner, _due(item.due, reader.today), _urgent(item.priority)]


def _person(user_id: str | None, reader: Reader) -> str:
    return "you" if user_id and user_id == reader.me else line(reader.name(user_id) or "somebody")


def _due(due: date | None, today: date | None = None) -> str:
    if due is None:
        return ""
    if today is None:
        return f"due {due}"
    left = (due - today).days
    if left < 0:
        return f"⏰ *due {due}, {phrases.count(-left, 'day')} ago*"
    return f"due {due}, " + ("today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days")


def _urgent(priority: str | None) -> str:
    return f"{priority} priority" if priority else ""


def _buttons(item: TrackedItem, ids: Mapping[str, object]) -> list[Json]:
    value = _value(ids)

    def press(action: Action, label: str, *, primary: bool = False) -> Json:
        pressed = blocks.press(action.value, label, value)
        return pressed | ({"style": "primary"} if primary else {})

    match item.state:
        case ActionState.PROPOSED:
            accept = press(Action.ITEM_ACCEPT, "Accept …", primary=True)
            return [accept, press(Action.ITEM_DECLINE, "Decline …")]
        case ActionState.ACCEPTED:
            finish = press(Action.ITEM_DONE, "Done", primary=True)
            return [
                finish,
                press(Action.ITEM_CHANGE, "Change …"),
                press(Action.ITEM_DECLINE, "Not needed …"),
            ]
        case ActionState.DONE:
            return [press(Action.ITEM_REOPEN, "Reopen")]
        case ActionState.DECLINED:
            return [press(Action.ITEM_REOPEN, "Propose again")]


def _value(ids: Mapping[str, object]) -> str:
    return json.dumps(ids, separators=(",", ":"))


def window(
    incident: Incident, items: Sequence[TrackedItem], reader: Reader, *, page: int = 0, note: str = ""
) -> Json:
    """The items of one incident's document, to be decided about. Pages are counted from 0; one that is not
    there shows the nearest."""
    last = max(0, (len(items) - 1) // WINDOW_PAGE)
    page = max(0, min(page, last))
    shown = [blocks.context(line(note))] if note else []
    if not items:
        shown.append(
            blocks.section("This postmortem has no action items. Add one with a reply: `action: …`.")
        )
    elif any(item.state is ActionState.PROPOSED for item in items):
        shown.append(blocks.context("What was said is a proposal until somebody accepts it."))
    for item in items[page * WINDOW_PAGE : (page + 1) * WINDOW_PAGE]:
        one = Listed(item=item, incident=incident)
        shown += [*item_blocks(one, reader, {"page": page}, named=False), blocks.divider()]
    turning = [
        *([blocks.press(BACK, "Back", _value({"page": page - 1}))] if page > 0 else []),
        *([blocks.press(NEXT, "Next", _value({"page": page + 1}))] if page < last else []),
    ]
    shown += [{"type": "actions", "elements": turning}] if turning else []
    metadata = _value({"incident": incident.id, "page": page})
    return modal(f"{incident.key} action items", WINDOW, shown, metadata)


def terms_form(
    item: TrackedItem,
    incident: Incident,
    terms: Terms,
    metadata: Mapping[str, object],
    *,
    reminds: bool = True,
) -> Json:
    """Who does it, until when, how urgent: `terms` is what to begin with. `reminds` says whether the owner
    will be reminded."""
    owner: Json = {"type": "users_select", "action_id": OWNER, "initial_user": terms.owner_id}
    due: Json = {"type": "datepicker", "action_id": DUE}
    if terms.due is not None:
        due["initial_date"] = terms.due.isoformat()
    options = [blocks.option(name.capitalize(), name) for name in _PRIORITIES]
    urgent: Json = {"type": "static_select", "action_id": PRIORITY, "options": options}
    if terms.priority is not None:
        urgent["initial_option"] = next(one for one in options if one["value"] == terms.priority)
    shown = [
        blocks.section(f"{bold(cut(line(item.text), TEXT))}\n{line(incident.key)} {line(incident.title)}"),
        _field(OWNER, "Who does it?", owner),
        _field(DUE, "Until when?", due, hint=REMINDED if reminds else "", needed=False),
        _field(PRIORITY, "How urgent is it?", urgent, needed=False),
    ]
    title, yes = ("Change action item", "Save") if item.is_open else ("Accept action item", "Accept")
    return modal(title, TERMS, shown, _value(metadata), submit=yes)


def _field(name: str, label: str, element: Json, *, hint: str = "", needed: bool = True) -> Json:
    block: Json = {"type": "input", "block_id": name, "label": blocks.plain_text(label), "element": element}
    return (
        block | ({} if needed else {"optional": True}) | ({"hint": blocks.plain_text(hint)} if hint else {})
    )


def decline_form(item: TrackedItem, incident: Incident, metadata: Mapping[str, object]) -> Json:
    """Asks why an item will not be done."""
    text = f"{bold(cut(line(item.text), TEXT))}\n{line(incident.key)}: it stays in the document as declined."
    reason = blocks.text_input(REASON, "Why?", hint="For example: the new pool makes it needless.")
    return modal(
        "Decline action item", DECLINE, [blocks.section(text), reason], _value(metadata), submit="Decline"
    )


def read_terms(state: Mapping[str, object]) -> Terms | None:
    """What was filled in; None where nobody was chosen. Whatever else a state holds is left out."""
    owner = _chosen(state, OWNER, "selected_user")
    if not isinstance(owner, str) or not owner:
        return None
    option = _chosen(state, PRIORITY, "selected_option")
    urgent = option.get("value") if isinstance(option, Mapping) else None
    try:
        due = date.fromisoformat(str(_chosen(state, DUE, "selected_date") or ""))
    except ValueError:
        due = None
    return Terms(owner_id=owner, due=due, priority=_PRIORITIES.get(str(urgent)))


def _chosen(state: Mapping[str, object], name: str, of: str) -> object:
    values = state.get("values")
    fields = values.get(name) if isinstance(values, Mapping) else None
    field = fields.get(name) if isinstance(fields, Mapping) else None
    return field.get(of) if isinstance(field, Mapping) else None
