"""An action item as people follow it up: what was said about it, and what was decided.

Both are kept apart: the words, the kind and the suggested owner are the document's and change with it;
owner, due date, priority and state are what a person accepted, and no draft changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.postmortem import ActionItem, ActionState, Commitment

Priority = Literal["high", "medium", "low"]
Step = Literal["accept", "decline", "done", "reopen", "change"]

ALLOWED_FROM: dict[Step, frozenset[ActionState]] = {
    "accept": frozenset({ActionState.PROPOSED, ActionState.DECLINED}),
    "decline": frozenset({ActionState.PROPOSED, ActionState.ACCEPTED}),
    "done": frozenset({ActionState.ACCEPTED}),
    "reopen": frozenset({ActionState.DONE, ActionState.DECLINED}),
    "change": frozenset({ActionState.ACCEPTED}),
}
"""From which state a step is allowed; anything else is a clear refusal."""
REASON = 300
"""Characters of a reason that are kept."""


class Terms(BaseModel):
    """What somebody accepts: who does it, until when, how urgent it is."""

    model_config = ConfigDict(frozen=True)

    owner_id: str
    due: date | None = None
    priority: Priority | None = None


class TrackedItem(BaseModel):
    """One action item of an incident, from being said to being done. Ids are Slack's.

    `place` is its line in the newest revision, from 1; None once that has no such line any more: then it
    waits, with its decision, for the line to come back (an undo, a later draft). `said_by` is a role
    alias, `said_owner` a role alias or what a reviewer typed. `decided_by` and `decided_at` tell of the
    newest decision. `version` counts the writes of the row.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    team_id: str
    incident_id: int
    place: int | None = Field(default=None, ge=1)
    kind: Commitment = Commitment.IDEA
    text: str
    evidence: tuple[int, ...] = ()
    said_by: str | None = None
    said_owner: str | None = None
    said_due: date | None = None
    said_priority: Priority | None = None
    state: ActionState = ActionState.PROPOSED
    owner_id: str | None = None
    due: date | None = None
    priority: Priority | None = None
    reason: str = ""
    """Why it was declined."""
    proposed_at: datetime
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether somebody has promised it and not done it."""
        return self.state is ActionState.ACCEPTED

    def refusal(self, step: Step) -> str | None:
        """Why a step makes no sense now, for the person who asked; None where it does."""
        if self.state in ALLOWED_FROM[step]:
            return None
        hints = {
            ActionState.PROPOSED: "Nobody has accepted that action item yet; accept it first.",
            ActionState.ACCEPTED: "That action item is accepted already; change it instead.",
            ActionState.DONE: "That action item is done already; reopen it first.",
            ActionState.DECLINED: "That action item was declined; reopen it first.",
        }
        return f"{hints[self.state]} Nothing was changed."

    def as_line(self) -> ActionItem:
        """What the document says of it, without what was decided."""
        return ActionItem(
            text=self.text,
            evidence=self.evidence,
            owner=self.said_owner,
            due=self.said_due,
            priority=self.said_priority,
            kind=self.kind,
        )


def accepted(item: TrackedItem, terms: Terms, *, by: str, at: datetime) -> TrackedItem:
    """Somebody takes it on, or it is agreed anew. `accepted_at` is when it was promised first."""
    decided = _decided(item, ActionState.ACCEPTED, by, at)
    kept = {"accepted_at": item.accepted_at or at, "done_at": None, "reason": ""}
    return decided.model_copy(update=terms.model_dump() | kept)


def declined(item: TrackedItem, reason: str, *, by: str, at: datetime) -> TrackedItem:
    """It will not be done, for a reason. Nobody owns it any more."""
    bare = {"reason": " ".join(reason.split())[:REASON], "accepted_at": None, "done_at": None}
    decided = _decided(item, ActionState.DECLINED, by, at)
    return decided.model_copy(update={"owner_id": None, "due": None, "priority": None} | bare)


def done(item: TrackedItem, *, by: str, at: datetime) -> TrackedItem:
    """It is done."""
    return _decided(item, ActionState.DONE, by, at).model_copy(update={"done_at": at})


def reopened(item: TrackedItem, *, by: str, at: datetime) -> TrackedItem:
    """It is not done after all; or what was declined is proposed again."""
    back = ActionState.ACCEPTED if item.state is ActionState.DONE else ActionState.PROPOSED
    return _decided(item, back, by, at).model_copy(update={"done_at": None, "reason": ""})


def _decided(item: TrackedItem, state: ActionState, by: str, at: datetime) -> TrackedItem:
    return item.model_copy(update={"state": state, "decided_by": by, "decided_at": at})


def standing(items: Sequence[TrackedItem]) -> str:
    """`3 action items: 2 to be accepted, 1 done`; nothing where the document has none."""
    there = [item.state for item in items if item.place is not None]
    words = {
        ActionState.PROPOSED: "to be accepted",
        ActionState.ACCEPTED: "accepted",
        ActionState.DONE: "done",
        ActionState.DECLINED: "declined",
    }
    counts = [f"{there.count(state)} {word}" for state, word in words.items() if state in there]
    total = f"{len(there)} action item{'s' if len(there) > 1 else ''}"
    return f"{total}: {', '.join(counts)}" if there else ""


def shown(
    lines: Sequence[ActionItem], matched: dict[int, TrackedItem], name: Callable[[str], str | None]
) -> tuple[ActionItem, ...]:
    """The lines of a document with what was decided about them: `matched` is index → item (see
    `bot.domain.sameness.match`), `name` what people call an owner."""
    return tuple(_shown(line, matched.get(index), name) for index, line in enumerate(lines))


def _shown(line: ActionItem, item: TrackedItem | None, name: Callable[[str], str | None]) -> ActionItem:
    if item is None or item.state is ActionState.PROPOSED:
        return line
    if item.state is ActionState.DECLINED:
        return line.model_copy(update={"state": item.state})
    decided = {
        "owner": (name(item.owner_id) if item.owner_id else None) or line.owner,
        "due": item.due,
        "priority": item.priority,
    }
    return line.model_copy(update=decided | {"state": item.state})
