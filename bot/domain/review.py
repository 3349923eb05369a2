"""Versions of a postmortem and what people decided about them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.postmortem import Coverage, Draft

DRAFTER_AUTHOR = "drafter"


class Revision(BaseModel):
    """An immutable numbered version: the first from a drafter, later ones from people.

    `author` is a Slack user id, or `drafter` for what a drafter wrote. `findings` are what the
    checks left for the reviewer, in sentences. `digest` pins the evidence the draft was made from.
    """

    model_config = ConfigDict(frozen=True)

    incident_id: int
    number: int
    draft: Draft
    author: str
    reason: str = ""
    created_at: datetime
    drafter: str = "extractive"
    prompt_version: str = ""
    template_version: str = ""
    digest: str = ""
    findings: tuple[str, ...] = ()
    coverage: Coverage = Coverage()
    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    generation: int = 1


class Cost(BaseModel):
    """What a model used for all revisions of a postmortem."""

    model_config = ConfigDict(frozen=True)

    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(
            tokens=self.tokens + other.tokens,
            seconds=self.seconds + other.seconds,
            dollars=self.dollars + other.dollars,
        )


class Decision(StrEnum):
    """What a person did about a revision."""

    APPROVED = "approved"
    COMMENTED = "commented"
    DISCARDED = "discarded"
    RESTORED = "restored"
    UNPUBLISHED = "unpublished"


class Review(BaseModel):
    """One decision or comment of one person about one revision. `ts` is the reply's, if it was one."""

    model_config = ConfigDict(frozen=True)

    incident_id: int
    revision: int
    user_id: str
    decision: Decision
    text: str = ""
    ts: str | None = None
    at: datetime


class ProposalState(StrEnum):
    """What became of a change that a model suggested."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STALE = "stale"
    """Somebody changed the same meanwhile."""
    WITHDRAWN = "withdrawn"
    """Something it may rest on was erased."""


class Proposal(BaseModel):
    """A change that a model suggested on request, to revision `revision`: nothing until it is accepted.

    `ts` is the reply that asked, `key` names the request once. In `draft` what rests on the reply's own
    words cites `label`, which is given to them only when the change is accepted.
    """

    model_config = ConfigDict(frozen=True)

    id: int = 0
    incident_id: int
    key: str
    revision: int
    asked_by: str
    ts: str
    label: int
    draft: Draft
    findings: tuple[str, ...] = ()
    drafter: str
    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    state: ProposalState = ProposalState.OPEN
    decided_by: str | None = None
    at: datetime


class Publication(BaseModel):
    """One approved revision at one place."""

    model_config = ConfigDict(frozen=True)

    incident_id: int
    revision: int
    publisher: str
    location: str
    at: datetime


_TAKES_BACK = frozenset({Decision.DISCARDED, Decision.UNPUBLISHED})


def approvals(reviews: tuple[Review, ...], revision: int) -> tuple[Review, ...]:
    """Approvals that still count: those of this very revision, one a person, oldest first. Discarding or
    unpublishing a postmortem voids those given before."""
    counted: dict[str, Review] = {}
    for review in reviews:
        if review.decision in _TAKES_BACK:
            counted.clear()
        if review.revision == revision and review.decision is Decision.APPROVED:
            counted.setdefault(review.user_id, review)
    return tuple(counted.values())
