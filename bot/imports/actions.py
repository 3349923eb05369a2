"""Action items of a document: rows of a table, checkboxes, bullets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

from bot.domain.postmortem import ActionItem, Commitment
from bot.domain.stated import date_in
from bot.imports.blocks import Block, Is
from bot.imports.headings import name_of

_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "action",
            "action item",
            "item",
            "task",
            "description",
            "what",
            "todo",
            "title",
            "follow up",
            "work",
        ),
        "text",
    ),
    **dict.fromkeys(
        ("owner", "assignee", "who", "dri", "responsible", "assigned to", "owners", "lead"), "owner"
    ),
    **dict.fromkeys(
        ("due", "due date", "deadline", "by when", "eta", "when", "target date", "date", "by"), "due"
    ),
    **dict.fromkeys(("priority", "prio", "p", "severity"), "priority"),
    **dict.fromkeys(("status", "state", "done"), "status"),
}
_OWNER = re.compile(
    r"(?i)\b(?:owner|assignee|assigned to|dri|responsible)\s*[:=]\s*@?([\w][\w .'’-]{1,40}?)"
    r"(?=\s*(?:[,;|)\]—–.]|\bdue\b|$))"
)
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z][\w.-]{1,40})")
_DUE = re.compile(r"(?i)\b(?:due|by|deadline|eta|until)\b[^,;|)]{0,30}")
_PRIORITIES: Mapping[str, Literal["high", "medium", "low"]] = {
    **dict.fromkeys(("p0", "p1", "high", "critical", "urgent", "highest", "1"), "high"),
    **dict.fromkeys(("p2", "medium", "normal", "2"), "medium"),
    **dict.fromkeys(("p3", "p4", "low", "lowest", "3", "4"), "low"),
}
_PRIORITY = re.compile(r"(?i)\b(?:priority\s*[:=]\s*(\w+)|\[?(p[0-4])\]?)(?=\W|$)")


def action_of(block: Block) -> ActionItem | None:
    """The action item of a block; None where it names nothing to do."""
    if block.kind is Is.ROW:
        return _row(block)
    if block.kind is Is.CODE or not block.text.strip():
        return None
    text = block.text.strip()
    owner, due = _owner_in(text), _due_in(text)
    promised = owner is not None or due is not None or block.done is not None
    priority = _PRIORITY.search(text)
    return ActionItem(
        text=text,
        evidence=(),
        owner=owner,
        due=due,
        priority=_PRIORITIES.get((priority[1] or priority[2]).lower()) if priority else None,
        kind=Commitment.COMMITMENT if promised else Commitment.IDEA,
    )


def _row(block: Block) -> ActionItem | None:
    named: dict[str, str] = {}
    for head, value in block.cells:
        column = _COLUMNS.get(name_of(head), "")
        if column and value and column not in named:
            named[column] = value
    text = named.get("text") or max((value for _, value in block.cells), key=len, default="")
    if not text.strip():
        return None
    owner = named.get("owner", "").strip().lstrip("@")
    return ActionItem(
        text=text,
        evidence=(),
        owner=owner[:80] if owner.lower() not in ("", "-", "tbd", "n/a", "none", "?") else None,
        due=date_in(named.get("due", "")),
        priority=_PRIORITIES.get(named.get("priority", "").strip().lower()),
        kind=Commitment.COMMITMENT,
    )


def _owner_in(text: str) -> str | None:
    found = _OWNER.search(text)
    if found:
        return found[1].strip()
    handle = _HANDLE.search(text)
    return handle[1] if handle else None


def _due_in(text: str) -> date | None:
    found = _DUE.search(text)
    return date_in(found[0]) if found else None
