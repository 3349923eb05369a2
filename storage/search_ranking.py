"""How good a hit is, from the profiles of the candidates: the same order on both databases.

A word counts by the best place it stands in, a synonym a little less. Published ones get a bonus that
makes up for one step of place but not for two (an excellent draft stays above a poor publication), and what
is newer wins between equals: recency never makes up for a step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from storage.search_asked import Asked, Wanted, Way

TITLE, SERVICE, CAUSE, SUMMARY, BODY = 1.0, 0.9, 0.8, 0.5, 0.2
ALSO = 0.04
"""For every further place, and for a body that says it more than once."""
SYNONYM, BEGUN = 0.9, 0.85
NEAR = 0.12
PUBLISHED = 0.25
RECENT = 0.08
HALF_LIFE_DAYS = 365.0


class Candidate(NamedTuple):
    """What ranking needs to know of a document; `near` says that the words stand side by side in it."""

    incident_id: int
    profile: str
    published: bool
    at: datetime
    near: bool = False


class Ranked(NamedTuple):
    """A candidate and its score, from 0 to about 1.5; comparable within one answer."""

    incident_id: int
    score: float


def ranked(candidates: Sequence[Candidate], asked: Asked) -> list[Ranked]:
    """Best first; the newest of equals, at last by id so that pages never overlap."""
    newest = max((one.at for one in candidates), default=None)
    scored = [(round(_score(one, asked, newest), 6), one) for one in candidates]
    scored.sort(key=lambda pair: (pair[0], pair[1].at, pair[1].incident_id), reverse=True)
    return [Ranked(one.incident_id, score) for score, one in scored]


def _score(one: Candidate, asked: Asked, newest: datetime | None) -> float:
    lines = one.profile.split("\n")
    words = [_best_way(lines, wanted) for wanted in asked.wanted]
    relevance = sum(words) / len(words) if words else 0.0
    if asked.near:
        beside = sum(_is_beside(lines[:4], pair) for pair in asked.near) / len(asked.near)
        relevance += NEAR * max(beside, 0.5 if one.near else 0.0)
    age = (newest - one.at).total_seconds() / 86_400 if newest else 0.0
    return float(relevance + PUBLISHED * one.published + RECENT * 0.5 ** (age / HALF_LIFE_DAYS))


def _best_way(lines: Sequence[str], wanted: Wanted) -> float:
    own: float = _worth(lines, wanted.ways[0])
    if wanted.form and own < SUMMARY:
        own = max(own, BEGUN * _begun(lines, wanted.form))
    others: list[float] = [SYNONYM * _worth(lines, way) for way in wanted.ways[1:]]
    return max(own, *others, 0.0)


def _worth(lines: Sequence[str], way: Way) -> float:
    """Where all of a way's stems stand: the worst of them counts."""
    sought = [f" {' '.join(way.stems)} "] if way.is_row else [f" {stem} " for stem in way.stems]
    return min((_place(lines, one) for one in sought), default=0.0)


def _place(lines: Sequence[str], sought: str) -> float:
    places = zip((TITLE, SERVICE, CAUSE, SUMMARY), lines, strict=False)
    found = [worth for worth, line in places if sought in line]
    often = f"{sought[:-1]}:" in lines[4]
    if not found:
        return BODY + ALSO * often
    return found[0] + ALSO * (len(found) - 1 + often)


def _begun(lines: Sequence[str], form: str) -> float:
    """The profile holds stems, which may lack the last letters of what was typed."""
    start = re.compile(f" {re.escape(form[:-1] if len(form) > 4 else form)}")
    places = zip((TITLE, SERVICE, CAUSE, SUMMARY), lines, strict=False)
    return max((worth for worth, line in places if start.search(line)), default=BODY)


def _is_beside(lines: Sequence[str], pair: str) -> bool:
    sought = f" {pair[1:].replace('-', ' ')} "
    return any(sought in line for line in lines)
