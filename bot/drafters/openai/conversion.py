"""From what the model returned to a draft: code adds times, and drops what cannot have any."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Commitment,
    Draft,
    Grade,
    Hypothesis,
    Lessons,
    Moment,
    Phase,
    RootCause,
    TimelineEntry,
    Times,
)
from bot.domain.transcript import Evidence, Transcript
from bot.drafters.openai.answer import Action, Answer, Cause, Cited, Event, Mended, Theory
from prompts.text import one_line

MAX_TITLE = 150
MAX_SENTENCE = 600
"""Characters of one claim. Longer ones are no sentences; they are left out and counted."""

AnyClaim = TypeVar("AnyClaim", bound=Claim)


def to_draft(answer: Answer, transcript: Transcript) -> tuple[Draft, tuple[str, ...]]:
    """The draft, and sentences about what could not be taken over.

    Unknown labels stay in claims: the checks refuse those. A timeline entry without one known label is
    left out, for it would have no time.
    """
    evidence = transcript.by_label()
    timeline = [_entry(event, evidence) for event in _sentences(answer.timeline)]
    lost = sum(entry is None for entry in timeline)
    notes = [f"{lost} timeline {_entries(lost)} cited no known evidence and had no time."] if lost else []
    if long := _overlong(answer):
        notes.append(f"{long} {_entries(long)} of the model's answer had no sentence of usable length.")
    draft = Draft(
        title=one_line(answer.title)[:MAX_TITLE] or transcript.title,
        summary=_claims(answer.summary),
        impact=_claims(answer.impact),
        times=_times(answer, evidence),
        timeline=tuple(sorted((entry for entry in timeline if entry), key=lambda entry: entry.at)),
        root_cause=_cause(answer.root_cause),
        contributing_factors=_claims(answer.contributing_factors),
        resolution=_claims(answer.resolution),
        lessons=Lessons(
            went_well=_claims(answer.went_well),
            went_badly=_claims(answer.went_badly),
            lucky=_claims(answer.lucky),
        ),
        action_items=tuple(_action(one, transcript) for one in _sentences(answer.action_items)),
        open_questions=_claims(answer.open_questions),
    )
    return draft, tuple(notes)


AnyCited = TypeVar("AnyCited", bound=Cited)


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"


def _is_sentence(cited: Cited) -> bool:
    return 0 < len(one_line(cited.text)) <= MAX_SENTENCE


def _sentences(cited: Iterable[AnyCited]) -> list[AnyCited]:
    return [one for one in cited if _is_sentence(one)]


def _overlong(answer: Answer) -> int:
    lists: tuple[Sequence[Cited], ...] = (
        *(answer.summary, answer.impact, answer.timeline, answer.contributing_factors, answer.resolution),
        *(answer.went_well, answer.went_badly, answer.lucky, answer.action_items, answer.open_questions),
        *(answer.root_cause.claims, answer.root_cause.hypotheses),
    )
    return sum(not _is_sentence(one) for cited in lists for one in cited)


def _labels(cited: Cited) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cited.evidence))


def _claim(cited: Cited) -> Claim:
    return Claim(text=one_line(cited.text), evidence=_labels(cited))


def _claims(cited: Iterable[Cited]) -> tuple[Claim, ...]:
    return tuple(_claim(one) for one in _sentences(cited))


def _first_known(labels: Iterable[int], evidence: Mapping[int, Evidence]) -> Evidence | None:
    return next((evidence[label] for label in labels if label in evidence), None)


def _entry(event: Event, evidence: Mapping[int, Evidence]) -> TimelineEntry | None:
    cited = _first_known(event.evidence, evidence)
    if cited is None:
        return None
    claim = _claim(event)
    return TimelineEntry(text=claim.text, evidence=claim.evidence, at=cited.at, phase=Phase(event.phase))


def _times(answer: Answer, evidence: Mapping[int, Evidence]) -> Times:
    def moment(labels: Sequence[int]) -> Moment | None:
        cited = _first_known(labels, evidence)
        return Moment(at=cited.at, evidence=(cited.label,)) if cited else None

    return Times(
        started=moment(answer.started),
        detected=moment(answer.detected),
        mitigated=moment(answer.mitigated),
        resolved=moment(answer.resolved),
    )


def _cause(cause: Cause) -> RootCause:
    claims = _claims(cause.claims)
    # A grade without a claim, or a claim under "not established", says nothing a reader could check.
    grade = Grade(cause.grade) if claims else Grade.NOT_ESTABLISHED
    theories = tuple(_theory(one) for one in _sentences(cause.hypotheses))
    return RootCause(
        grade=grade, claims=() if grade is Grade.NOT_ESTABLISHED else claims, hypotheses=theories
    )


def _theory(theory: Theory) -> Hypothesis:
    claim = _claim(theory)
    return Hypothesis(text=claim.text, evidence=claim.evidence, outcome=theory.outcome)


def _action(action: Action, transcript: Transcript) -> ActionItem:
    claim = _claim(action)
    owner = action.owner if action.owner in set(transcript.roles.values()) else None
    return ActionItem(
        text=claim.text,
        evidence=claim.evidence,
        owner=owner,
        due=_date(action.due),
        priority=action.priority,
        kind=Commitment(action.kind),
    )


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None


# --- Repair --------------------------------------------------------------------------------------


def with_repairs(draft: Draft, repairs: Mapping[tuple[str, int], Mended], transcript: Transcript) -> Draft:
    """The draft with some claims, addressed by section and place as in `Draft.claims()`, replaced or gone."""
    evidence = transcript.by_label()

    def mended(section: str, claims: Sequence[AnyClaim]) -> tuple[AnyClaim, ...]:
        new = (_mended(claim, repairs.get((section, at)), evidence) for at, claim in enumerate(claims))
        return tuple(claim for claim in new if claim is not None)

    cause = draft.root_cause
    claims = mended("root_cause", cause.claims)
    return draft.model_copy(
        update={
            **{name: mended(name, getattr(draft, name)) for name in _PLAIN_SECTIONS},
            "root_cause": cause.model_copy(
                update={
                    "claims": claims,
                    "hypotheses": mended("hypotheses", cause.hypotheses),
                    "grade": cause.grade if claims else Grade.NOT_ESTABLISHED,
                }
            ),
            "lessons": Lessons(
                went_well=mended("went_well", draft.lessons.went_well),
                went_badly=mended("went_badly", draft.lessons.went_badly),
                lucky=mended("lucky", draft.lessons.lucky),
            ),
        }
    )


_PLAIN_SECTIONS = (
    *("summary", "impact", "timeline", "contributing_factors", "resolution", "action_items"),
    "open_questions",
)


def _mended(claim: AnyClaim, repair: Mended | None, evidence: Mapping[int, Evidence]) -> AnyClaim | None:
    if repair is None:
        return claim
    cited = Cited(text=repair.text, evidence=repair.evidence)
    first = _first_known(repair.evidence, evidence)
    if repair.drop or first is None or not _is_sentence(cited):
        return None
    update: dict[str, object] = {"text": one_line(repair.text), "evidence": _labels(cited)}
    if isinstance(claim, TimelineEntry):
        update["at"] = first.at
    return claim.model_copy(update=update)
