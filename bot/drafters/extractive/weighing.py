"""How much each line weighs for the account of the incident.

The weights are a logistic regression of "belongs in the timeline" on `features`, fitted on labelled
public incidents and rounded. These are the incidents that docs/quality.md measures on, so those figures are
in-sample; what remained with each incident left out of its own fit stands there beside them. A second
step adds context: what the neighbours weigh, and how typical the line's words are of heavy lines.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, pstdev

from bot.drafters.extractive.alerts import is_chore
from bot.drafters.extractive.features import features
from bot.drafters.extractive.lines import Line

WEIGHTS = {
    "symptom": 0.31,
    "seen": 0.15,
    "hedge": 0.04,
    "finding": 0.08,
    "diagnosis": 0.09,
    "acted": 0.22,
    "acting": 0.08,
    "instruction": 0.08,
    "resolved": 0.07,
    "impact": 0.20,
    "idea": 0.03,
    "status": 0.08,
    "social": -0.15,
    "negation": -0.13,
    "aside": -0.05,
    "length": -0.02,
    "short": -0.13,
    "tiny": -0.12,
    "only_asks": -0.25,
    "asks": -0.29,
    "code": 0.30,
    "telling": 0.17,
    "bare_code": 0.12,
    "link": 0.19,
    "numbers": 0.44,
    "technical": 0.07,
    "emoji": -0.25,
    "opener": -0.11,
    "now": 0.21,
    "discourse": -0.15,
    "perfect": 0.03,
    "second_person": -0.13,
    "team": 0.20,
    "past": 0.24,
    "early": 0.24,
    "late": -0.18,
    "pause_before": 0.24,
    "pause_after": 0.15,
    "continued": -0.08,
    "author": 0.49,
    "new_author": 0.45,
}
# What a line's score is made of.
_OWN, _SURROUNDINGS, _TYPICAL, _NEIGHBOURS = 0.51, 0.23, 0.32, 0.18
_NEAR, _FAR = 4, 15  # lines
_HEAVY_SHARE = 0.2  # of the lines: those whose words are typical of the incident
_MARKED = frozenset(
    "pushpin round_pushpin star memo rotating_light exclamation warning white_check_mark heavy_check_mark "
    "eyes mega bulb fire tada".split()
)
_MARK_BONUS, _FACT_BONUS, _ALERT_BONUS, _REVIEWER_BONUS = 0.4, 0.8, 0.7, 2.0
_CHORE_MALUS = -2.0
"""Lint, calendars and cards that move are no part of an incident, however they are worded."""


def weigh(lines: Sequence[Line]) -> list[float]:
    """The weight of every line, in order; 0 is about average, 1 is heavy."""
    if not lines:
        return []
    own = _standardised([_weight(measured) for measured in features(lines)])
    typical = _typicality(lines, own)
    near, far = _means_around(own, _NEAR), _means_around(own, _FAR)
    return [
        _OWN * own[at]
        + _SURROUNDINGS * far[at]
        + _TYPICAL * typical[at]
        + _NEIGHBOURS * near[at]
        + _standing(line)
        for at, line in enumerate(lines)
    ]


def _weight(measured: dict[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in measured.items() if value)


def _standing(line: Line) -> float:
    """What evidence gets for who said it and how others marked it, whatever its words."""
    bonus = _MARK_BONUS if any(mark.name in _MARKED for mark in line.item.reactions) else 0.0
    if line.is_alert:
        return bonus + (_CHORE_MALUS if is_chore(line) else _ALERT_BONUS)
    if line.is_fact:
        return bonus + _FACT_BONUS
    return bonus + (_REVIEWER_BONUS if line.is_reviewer else 0.0)


def _standardised(values: list[float]) -> list[float]:
    middle, spread = fmean(values), pstdev(values) or 1.0
    return [(value - middle) / spread for value in values]


def _typicality(lines: Sequence[Line], own: Sequence[float]) -> list[float]:
    """How much a line's words are those of the heaviest fifth rather than of the rest."""
    often = Counter(word for line in lines for word in line.content)
    count = max(3, int(_HEAVY_SHARE * len(lines)))
    heaviest = sorted(range(len(lines)), key=lambda at: (-own[at], at))[:count]
    among = Counter(word for at in heaviest for word in lines[at].content)
    rest = max(0, len(lines) - count)
    odds = {
        word: math.log((among[word] + 0.5) / (count + 1)) - math.log((times - among[word] + 0.5) / (rest + 1))
        for word, times in often.items()
        if times > 1
    }
    raw = [
        math.fsum(odds.get(word, 0.0) for word in line.content) / math.sqrt(len(line.content) + 4)
        for line in lines
    ]
    largest = max((abs(value) for value in raw), default=0.0) or 1.0
    return [value / largest for value in raw]


def _means_around(values: Sequence[float], reach: int) -> list[float]:
    """For each place, the mean of the values up to `reach` places away, its own left out."""
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    means: list[float] = []
    for at, value in enumerate(values):
        first, last = max(0, at - reach), min(len(values), at + reach + 1)
        others = last - first - 1
        means.append((sums[last] - sums[first] - value) / others if others else 0.0)
    return means
