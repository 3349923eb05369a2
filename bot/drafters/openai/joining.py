"""Joining what several parts yielded without asking a model: nothing is rephrased, labels stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.drafters.openai.answer import Answer, Cause, Cited

_GRADES = ("not_established", "inferred", "stated")

AnyCited = TypeVar("AnyCited", bound=Cited)


def join(answers: Sequence[Answer]) -> Answer:
    """One answer of many, in the order of the parts: lists end to end, surest cause, outer moments."""
    return Answer(
        title=next((answer.title for answer in answers if answer.title.strip()), ""),
        summary=_distinct([*answers[0].summary[:2], *answers[-1].summary[-2:]]),
        impact=_all(answer.impact for answer in answers),
        started=_first(answer.started for answer in answers),
        detected=_first(answer.detected for answer in answers),
        mitigated=_first(answer.mitigated for answer in reversed(answers)),
        resolved=_first(answer.resolved for answer in reversed(answers)),
        timeline=_all(answer.timeline for answer in answers),
        root_cause=_cause([answer.root_cause for answer in answers]),
        contributing_factors=_all(answer.contributing_factors for answer in answers),
        resolution=_all(answer.resolution for answer in answers),
        went_well=_all(answer.went_well for answer in answers),
        went_badly=_all(answer.went_badly for answer in answers),
        lucky=_all(answer.lucky for answer in answers),
        action_items=_all(answer.action_items for answer in answers),
        open_questions=_all(answer.open_questions for answer in answers),
        instructions_in_evidence=[label for answer in answers for label in answer.instructions_in_evidence],
    )


def _first(labels: Iterable[list[int]]) -> list[int]:
    return next((one for one in labels if one), [])


def _all(lists: Iterable[list[AnyCited]]) -> list[AnyCited]:
    return _distinct([one for cited in lists for one in cited])


def _distinct(cited: Sequence[AnyCited]) -> list[AnyCited]:
    known: dict[str, AnyCited] = {}
    for one in cited:
        known.setdefault(" ".join(one.text.lower().split()), one)
    return list(known.values())


def _cause(causes: Sequence[Cause]) -> Cause:
    """The surest grade; among equals the later part, which knows more."""
    best = max(enumerate(causes), key=lambda pair: (_GRADES.index(pair[1].grade), pair[0]))[1]
    return best.model_copy(update={"hypotheses": _all(cause.hypotheses for cause in causes)})
