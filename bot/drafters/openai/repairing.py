"""Failing claims as the model is asked to mend them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.postmortem import Claim, Draft
from bot.ports import Failing


class FailingClaim(NamedTuple):
    """A failing claim, where it stands, and everything that is wrong with it."""

    place: tuple[str, int]
    claim: Claim
    why: str


def failing_claims(draft: Draft, failing: Sequence[Failing]) -> list[FailingClaim]:
    """One entry a claim; what is said of places that hold no claim is left out."""
    claims: dict[str, list[Claim]] = {}
    for section, claim in draft.claims():
        claims.setdefault(section, []).append(claim)
    reasons: dict[tuple[str, int], list[str]] = {}
    for one in failing:
        if 0 <= one.index < len(claims.get(one.section, [])):
            reasons.setdefault((one.section, one.index), []).append(one.message)
    return [FailingClaim(place, claims[place[0]][place[1]], "; ".join(why)) for place, why in reasons.items()]
