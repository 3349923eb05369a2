"""How much one incident resembles another, and how often such a pair had the same cause.

What is compared are terms, weighed by where they stand and by how rare they are among incidents: words
of title, cause and summary, concepts (`bot/domain/concepts.py`) and identifiers of everything, services.
The score is their cosine, and `chance` turns it into a probability fitted on labelled pairs: of
those shown at 80 %, eight in ten should have the same cause. `docs/memory.md` says how well that holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from heapq import nlargest
from statistics import fmean, median, pstdev
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.causes import CauseClass
from bot.domain.concepts import concepts
from bot.domain.identifiers import identifiers


class Stage(StrEnum):
    """How much is known of an incident: its title, what was said in it, or a draft with its cause."""

    STARTED = "started"
    TOLD = "told"
    DRAFTED = "drafted"


class Portrait(BaseModel):
    """What is known of an incident for comparing it: plain text by part."""

    model_config = ConfigDict(frozen=True)

    stage: Stage
    title: str
    services: tuple[str, ...] = ()
    cause: str = ""
    summary: str = ""
    rest: tuple[str, ...] = ()
    """Impact, resolution, lessons and so on, or what was said: only concepts and identifiers count."""
    cause_class: CauseClass = CauseClass.UNKNOWN


class Traits(BaseModel):
    """An incident as weighed terms. Names tell the kind: `=pool` is a concept, `!leaked` a way to fail,
    `#enotfound` an identifier, `@checkout` a service, all others are stems of words."""

    model_config = ConfigDict(frozen=True)

    weights: dict[str, float]
    words: dict[str, str] = Field(default_factory=dict)
    """A stem → the word it stood for, where that is another one."""
    cause_class: CauseClass = CauseClass.UNKNOWN


class Resemblance(NamedTuple):
    """How alike two incidents are: the score from 0 to 1, and the terms that make most of it."""

    score: float
    shared: tuple[str, ...]


Stems = Callable[[str], Iterable[tuple[str, str]]]
"""A text → its words as (stem, word in lower case)."""
Rarity = Callable[[str], float]
"""A term → how much it tells: see `rarity`."""

UNWORDED = 0.225
"""What nearness of vectors alone may score: 45 % with a draft, so that it is shown, below what words tell."""
ENOUGH_VECTORS = 12
"""With fewer to compare with nothing is known of what is near."""
FLOOR = 0.35
"""What is less likely than this to have the same cause is not shown: silence is better than noise."""
MOST_SHOWN = 3
KINDS = "=!#@"
"""What the name of a concept, a way to fail, an identifier and a service begins with."""
MOST_TERMS = 80
"""Terms that are kept of one incident, the heaviest."""
MOST_REASONS = 4
UNSEEN = 30
"""Incidents without a term that every memory is thought to hold besides its own."""

_IN_CAUSE, _IN_TITLE, _IN_SUMMARY, _IN_REST = 3.0, 1.0, 1.0, 1.0
_CONCEPT, _FAULT = 3.0, 2.4
_IDENTIFIER = 2.0
_SERVICE = 1.0
_MOST_REPEATED = 6.0
_BRACKETED = re.compile(r"\[[^\[\]]{0,80}\]")
_LETTER = re.compile(r"[a-z]")
_ORDINARY_WORDS = """
a about after again all also an and any are as at be because been before being but by can
could did do does down during each every few first for from had has have he her his how i if
in into is it its just last later less like made many may me more most my new no nobody none
not now of off on once one only or other our out over own same she should since so some
somebody still such than that the their them then there these they this those three through to
too two under until up upon us very was we were what when where which while who whole why will
with within without would you your minutes minute hour hours day days week weeks half every
morning evening incident outage postmortem customers customer people
"""
_ORDINARY = frozenset(_ORDINARY_WORDS.split())


def traits(portrait: Portrait, stems: Stems) -> Traits:
    """The terms of an incident, the heaviest first."""
    weights: dict[str, float] = {}
    words: dict[str, str] = {}
    for text, weight in (
        (portrait.cause, _IN_CAUSE),
        (portrait.title, _IN_TITLE),
        (portrait.summary, _IN_SUMMARY),
    ):
        for stem, word in stems(_plain(text)):
            if len(stem) > 1 and not stem.isdigit() and word not in _ORDINARY:
                weights[stem] = max(weights.get(stem, 0.0), weight)
                words.setdefault(stem, word)
        _add_marks(weights, _plain(text), weight)
    for text in portrait.rest:
        _add_marks(weights, _plain(text), _IN_REST)
    for service in portrait.services:
        weights[f"@{service.lower()}"] = _SERVICE
    kept = dict(nlargest(MOST_TERMS, weights.items(), key=lambda pair: (pair[1], pair[0])))
    written = {stem: word for stem, word in words.items() if stem in kept and stem != word}
    return Traits(weights=kept, words=written, cause_class=portrait.cause_class)


def _plain(text: str) -> str:
    """Without citations, placeholders of secrets and other brackets of ours."""
    return _BRACKETED.sub(" ", text)


def _add_marks(weights: dict[str, float], text: str, weight: float) -> None:
    for name in concepts(text):
        term, worth = (name, _FAULT) if name.startswith("!") else (f"={name}", _CONCEPT)
        weights[term] = min(weights.get(term, 0.0) + weight * worth, _MOST_REPEATED * worth)
    for name in identifiers(text):
        mark = name.casefold()
        if 3 < len(mark) <= 60 and _LETTER.search(mark):
            weights[f"#{mark}"] = _IDENTIFIER * weight


def rarity(holding: int, among: int) -> float:
    """How much a term tells that `holding` of `among` incidents have: nothing if all have it. A small
    memory knows little of what is rare, so that it counts as if it held `UNSEEN` more without the term."""
    return max(0.0, math.log((among + UNSEEN + 1) / (holding + 0.5)))


def compare(one: Traits, other: Traits, worth: Rarity) -> Resemblance:
    """The cosine of two incidents, each term by its weight and what it is worth, times n/(n + 1) where they
    share n of them: one word in common is no resemblance, however rare it is."""
    parts = {
        term: weight * other.weights[term] * worth(term) ** 2
        for term, weight in one.weights.items()
        if term in other.weights and worth(term) > 0
    }
    lengths = _length(one.weights, worth) * _length(other.weights, worth)
    score = sum(parts.values()) / lengths * len(parts) / (len(parts) + 1) if lengths else 0.0
    telling = nlargest(
        MOST_REASONS, (term for term in parts if parts[term] > 0), key=lambda term: parts[term]
    )
    return Resemblance(min(1.0, score), tuple(telling))


def _length(weights: Mapping[str, float], worth: Rarity) -> float:
    return math.hypot(*[weight * worth(term) for term, weight in weights.items()])


def nudged(score: float, similarity: float, others: Sequence[float]) -> float:
    """A score moved by how near the vectors of two incidents are, against those of the other candidates:
    times √2 for a standard deviation above them, and as much down. What vectors mean differs by model, so
    that they only shift what the words say, and never far."""
    if len(others) < MOST_SHOWN:
        return score
    spread = pstdev(others)
    if spread < 1e-9:
        return score
    away = max(-1.0, min(1.0, (similarity - fmean(others)) / spread))
    return min(1.0, score * 2 ** (away / 2))


def unworded(similarity: float, background: Sequence[float]) -> float:
    """The score of an incident by how near its vector is, whatever words it has: nothing up to three
    standard deviations above the median of the `background`, at most `UNWORDED` from six on. The deviation is
    told from the median of the distances, so that a few near ones among them do not hide themselves."""
    if len(background) < ENOUGH_VECTORS:
        return 0.0
    middle = median(background)
    spread = 1.4826 * median(abs(one - middle) for one in background)
    if spread < 1e-9:
        return 0.0
    return UNWORDED * max(0.0, min(1.0, ((similarity - middle) / spread - 3) / 3))


class Fit(NamedTuple):
    """Odds that grow by a power of the score: e^offset · score^power, and what they are never above."""

    offset: float
    power: float
    surest: float


FITTED: dict[Stage, Fit] = {
    Stage.STARTED: Fit(1.56, 2.03, 0.4),
    Stage.TOLD: Fit(2.51, 2.31, 0.6),
    Stage.DRAFTED: Fit(4.38, 3.26, 0.9),
}
"""What `python -m tests.memory.fitting` prints; a test holds them together. `surest` is what was true of the
best lines at that stage: a title alone cannot promise more than four in ten."""
SMALLEST = 0.02
"""Added to a score, so that it has a logarithm."""


def chance(score: float, stage: Stage) -> float:
    """How probable it is that two incidents of this score had the same cause, from 0 to 0.9."""
    fit = FITTED[stage]
    return min(fit.surest, 1 / (1 + math.exp(-(fit.offset + fit.power * math.log(score + SMALLEST)))))


def reasons(terms: Iterable[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """Shared terms as people read them (`connection pool`, `leaked`, `econnrefused`, `checkout`), without a
    word that another one says already."""
    said = list(dict.fromkeys(term[1:] if term[:1] in KINDS else words.get(term, term) for term in terms))
    return tuple(one for one in said if not any(one != other and one in other.split() for other in said))
