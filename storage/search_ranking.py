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
    words = [_sought(wanted) for wanted in asked.wanted]
    pairs = [f" {pair[1:].replace('-', ' ')} " for pair in asked.near]
    scored = [(round(_score(one, words, pairs, newest), 6), one) for one in candidates]
    scored.sort(key=lambda pair: (pair[0], pair[1].at, pair[1].incident_id), reverse=True)
    return [Ranked(one.incident_id, score) for score, one in scored]


class _Sought(NamedTuple):
    """A wanted word as it stands in profiles: each way with its worth, and how it begins if it may go on."""

    ways: tuple[tuple[float, tuple[str, ...]], ...]
    start: re.Pattern[str] | None


def _sought(wanted: Wanted) -> _Sought:
    """The profile holds stems, which may lack the last letters of what was typed."""
    ways = tuple((SYNONYM if number else 1.0, _between_spaces(way)) for number, way in enumerate(wanted.ways))
    form = wanted.form[:-1] if len(wanted.form) > 4 else wanted.form
    return _Sought(ways, re.compile(f" {re.escape(form)}") if form else None)


def _between_spaces(way: Way) -> tuple[str, ...]:
    return (f" {' '.join(way.stems)} ",) if way.is_row else tuple(f" {stem} " for stem in way.stems)


def _score(one: Candidate, words: Sequence[_Sought], pairs: Sequence[str], newest: datetime | None) -> float:
    lines = one.profile.split("\n")
    relevance = sum(_best_way(lines, word) for word in words) / len(words) if words else 0.0
    if pairs:
        beside = sum(any(pair in line for line in lines[:4]) for pair in pairs) / len(pairs)
        relevance += NEAR * max(beside, 0.5 if one.near else 0.0)
    age = (newest - one.at).total_seconds() / 86_400 if newest else 0.0
    return float(relevance + PUBLISHED * one.published + RECENT * 0.5 ** (age / HALF_LIFE_DAYS))


def _best_way(lines: Sequence[str], word: _Sought) -> float:
    best = 0.0
    for share, sought in word.ways:
        worth = share * min(_place(lines, one) for one in sought)
        if word.start is not None and not best and worth < SUMMARY:
            worth = max(worth, BEGUN * _begun(lines, word.start))
        best = max(best, worth)
    return best


def _place(lines: Sequence[str], sought: str) -> float:
    """Where something stands: the best place, and a little for every other one."""
    title, services, cause, summary, body = lines
    best, also = 0.0, 0
    for worth, line in ((TITLE, title), (SERVICE, services), (CAUSE, cause), (SUMMARY, summary)):
        if sought in line:
            best, also = best or worth, also + (1 if best else 0)
    also += f"{sought[:-1]}:" in body
    return (best or BODY) + ALSO * also


def _begun(lines: Sequence[str], start: re.Pattern[str]) -> float:
    places = zip((TITLE, SERVICE, CAUSE, SUMMARY), lines, strict=False)
    return next((worth for worth, line in places if start.search(line)), BODY)
