"""Which lines bring in the words the rest of the talk then uses.

The message that names what was wrong introduces terms that stay: the setting, the component, the error
that people go on about until the fix. That holds whatever the system and needs no vocabulary.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from bot.drafters.extractive.lines import Line

_JUST_NOW = 4  # lines back within which a word is still new
_NEXT = 40  # lines ahead in which it is counted
_COMMON = 0.3  # share of lines above which a word says nothing
_OPENING = 3  # first lines, in which every word is new


def lasting_terms(lines: Sequence[Line]) -> list[float]:
    """For each line 0 to 1: how much the next 40 lines use the words it (or the 4 before it) brought in."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        for word in line.content:
            places[word].append(line.index)
    most = _COMMON * len(lines) + _OPENING
    raw = [
        math.fsum(_used(places[word], line.index, most) for word in line.content)
        / math.sqrt(len(line.content) + 3)
        for line in lines
    ]
    largest = max(raw, default=0.0) or 1.0
    return [value / largest for value in raw]


def _used(places: Sequence[int], at: int, most: float) -> float:
    """How often a word first said just now is said again soon; ever-present and opening words "
    "count nothing."""
    if len(places) < 2 or len(places) > most or at < _OPENING or places[0] < at - _JUST_NOW:
        return 0.0
    again = bisect_right(places, at + _NEXT) - bisect_right(places, at)
    return math.log1p(again)
