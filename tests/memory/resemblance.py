"""The labelled sets as portraits, compared the way the product compares them.

`first` is the shelf (`tests/memory/shelf.py`), on which the lexicon was tried while it was written;
`second` was written afterwards and never used for that. `both` is what the curves are fitted on.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bot.domain.causes import class_of_text
from bot.domain.likeness import MOST_SHOWN, Portrait, Rarity, Stage, Traits, chance, compare, rarity, traits
from storage.likeness import stems
from tests.memory.shelf import Labelled, pairs, postmortems

ONE_CAUSE = {
    "orders-lock": "lock",
    "identity-clock": "clock",
    "reports-lag": "lag",
    "sessions-split": "leader",
    "login-bots": "attack",
    "voucher-attack": "attack",
}
"""Those that stand alone in their set, but share a cause with some of the other one."""


class Shown(NamedTuple):
    """One line a card might show: who is told of whom, how alike they are, whether the label agrees."""

    asker: str
    other: str
    family: str
    score: float
    same: bool


def family_of(one: Labelled) -> str:
    """The family of a postmortem over both sets; empty for those that stand alone."""
    return one.family or ONE_CAUSE.get(one.name, "")


@cache
def first() -> tuple[Labelled, ...]:
    """The shelf."""
    return tuple(postmortems())


@cache
def second() -> tuple[Labelled, ...]:
    """The set that nothing was tuned on."""
    text = (Path(__file__).parent / "second_shelf.toml").read_text(encoding="utf-8")
    return tuple(Labelled.model_validate(one) for one in tomllib.loads(text)["postmortem"])


def portrait(one: Labelled, stage: Stage = Stage.DRAFTED) -> Portrait:
    """What is known of it at a stage."""
    bare = Portrait(stage=stage, title=one.title, services=one.services)
    if stage is Stage.STARTED:
        return bare
    told = bare.model_copy(update={"summary": one.summary})
    if stage is Stage.TOLD:
        return told
    known = {"cause": one.cause, "rest": (one.resolution, one.lessons)}
    return told.model_copy(update=known | {"cause_class": class_of_text(one.cause)})


def shown(shelf: Sequence[Labelled], stage: Stage, *, most: int = MOST_SHOWN) -> list[list[Shown]]:
    """For each postmortem the others it resembles most, best first, whatever the score."""
    held = [traits(portrait(one), stems) for one in shelf]
    worth = worth_among(held)
    ranked = []
    for at, asker in enumerate(shelf):
        mine = traits(portrait(asker, stage), stems)
        pairs = [
            Shown(
                asker=asker.name,
                other=other.name,
                family=family_of(asker),
                score=compare(mine, held[number], worth).score,
                same=bool(family_of(asker)) and family_of(asker) == family_of(other),
            )
            for number, other in enumerate(shelf)
            if number != at
        ]
        ranked.append(sorted(pairs, key=lambda one: -one.score)[:most])
    return ranked


def worth_among(held: Sequence[Traits]) -> Rarity:
    """What a term is worth among these incidents."""
    counts = Counter(term for one in held for term in one.weights)
    return lambda term: rarity(counts[term], len(held))


def chances(*, same: bool) -> list[float]:
    """What the labelled pairs of the shelf would be shown with, those that share a cause or those that
    only look alike."""
    held = {one.name: traits(portrait(one), stems) for one in first()}
    worth = worth_among(list(held.values()))
    scores = [compare(held[one.first], held[one.second], worth).score for one in pairs() if one.same is same]
    return [chance(score, Stage.DRAFTED) for score in scores]


def precision(shelf: Sequence[Labelled], stage: Stage = Stage.DRAFTED) -> float:
    """Of the three best of each postmortem that has family, the share of its family: as many count as
    the family can give."""
    shares = []
    for best in shown(shelf, stage):
        relatives = sum(family_of(one) == best[0].family for one in shelf) - 1
        if best[0].family and relatives:
            places = min(MOST_SHOWN, relatives)
            shares.append(sum(one.same for one in best[:places]) / places)
    return sum(shares) / len(shares)
