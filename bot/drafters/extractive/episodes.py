"""Picking the weightiest lines, each with the neighbours that say the same thing or go on saying it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lines import Line
from bot.drafters.extractive.telling import telling

_REACH = 6  # lines
_SAME_TALK = 900.0  # seconds
_OWN_TALK = 600.0  # seconds, between two lines of one person
_MOST_EVIDENCE = 3
_CROWDED_REACH, _CROWDED_TIME = 12, 1800.0  # lines and seconds around one that was picked


@dataclass(frozen=True)
class Episode:
    """One moment of the incident: the line that tells it, and those that support it, in time order."""

    main: Line
    support: tuple[Line, ...]
    weight: float

    @property
    def lines(self) -> tuple[Line, ...]:
        """The main line first."""
        return (self.main, *self.support)

    @property
    def labels(self) -> tuple[int, ...]:
        """Labels of the evidence, the main one first."""
        return tuple(line.item.label for line in self.lines)


def budget(count: int) -> int:
    """How many moments an incident of so many messages is told in: 12 for 10, 25 for 100, 60 for 2,000.

    People who write timelines by hand pick about 5·n^0.3 moments out of n messages.
    """
    return min(count, max(3, round(6.8 * math.pow(count, 0.29))))


def likeness(first: Line, second: Line) -> float:
    """How much of the shorter line's content the other shares, damped for very short lines; 0 to 1."""
    shared = len(first.content & second.content)
    return shared / (min(len(first.content), len(second.content)) + 2)


@dataclass(frozen=True)
class Grouping:
    """Which neighbours of a line make one moment with it.

    Those it is `alike` to, and with `same_voice` those in which its author goes on. The lines at the places
    in `apart` support no other, being events of their own, nor do those of another kind (by place in
    `kinds`).
    Where `seeded`, the line picked leads its moment, whichever tells more.
    """

    alike: float = 0.2
    apart: frozenset[int] = frozenset()
    seeded: bool = False
    same_voice: bool = False
    kinds: Sequence[object] = ()


def pick(
    lines: Sequence[Line],
    weights: Sequence[float],
    most: int,
    grouping: Grouping,
    *,
    least: float = -9.0,
    crowding: float = 0.1,
) -> list[Episode]:
    """Up to `most` episodes by weight, in time order; lines beside one already told weigh `crowding` less."""
    heap = [(-weight, line.index) for line, weight in zip(lines, weights, strict=True)]
    heapq.heapify(heap)
    dimmed = [0.0] * len(lines)
    used: set[int] = set()
    episodes: list[Episode] = []
    while heap and len(episodes) < most:
        negative, at = heapq.heappop(heap)
        now = weights[at] - dimmed[at]
        if at in used or now < least:
            continue
        if -negative > now + 1e-9:
            heapq.heappush(heap, (-now, at))
            continue
        support = _support(lines, weights, at, used, grouping)
        used.update((at, *(line.index for line in support)))
        episodes.append(_told(lines[at], support, weights[at], grouping.seeded or at in grouping.apart))
        _dim(lines, at, dimmed, crowding)
    return sorted(episodes, key=lambda one: one.main.index)


def _others(kinds: Sequence[object], at: int) -> set[int]:
    """Places near enough to support a line that are of another kind than it."""
    near = range(max(0, at - _REACH), min(len(kinds), at + _REACH + 1))
    return {other for other in near if kinds[other] != kinds[at]}


def _told(first: Line, support: tuple[Line, ...], weight: float, fixed: bool) -> Episode:
    """The line of a group that tells most leads it (unless it is fixed), the others follow in time order."""
    if fixed:
        return Episode(first, support, weight)
    main = max((first, *support), key=lambda line: (telling(line) + 0.3 * (line is first), -line.index))
    others = sorted((line for line in (first, *support) if line is not main), key=lambda line: line.index)
    return Episode(main, tuple(others), weight)


def _support(
    lines: Sequence[Line], weights: Sequence[float], at: int, used: set[int], grouping: Grouping
) -> tuple[Line, ...]:
    main = lines[at]
    taken = used | grouping.apart | _others(grouping.kinds, at)
    found: list[tuple[float, int]] = []
    for other in lines[max(0, at - _REACH) : at + _REACH + 1]:
        if other.index == at or other.index in taken:
            continue
        apart, like = seconds_between(main, other), likeness(main, other)
        own = main.item.author_id == other.item.author_id and apart < _OWN_TALK
        goes_on = like >= grouping.alike or (grouping.same_voice and own)
        if apart <= _SAME_TALK and goes_on and main.is_alert == other.is_alert:
            found.append((weights[other.index] + 2 * like + 0.5 * own, other.index))
    best = sorted(found, key=lambda one: (-one[0], one[1]))[: _MOST_EVIDENCE - 1]
    return tuple(lines[index] for index in sorted(index for _, index in best))


def _dim(lines: Sequence[Line], at: int, dimmed: list[float], crowding: float) -> None:
    for other in lines[max(0, at - _CROWDED_REACH) : at + _CROWDED_REACH + 1]:
        if seconds_between(lines[at], other) < _CROWDED_TIME:
            dimmed[other.index] += crowding
