"""The windows of a postmortem's history: its revisions, and what differs between two of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.domain.posting import Change
from bot.slack import blocks, limits
from bot.slack.blocks import Json
from bot.slack.dates import when
from bot.slack.lines import changed_blocks
from bot.slack.mrkdwn import cut, line
from bot.slack.review_views import picked
from bot.slack.views import modal
from bot.workflow.history import Comparison, Entry, History

HISTORY, COMPARISON = "pm_history_view", "pm_comparison_view"
"""The `callback_id` of each view."""
RESTORE, TURN, COMPARE_TURN = "pm_history_restore", "pm_history_turn", "pm_comparison_turn"
"""`action_id` of the buttons; those that turn pages carry the page to show, counted from 0."""
BEFORE, AFTER = "before", "after"
"""`block_id` of the two menus."""
ENTRIES = 10
CHOICES = 100
PAGE_BLOCKS, PAGE_BYTES = 80, 200_000


def history_view(shown: History, page: int = 0) -> Json:
    """A page of revisions, newest first, and two menus to compare any two of the newest hundred."""
    last = max(0, (len(shown.entries) - 1) // ENTRIES)
    page = min(max(page, 0), last)
    newest = shown.entries[0].number
    metadata = json.dumps({"incident": shown.incident.id, "seen": newest}, separators=(",", ":"))
    found = [*_menus(shown.entries)]
    for entry in shown.entries[page * ENTRIES : (page + 1) * ENTRIES]:
        found.append(_entry(entry, restorable=entry.number != newest))
    if last:
        found.append(blocks.context(f"Page {page + 1} of {last + 1}"))
        found.append(_turning(TURN, page, last))
    return modal(
        f"History of {shown.incident.key}",
        HISTORY,
        found,
        metadata,
        submit="Compare" if len(shown.entries) > 1 else "",
    )


def _menus(entries: Sequence[Entry]) -> list[Json]:
    if len(entries) < 2:
        return []
    options = [
        blocks.option(cut(f"{entry.number} · {line(entry.author)}", 60), str(entry.number))
        for entry in entries[:CHOICES]
    ]
    return [
        _menu(BEFORE, "From revision", options, options[1]),
        _menu(AFTER, "To revision", options, options[0]),
    ]


def _menu(block_id: str, label: str, options: list[Json], initial: Json) -> Json:
    element = {"type": "static_select", "action_id": "pick", "options": options, "initial_option": initial}
    return {"type": "input", "block_id": block_id, "label": blocks.plain_text(label), "element": element}


def _entry(entry: Entry, *, restorable: bool) -> Json:
    changed = ", ".join(entry.changed) or "nothing"
    facts = f"*Revision {entry.number}* · {line(entry.author)} · {when(entry.at)}"
    reason = f"{line(entry.reason)}: " if entry.reason else ""
    shown = blocks.section(cut(f"{facts}\n{reason}{changed}", blocks.SECTION))
    if restorable:
        button = blocks.press(RESTORE, "Restore", str(entry.number))
        question = f"Revision {entry.number} comes back as a new one. Nothing is lost; approvals are void."
        shown["accessory"] = button | {"confirm": blocks.confirm(question, yes="Restore")}
    return shown


def comparison_view(shown: Comparison, page: int = 0) -> Json:
    """A page of what differs, lines that went (−) and came (+) by section."""
    found = _pages(shown.changes)
    page = min(max(page, 0), len(found) - 1)
    metadata = {"incident": shown.incident.id, BEFORE: shown.before, AFTER: shown.after}
    content = [blocks.context(f"From revision {shown.before} to revision {shown.after}"), *found[page]]
    if len(found) > 1:
        content.append(blocks.context(f"Page {page + 1} of {len(found)}"))
        content.append(_turning(COMPARE_TURN, page, len(found) - 1))
    return modal(shown.incident.key, COMPARISON, content, json.dumps(metadata, separators=(",", ":")))


def _pages(changes: Sequence[Change]) -> list[list[Json]]:
    pages: list[list[Json]] = [[]]
    size = 0
    for block in changed_blocks(changes) or [blocks.section("They say the same.")]:
        weight = limits.json_size(block) + 2
        if len(pages[-1]) >= PAGE_BLOCKS or size + weight > PAGE_BYTES:
            pages.append([])
            size = 0
        pages[-1].append(block)
        size += weight
    return pages


def _turning(action_id: str, page: int, last: int) -> Json:
    """*Back* and *Next*; the two must differ in their ids, so each carries its direction."""
    back = [blocks.press(f"{action_id}_back", "Back", str(page - 1))] if page > 0 else []
    onward = [blocks.press(f"{action_id}_next", "Next", str(page + 1))] if page < last else []
    return {"type": "actions", "elements": back + onward}


def chosen(state: Mapping[str, object]) -> tuple[int, int] | None:
    """The two revisions picked, None where one is missing or forged."""
    before, after = picked(state, BEFORE), picked(state, AFTER)
    if not all(text.isdecimal() and len(text) < 10 for text in (before, after)):
        return None
    return int(before), int(after)
