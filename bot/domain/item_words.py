"""What people type about action items: which list they want, and what a reply in a review decides."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.action import REASON, Priority, Step
from bot.domain.incident import parse_key
from bot.domain.sections import read_date


class Which(StrEnum):
    """Which action items a list shows: open is accepted and not done."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


class ListAsked(BaseModel):
    """A list that was asked for: of a person, of everybody (`owner_id` is None), or of an incident."""

    model_config = ConfigDict(frozen=True)

    which: Which = Which.OPEN
    owner_id: str | None = None
    key: str = ""
    """`INC-7` where the items of one incident are asked for, whatever their state."""


class ItemReply(BaseModel):
    """A decision about the nth action item of the document, as a reply in the review thread."""

    model_config = ConfigDict(frozen=True)

    step: Step
    number: int
    owner_id: str | None = None
    owner_name: str = ""
    """A name that was typed with an @ and is no mention."""
    due: date | None = None
    priority: Priority | None = None
    reason: str = ""


_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>")
_FORM = re.compile(
    r"(?is)\s*(?P<step>done|finish(?:ed)?|reopen|accept|decline)\s+action(?:\s+item)?\s+(?P<number>\d{1,3})"
    r"(?P<rest>\b.*)"
)
_STEPS: dict[str, Step] = {"accept": "accept", "decline": "decline", "reopen": "reopen"}
_PRIORITIES: dict[str, Priority] = {"high": "high", "medium": "medium", "low": "low"}
_PERSON = re.compile(r"@([UW][A-Z0-9]{2,})")
NAME = 80
"""Characters of a typed name that count."""
_END = " .!,;:–—-\n\t"


def parse_list(words: str, *, me: str) -> ListAsked:
    """Read `[mine|overdue|open|done|INC-n] [@person]` in any order; nothing at all means mine.

    Raises:
        ValueError: a word that means nothing here; the sentence says which do.
    """
    which, owner, key, all_of_them = Which.OPEN, None, "", False
    for word in words.split():
        if mentioned := _MENTION.fullmatch(word):
            owner = mentioned[1]
        elif word.lower() == "mine":
            owner = me
        elif word.lower() in set(Which):
            which, all_of_them = Which(word.lower()), True
        elif parse_key(word):
            key = word.upper()
        else:
            raise ValueError(
                f"“{word[:40]}” means nothing here. Say `mine`, `overdue`, `open`, `done`, an incident "
                "such as INC-7, or @somebody."
            )
    if owner is None and not all_of_them and not key:
        owner = me
    return ListAsked(which=which, owner_id=owner, key=key)


def parse_item_reply(text: str) -> ItemReply | None:
    """`done action 2`, `accept action 2 @ana by 2026-12-01 high`, `decline action 2: too costly`,
    `reopen action 2`; None for talk. A form counts only when it is the whole message.

    Raises:
        ValueError: a due date that is no date.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    step, number, rest = match["step"].lower(), int(match["number"]), match["rest"].strip(_END)
    if step == "decline":
        return ItemReply(step="decline", number=number, reason=" ".join(rest.split())[:REASON])
    if step == "accept":
        return _acceptance(number, rest)
    return ItemReply(step=_STEPS.get(step, "done"), number=number) if not rest else None


def _acceptance(number: int, rest: str) -> ItemReply | None:
    owner: str | None = None
    name: list[str] = []
    due: date | None = None
    priority: Priority | None = None
    words = iter(rest.split())
    for word in words:
        bare = word.rstrip(_END)
        if person := _PERSON.fullmatch(bare):
            owner, name = person[1], []
        elif bare.startswith("@"):
            owner, name = None, [bare.removeprefix("@")]
        elif word.lower() == "by":
            due = read_date(next(words, "").rstrip(_END))
        elif bare.lower() in _PRIORITIES:
            priority = _PRIORITIES[bare.lower()]
        elif name and due is None and priority is None:
            name.append(bare)  # names have several words
        elif bare.lower() != "priority":
            return None
    typed = " ".join(name)[:NAME]
    return ItemReply(
        step="accept", number=number, owner_id=owner, owner_name=typed, due=due, priority=priority
    )
