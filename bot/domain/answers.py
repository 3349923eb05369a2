"""What people add to a postmortem when they are asked: answers to open questions, and surprises."""

from __future__ import annotations

from bot.domain.names import Names
from bot.domain.postmortem import Claim, Draft
from bot.domain.replies import sentences
from bot.domain.sections import claims_of, with_claims

BELONGS = (
    "root_cause",
    "contributing_factors",
    "impact",
    "resolution",
    "went_well",
    "went_badly",
    "lucky",
)
"""Sections an answer may become a sentence of."""
SURPRISES = ("went_badly", "went_well", "lucky", "contributing_factors", "open_questions")
"""Sections a surprise may be listed in; the first is meant unless somebody picks another."""
LONGEST = 600
"""Characters of one sentence."""


def without_names(words: str, names: Names) -> str:
    """The words with roles for names, a sentence a line."""
    hidden = (names.hide(sentence) for sentence in sentences(words))
    return "\n".join(text[:1].upper() + text[1:] for text in hidden)


def added(draft: Draft, section: str, words: str, label: int) -> Draft:
    """The draft with somebody's words at the end of a section, a claim a sentence, citing `label`."""
    claims = [Claim(text=text[:LONGEST], evidence=(label,)) for text in sentences(words)]
    return with_claims(draft, section, [*claims_of(draft, section), *claims])


def answered(draft: Draft, question: Claim, words: str, label: int, section: str) -> Draft:
    """The draft with an open question answered.

    The answer becomes sentences of `section`, and the question goes; without a section it stands with
    its question. A question that is gone meanwhile takes nothing away from the answer.
    """
    others = [claim for claim in draft.open_questions if claim != question]
    if section:
        return added(with_claims(draft, "open_questions", others), section, words, label)
    text = f"{question.text.rstrip('.')} Answered: {' '.join(words.split())}"
    both = Claim(text=text[: 2 * LONGEST], evidence=tuple(dict.fromkeys((*question.evidence, label))))
    places = [both if claim == question else claim for claim in draft.open_questions]
    return with_claims(draft, "open_questions", places if both in places else [*places, both])
