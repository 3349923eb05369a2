"""Changes a model suggests: what of them may be said, and bringing them onto what stands by now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.domain.changes import changed_sections, with_sections
from bot.domain.enforcement import Ledger, mend, mended_title
from bot.domain.names import Names
from bot.domain.postmortem import Claim, Draft, Grade
from bot.domain.provenance import check
from bot.domain.sections import claims_of, with_claims
from bot.domain.transcript import Transcript


class Vetted(NamedTuple):
    """A suggestion in which every sentence that is not the draft's own passes the checks."""

    draft: Draft
    findings: tuple[str, ...]


def vetted(base: Draft, suggested: Draft, transcript: Transcript, names: Names) -> Vetted:
    """Mend or drop the sentences a model wrote, as in a draft of its own; leave all others alone.

    A sentence that cannot stand gives way to the one it was to replace, if there was one in its place.
    """
    ledger = Ledger(transcript.by_label(), names)
    result = base
    for section in changed_sections(base, suggested):
        if section == "title":
            title = mended_title(suggested.title, transcript, ledger)
            result = result.model_copy(update={"title": title})
        else:
            claims = _claims(section, claims_of(base, section), claims_of(suggested, section), ledger)
            result = with_sections(result, with_claims(suggested, section, claims), [section])
            result = _graded(base, result, transcript) if section == "root_cause" else result
    return Vetted(result, ledger.sentences())


def _claims(section: str, old: tuple[Claim, ...], new: tuple[Claim, ...], ledger: Ledger) -> list[Claim]:
    kept: list[Claim] = []
    for index, claim in enumerate(new):
        mended = claim if claim in old else mend(section, index, claim, ledger)
        if mended is None and index < len(old) and old[index] not in new and len(old) == len(new):
            mended = old[index]
        if mended is not None and mended not in kept:
            kept.append(mended)
    return kept


def _graded(base: Draft, result: Draft, transcript: Transcript) -> Draft:
    """A cause a model writes is graded as the one before was, and inferred where there was none or nobody
    states it without a doubt."""
    cause = result.root_cause
    grade = (base.root_cause.grade if base.root_cause.claims else Grade.INFERRED) if cause.claims else None
    graded = cause.model_copy(update={"grade": grade or Grade.NOT_ESTABLISHED})
    alone = Draft(title="", root_cause=graded.model_copy(update={"hypotheses": ()}))
    if any(one.rule == "grade" for one in check(alone, transcript.by_label())):
        graded = graded.model_copy(update={"grade": Grade.INFERRED})
    return result.model_copy(update={"root_cause": graded})


def relabelled(draft: Draft, old: int, new: int) -> Draft:
    """The draft with one label in place of another: evidence gets its label when it is stored."""

    def moved(claims: Iterable[Claim]) -> list[Claim]:
        return [
            claim.model_copy(
                update={"evidence": tuple(new if label == old else label for label in claim.evidence)}
            )
            for claim in claims
        ]

    for section in dict.fromkeys(name for name, claim in draft.claims() if old in claim.evidence):
        if section != "hypotheses":
            changed = with_claims(draft, section, moved(claims_of(draft, section)))
            draft = with_sections(draft, _same_grade(changed, draft), [section])
    return draft


def _same_grade(changed: Draft, draft: Draft) -> Draft:
    cause = changed.root_cause.model_copy(update={"grade": draft.root_cause.grade})
    return changed.model_copy(update={"root_cause": cause})
