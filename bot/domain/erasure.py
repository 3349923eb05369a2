"""Taking out of a draft what rests on a message that is gone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

from bot.domain.postmortem import ActionItem, Claim, Draft
from bot.domain.sections import SECTIONS, claims_of, with_claims
from bot.domain.transcript import Evidence, Source

ERASED = "[erased]"
QUOTE = 4
"""So many words in a row that only the gone message had make a claim a quotation of it."""

_WORD = re.compile(r"\w+")
AnyClaim = TypeVar("AnyClaim", bound=Claim)


def redacted(draft: Draft, evidence: Iterable[Evidence], gone: Collection[int], *, title: str = "") -> Draft:
    """The draft without what it says of the evidence labelled `gone`; `evidence` still has its text.

    A claim goes that cites nothing else, or that quotes what was said there and nowhere else among its
    citations; its place and citations stay. What rests on a reviewer's words stays: they were given to
    the document. `title` stands in for a title that quotes what is gone.
    """
    by_label = {item.label: item for item in evidence}
    lost = {label for label in gone if label in by_label and by_label[label].source is not Source.REVIEWER}
    for section in SECTIONS:
        if section == "title":
            continue
        before = claims_of(draft, section)
        after = tuple(_claim(claim, lost, by_label) for claim in before)
        if after != before:
            draft = _with(draft, section, after)
    theories = tuple(_claim(claim, lost, by_label) for claim in draft.root_cause.hypotheses)
    cause = draft.root_cause.model_copy(update={"hypotheses": theories})
    texts = [by_label[label].text for label in lost]
    if title and any(quotes(draft.title, text) for text in texts):
        draft = draft.model_copy(update={"title": title})
    return draft.model_copy(update={"root_cause": cause})


def _with(draft: Draft, section: str, claims: tuple[Claim, ...]) -> Draft:
    """As `with_claims`, but a cause keeps its grade: nobody has said anything new."""
    changed = with_claims(draft, section, claims)
    cause = changed.root_cause.model_copy(update={"grade": draft.root_cause.grade})
    return changed.model_copy(update={"root_cause": cause})


def _claim(claim: AnyClaim, lost: Collection[int], by_label: Mapping[int, Evidence]) -> AnyClaim:
    gone = [label for label in claim.evidence if label in lost]
    if not gone or claim.text == ERASED:
        return claim
    rest = [by_label[label].text for label in claim.evidence if label not in lost and label in by_label]
    if any(rest) and not any(quotes(claim.text, by_label[label].text, rest) for label in gone):
        return claim
    bare: dict[str, object] = {"text": ERASED}
    if isinstance(claim, ActionItem):
        bare |= {"owner": None, "due": None}
    return claim.model_copy(update=bare)


def quotes(text: str, gone: str, rest: Iterable[str] = ()) -> bool:
    """Whether a text repeats a stretch of what is gone that nothing else says. Short texts as a whole."""
    said, kept = _spelled(gone), [_spelled(other) for other in rest]
    words = _spelled(text).split()
    length = min(QUOTE, len(words))
    stretches = (f" {' '.join(words[at : at + length])} " for at in range(len(words) - length + 1))
    return any(one in said and not any(one in other for other in kept) for one in stretches if one.strip())


def _spelled(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
