"""Which faults are tried."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from tests.chaos.sweep import Fault, Reached

_ANSWERED = ("chat.", "views.", "files.", "conversations.join")
"""Requests with an effect, whose answers are lost one after another as well."""


def kills(points: Sequence[Reached]) -> list[Fault]:
    """A kill after every commit, document and request of the undisturbed run.

    A kill before one of them finds what the kill after the one before it finds: nothing lasting
    happens in between. Only the very first is tried on its own.
    """
    first = [Fault("kill", points[0].step, points[0].point)] if points else []
    return first + [Fault("kill", step, point) for step, point in points if point.when == "after"]


def lost_answers(points: Sequence[Reached]) -> list[Fault]:
    """The answer of every request with an effect gets lost."""
    return [
        Fault("lost answer", step, point)
        for step, point in points
        if point.when == "after" and point.what.startswith(_ANSWERED)
    ]


def random_kills(points: Sequence[Reached], seeds: Iterable[int]) -> list[Fault]:
    """Two kills of whomever it hits, for every seed."""
    return [Fault("kill somebody", "any", seed=seed, requests=_requests(points)) for seed in seeds]


def restarts(points: Sequence[Reached], seeds: Iterable[int]) -> list[Fault]:
    """The database server restarts at three requests, for every seed."""
    return [Fault("restart", "any", seed=seed, requests=_requests(points)) for seed in seeds]


def _requests(points: Sequence[Reached]) -> int:
    """How many the undisturbed run made."""
    return sum(
        point.when == "after" and not point.what.startswith(("commit ", "file ")) for _, point in points
    )


def sample(faults: Sequence[Fault], count: int, seed: int) -> list[Fault]:
    """So many of them in their order, with every step among them if there are enough."""
    chance = random.Random(seed)
    steps = dict.fromkeys(fault.step for fault in faults)
    chosen = [chance.choice([fault for fault in faults if fault.step == step]) for step in steps]
    rest = [fault for fault in faults if fault not in chosen]
    chosen = chance.sample(chosen, min(count, len(chosen)))
    chosen += chance.sample(rest, min(count - len(chosen), len(rest)))
    return sorted(chosen, key=faults.index)
