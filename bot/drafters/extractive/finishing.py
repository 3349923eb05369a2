"""The last pass over a draft: no names, no blame, nothing its evidence does not carry, nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.domain.postmortem import Claim, Draft, Grade, Lessons, RootCause
from bot.domain.provenance import check_claim
from bot.domain.transcript import Evidence, Transcript
from bot.drafters.extractive.names import guarded

C = TypeVar("C", bound=Claim)


def finish(draft: Draft, transcript: Transcript) -> Draft:
    """The draft with every claim fit to print; claims that cannot be said without a name are left out."""
    clean = _Checked(guarded(transcript), transcript.by_label())
    cause = draft.root_cause
    claims = _cleaned(cause.claims, clean)
    grade = (
        cause.grade if claims and claims[0].evidence == cause.claims[0].evidence else _lesser(cause, claims)
    )
    return draft.model_copy(
        update={
            "summary": _cleaned(draft.summary, clean),
            "impact": _cleaned(draft.impact, clean),
            "timeline": _cleaned(draft.timeline, clean),
            "root_cause": RootCause(grade=grade, claims=claims, hypotheses=_cleaned(cause.hypotheses, clean)),
            "contributing_factors": _cleaned(draft.contributing_factors, clean),
            "resolution": _cleaned(draft.resolution, clean),
            "lessons": Lessons(
                went_well=_cleaned(draft.lessons.went_well, clean),
                went_badly=_cleaned(draft.lessons.went_badly, clean),
                lucky=_cleaned(draft.lessons.lucky, clean),
            ),
            "action_items": _cleaned(draft.action_items, clean),
            "open_questions": _cleaned(draft.open_questions, clean),
        }
    )


def _lesser(cause: RootCause, claims: tuple[Claim, ...]) -> Grade:
    """Where the leading claim fell away, what is left is no more than inferred."""
    if not claims:
        return Grade.NOT_ESTABLISHED
    return Grade.INFERRED if cause.claims else cause.grade


def _cleaned(claims: Iterable[C], clean: _Checked) -> tuple[C, ...]:
    kept: dict[str, C] = {}
    for claim in claims:
        fit = clean(claim)
        if fit is not None:
            kept.setdefault(fit.text.casefold(), fit)
    return tuple(kept.values())


class _Checked:
    """Words a claim fit to print; what its own evidence does not carry is left out here already."""

    def __init__(self, clean: Callable[[str], str], evidence: dict[int, Evidence]) -> None:
        self._clean = clean
        self._evidence = evidence

    def __call__(self, claim: C) -> C | None:
        text = self._clean(claim.text)
        if not any(char.isalpha() for char in text):
            return None
        fit = claim.model_copy(update={"text": text})
        return None if check_claim("", 0, fit, self._evidence) else fit
