"""The structured postmortem: claims that cite, and nothing that does not.

This is the public format of `postmortem draft --format json` too (`docs/draft-format.md`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.transcript import Evidence

FORMAT_VERSION = 1


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Claim(_Frozen):
    """One sentence of a postmortem with the labels of the evidence it rests on."""

    text: str
    evidence: tuple[int, ...]


class Phase(StrEnum):
    """What part of an incident's life a timeline entry belongs to."""

    TRIGGER = "trigger"
    DETECTION = "detection"
    INVESTIGATION = "investigation"
    MITIGATION = "mitigation"
    RESOLUTION = "resolution"
    AFTER = "after"


class TimelineEntry(Claim):
    """A claim with its time, which is its cited evidence's or computed by code from it."""

    at: datetime
    phase: Phase


class Grade(StrEnum):
    """How sure the cause is: a responder said so, code or model concluded it, or nobody knows."""

    STATED = "stated"
    INFERRED = "inferred"
    NOT_ESTABLISHED = "not_established"


class Hypothesis(Claim):
    """A theory people considered, and what became of it."""

    outcome: Literal["refuted", "superseded", "open"] = "open"


class RootCause(_Frozen):
    """The cause, graded, and the theories that were weighed on the way."""

    grade: Grade = Grade.NOT_ESTABLISHED
    claims: tuple[Claim, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()


class Commitment(StrEnum):
    """Whether somebody promised it or merely thought of it."""

    COMMITMENT = "commitment"
    IDEA = "idea"


class ActionState(StrEnum):
    """What people decided about an action item: a draft only proposes."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DONE = "done"
    DECLINED = "declined"


class ActionItem(Claim):
    """Something to do. `owner` is a role alias until a person accepts it by name."""

    owner: str | None = None
    due: date | None = None
    priority: Literal["high", "medium", "low"] | None = None
    kind: Commitment = Commitment.IDEA
    state: ActionState = ActionState.PROPOSED
    """Set where a document is shown; a draft leaves every item proposed."""


class Lessons(_Frozen):
    """What the incident taught."""

    went_well: tuple[Claim, ...] = ()
    went_badly: tuple[Claim, ...] = ()
    lucky: tuple[Claim, ...] = ()


class Moment(_Frozen):
    """A point in the incident's life and the evidence that fixes it."""

    at: datetime
    evidence: tuple[int, ...] = ()


class Times(_Frozen):
    """The four points every duration is computed from."""

    started: Moment | None = None
    detected: Moment | None = None
    mitigated: Moment | None = None
    resolved: Moment | None = None

    @property
    def duration(self) -> timedelta | None:
        """From start to resolution."""
        return _between(self.started, self.resolved)

    @property
    def to_detect(self) -> timedelta | None:
        """From start to detection."""
        return _between(self.started, self.detected)

    @property
    def to_mitigate(self) -> timedelta | None:
        """From start to mitigation."""
        return _between(self.started, self.mitigated)


def _between(first: Moment | None, last: Moment | None) -> timedelta | None:
    return last.at - first.at if first and last and last.at >= first.at else None


class Coverage(_Frozen):
    """What the draft did and did not see. `skipped` maps a reason to a count."""

    messages: int = 0
    threads: int = 0
    files: int = 0
    masked: int = 0
    edited: int = 0
    deleted: int = 0
    after_resolution: int = 0
    skipped: dict[str, int] = Field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    """Silences of an hour or more: `14:02–16:30 UTC (2 h 28 min)`."""
    notes: tuple[str, ...] = ()
    """Sentences for the reader: a thread that could not be read, an instruction that was ignored."""
    complete: bool = True
    frozen_at: datetime | None = None
    """What was stored, edited or deleted later is not in the draft."""


class Draft(_Frozen):
    """What a drafter returns and what a revision stores: every sentence a claim."""

    title: str
    summary: tuple[Claim, ...] = ()
    impact: tuple[Claim, ...] = ()
    times: Times = Times()
    timeline: tuple[TimelineEntry, ...] = ()
    root_cause: RootCause = RootCause()
    contributing_factors: tuple[Claim, ...] = ()
    resolution: tuple[Claim, ...] = ()
    lessons: Lessons = Lessons()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[Claim, ...] = ()

    def claims(self) -> Iterator[tuple[str, Claim]]:
        """Every claim with the name of its section, in reading order."""
        sections: tuple[tuple[str, tuple[Claim, ...]], ...] = (
            ("summary", self.summary),
            ("impact", self.impact),
            ("timeline", self.timeline),
            ("root_cause", self.root_cause.claims),
            ("hypotheses", self.root_cause.hypotheses),
            ("contributing_factors", self.contributing_factors),
            ("resolution", self.resolution),
            ("went_well", self.lessons.went_well),
            ("went_badly", self.lessons.went_badly),
            ("lucky", self.lessons.lucky),
            ("action_items", self.action_items),
            ("open_questions", self.open_questions),
        )
        for name, claims in sections:
            for claim in claims:
                yield name, claim


class SimilarIncident(_Frozen):
    """An earlier incident that this one resembles, as it was known when this document was made."""

    incident: str
    title: str
    percent: int = Field(ge=0, le=100)
    """How likely it is that both had the same cause."""
    shared: tuple[str, ...] = ()
    """What both have in common: what they are about, words, services, identifiers."""
    cause_class: str | None = None
    """The kind of cause, where it is the same."""
    fix: str = ""
    """What ended it then, in a sentence; empty where nobody said."""
    open_actions: tuple[str, ...] = ()
    """Its action items that are neither done nor declined."""
    permalink: str | None = None
    """Where it lives in Slack."""
    channel_id: str = Field(default="", exclude=True)
    thread_ts: str | None = Field(default=None, exclude=True)


class Postmortem(_Frozen):
    """The whole document: a draft with its incident's facts, its evidence and its coverage.

    `status` is the incident's; `revision` counts from 1; `drafter` wrote the first version
    (`extractive`, `openai:<model>`), people wrote the later ones.
    """

    format_version: int = FORMAT_VERSION
    incident: str
    title: str
    severity: str | None = None
    services: tuple[str, ...] = ()
    status: str
    revision: int = 1
    drafter: str = "extractive"
    times: Times = Times()
    summary: tuple[Claim, ...] = ()
    impact: tuple[Claim, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    root_cause: RootCause = RootCause()
    contributing_factors: tuple[Claim, ...] = ()
    resolution: tuple[Claim, ...] = ()
    lessons: Lessons = Lessons()
    action_items: tuple[ActionItem, ...] = ()
    open_questions: tuple[Claim, ...] = ()
    similar: tuple[SimilarIncident, ...] = ()
    """Earlier incidents it resembles, the likeliest first."""
    findings: tuple[str, ...] = ()
    """What the checks found in this revision and left for the reviewer, in sentences."""
    coverage: Coverage = Coverage()
    evidence: tuple[Evidence, ...] = ()
