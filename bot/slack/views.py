"""The modals. Each function returns a view for views.open, .update or .push, within Slack's limits.

`private_metadata` carries ids only; what it names is looked up and authorised when the view comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.postmortem import Postmortem
from bot.domain.sections import SECTIONS
from bot.slack import blocks, limits
from bot.slack.blocks import Json
from bot.slack.document import pages
from bot.slack.mrkdwn import cut, escape, line, width

EDIT, DISCARD, DISMISS, SEARCH, SHOW, FORGET = (
    "pm_edit_view",
    "pm_discard_view",
    "pm_dismiss_view",
    "pm_search_view",
    "pm_show_view",
    "pm_forget_view",
)
"""The `callback_id` of each view."""
SHOW_BACK, SHOW_NEXT = "pm_show_back", "pm_show_next"
"""`action_id` of the paging buttons; their value is the page to show, counted from 0."""
SEARCH_HINT = 'For example: connection pool sev:1 service:checkout after:2026-01 "exact words" -excluded'
REASON, WORDS, KEY = "reason", "words", "key"
"""`block_id` of the fields that are no section."""
EDITABLE = limits.ANY_TEXT
"""A section longer than this cannot be edited in a modal (a field holds 3,000 characters)."""
EDIT_BYTES = 200_000
FIELD = 2000
"""Of a section cut into several fields, so much goes into one: people must have room to write."""


def edit_view(
    incident_key: str,
    revision: int,
    sections: Mapping[str, str],
    private_metadata: str,
    *,
    notes: Mapping[str, str] | None = None,
    warning: str = "",
) -> Json:
    """One field a section, prefilled. Sections too long for a field are named, with what to do instead.

    `sections` maps a section's name (`summary`) to its text, one line a sentence. The fields'
    `block_id`s are those names; `sections_in` gives the same mapping back from `read_values`. `notes` are
    shown above a section's field: what somebody else saved meanwhile, which `warning` tells at the top. One
    section alone may be of any length: it is cut into several fields.
    """
    note = f"{line(incident_key)}, revision {revision}. One line is one sentence; keep the `[numbers]`."
    shown, left_out, size = [*_noted(warning), blocks.context(note)], [], 0
    alone = len(sections) == 1
    for name, text in sections.items():
        fields = _cut_up(name, text) if alone else {name: text}
        group = _noted((notes or {}).get(name, ""))
        group += [
            blocks.text_input(block_id, _field_label(block_id), initial=part, optional=True)
            for block_id, part in fields.items()
        ]
        if name == "title" and "\n" not in text:
            group[-1]["element"]["multiline"] = False
        size += limits.json_size(group)
        too_long = any(width(part) > EDITABLE for part in fields.values())
        if too_long or size > EDIT_BYTES or len(shown) + len(group) >= limits.VIEW_BLOCKS:
            left_out.append(name)
            size -= limits.json_size(group)
        else:
            shown += group
    if left_out:
        shown.append(blocks.section(_too_long(left_out)))
    return modal("Edit postmortem", EDIT, shown, private_metadata, submit="Save")


def _noted(note: str) -> list[Json]:
    return [blocks.section(cut(escape(note), blocks.SECTION))] if note.strip() else []


def _too_long(names: Sequence[str]) -> str:
    labels = ", ".join(escape(_label(name)) for name in names)
    example = _label(names[0]).lower()
    text = f"Too long for this window: {labels}. Pick one under *Edit one section …* to edit it alone, or "
    return cut(f"{text}reply in the thread, for example `{line(example)} 3: …`.", blocks.SECTION)


def _cut_up(name: str, text: str) -> dict[str, str]:
    """A long section as several fields of whole lines: `timeline`, `timeline~2` …, with room to write."""
    if width(text) <= EDITABLE:
        return {name: text}
    parts: list[list[str]] = [[]]
    size = 0
    for one in text.split("\n"):
        if parts[-1] and size + width(one) + 1 > FIELD:
            parts.append([])
            size = 0
        parts[-1].append(one)
        size += width(one) + 1
    return {f"{name}~{at}" if at > 1 else name: "\n".join(part) for at, part in enumerate(parts, start=1)}


def _field_label(block_id: str) -> str:
    name, _, number = block_id.partition("~")
    return f"{_label(name)}, continued" if number else _label(name)


def sections_in(values: Mapping[str, str]) -> dict[str, str]:
    """Sections as they were typed, those of several fields in one piece again."""
    found: dict[str, dict[int, str]] = {}
    for block_id, text in values.items():
        name, _, number = block_id.partition("~")
        if name in SECTIONS:
            found.setdefault(name, {})[int(number) if number.isdecimal() else 1] = text
    return {name: "\n".join(parts[at] for at in sorted(parts)) for name, parts in found.items()}


def _label(name: str) -> str:
    return SECTIONS.get(name, name.replace("_", " ").capitalize())


def notice_view(title: str, text: str) -> Json:
    """A few words and nothing to do, in place of another view."""
    return modal(title, "pm_notice_view", blocks.paragraph(escape(text).split("\n")), "")


def show_view(postmortem: Postmortem, page: int = 0, *, private_metadata: str = "") -> Json:
    """One page of the whole document, counted from 0; a page that does not exist shows the nearest."""
    found = pages(postmortem)
    page = min(max(page, 0), len(found) - 1)
    shown = found[page]
    if len(found) > 1:
        shown = [*shown, blocks.context(f"Page {page + 1} of {len(found)}"), _paging(page, len(found))]
    return modal(postmortem.incident, SHOW, shown, private_metadata)


def _paging(page: int, count: int) -> Json:
    back = [blocks.press(SHOW_BACK, "Back", str(page - 1))] if page > 0 else []
    onward = [blocks.press(SHOW_NEXT, "Next", str(page + 1))] if page + 1 < count else []
    return {"type": "actions", "elements": back + onward}


def discard_view(incident_key: str, private_metadata: str) -> Json:
    """Asks why a draft is to be thrown away."""
    text = f"The draft of {line(incident_key)} is put away. It can be restored later."
    reason = blocks.text_input(REASON, "Why?", hint="Kept with the incident, for whoever wonders later.")
    return modal("Discard draft", DISCARD, [blocks.section(text), reason], private_metadata, submit="Discard")


def dismiss_view(incident_key: str, private_metadata: str) -> Json:
    """Asks why an incident needs no postmortem."""
    text = f"{line(incident_key)} gets no postmortem. Reopening it takes this back."
    reason = blocks.text_input(REASON, "Why?", hint="For example: a false alarm, or a planned test.")
    shown = [blocks.section(text), reason]
    return modal("No postmortem needed", DISMISS, shown, private_metadata, submit="Close incident")


def forget_view(incident_key: str, private_metadata: str) -> Json:
    """Asks a second time before an incident is erased for good, by having its name typed."""
    key = line(incident_key)
    text = (
        f"Transcript, drafts, comments, search entry, published files and the bot's posts of {key} "
        "are erased. *Nothing brings them back.* What people wrote in Slack stays in Slack."
    )
    field = blocks.text_input(KEY, f"Type {key} to erase it for good")
    field["element"]["multiline"] = False
    shown = [blocks.section(text), field]
    return modal("Forget an incident", FORGET, shown, private_metadata, submit="Erase")


def search_view(words: str = "", found: Sequence[Json] = (), *, private_metadata: str = "") -> Json:
    """A field for words, and below it what they found, drawn already (see `bot/slack/results.py`)."""
    field = blocks.text_input(WORDS, "Search past incidents", initial=_searchable(words), hint=SEARCH_HINT)
    field["element"]["multiline"] = False
    return modal("Search", SEARCH, [field, *found], private_metadata, submit="Search")


def _searchable(words: str) -> str:
    # A field holds what was typed as it was typed, except what cannot be shown in one line.
    return " ".join(words.split())[: EDITABLE // 2]


def read_values(state: Mapping[str, object]) -> dict[str, str]:
    """What was typed: `block_id` → text, from a view's `state`. Fields left empty are empty texts.

    Anything that is no text field is left out, whatever shape it has.
    """
    values = state.get("values")
    found: dict[str, str] = {}
    for block_id, actions in values.items() if isinstance(values, Mapping) else ():
        for field in actions.values() if isinstance(actions, Mapping) else ():
            if isinstance(field, Mapping) and field.get("type") == "plain_text_input":
                value = field.get("value")
                found[str(block_id)] = value if isinstance(value, str) else ""
    return found


def modal(
    title: str, callback_id: str, shown: list[Json], private_metadata: str, *, submit: str = ""
) -> Json:
    """A window within every limit, from blocks."""
    view: Json = {
        "type": "modal",
        "callback_id": callback_id,
        "title": blocks.plain_text(title),
        "close": blocks.plain_text("Cancel" if submit else "Close"),
        "blocks": shown,
        "private_metadata": private_metadata,
    }
    return limits.fit_view(view | ({"submit": blocks.plain_text(submit)} if submit else {}))
