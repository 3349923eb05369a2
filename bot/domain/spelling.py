"""Which known name somebody meant who mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 4
"""Of shorter words nearly every other word is one letter away."""


def closest(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names a word may have been meant for, the likeliest first: one letter missing, added, changed or
    swapped with its neighbour, two such slips from eight letters on. None for a word that is a name."""
    word = word.lower()
    most = 0 if len(word) < SHORTEST else 1 if len(word) < 8 else 2
    slips = {name: distance(word, name.lower(), most=most) for name in dict.fromkeys(names)}
    if not most or 0 in slips.values():
        return ()
    near = [name for name, found in slips.items() if found <= most]
    return tuple(sorted(near, key=lambda name: (slips[name], name[:1].lower() != word[:1], name)))


def distance(first: str, second: str, *, most: int) -> int:
    """How many slips lie between two words (optimal string alignment), or `most` + 1 where it is more."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        two_before, before, row = before, row, [at]
        for to, other in enumerate(second, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != other))
            swapped = at > 1 and to > 1 and letter == second[to - 2] and first[at - 2] == other
            row.append(min(cost, two_before[to - 2] + 1) if swapped else cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
