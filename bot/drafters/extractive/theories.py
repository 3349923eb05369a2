"""The theories people had on the way, and what became of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.domain.postmortem import Hypothesis
from bot.drafters.extractive.causal import THEORY, about_cause, causal
from bot.drafters.extractive.denial import GUESS, denial
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.phrasing import shortened

_ABOUT = re.compile(r"\b(?:maybe|perhaps|probably|about) (?:every |half |around |\d)", re.IGNORECASE)
"""`maybe every 12th request` guesses a number, not a cause."""
_MOST_THEORIES = 5
_THEORIES_WEIGHED = 60


def hypotheses(
    lines: Sequence[Line], weights: Sequence[float], denied: Collection[int], used: Collection[int]
) -> tuple[Hypothesis, ...]:
    """Up to five theories in time order: those denied first, then the heaviest open ones."""
    theories = ((line, causal(line) if line.index in denied else _theory(line)) for line in lines)
    weighed = [
        (weights[line.index] + 0.5 * (line.index in denied), line, theory)
        for line, theory in theories
        if theory is not None and not theory.said[Signal.PROPOSAL] and line.item.label not in used
    ]
    heaviest = sorted(weighed, key=lambda one: (-one[0], one[1].index))[:_THEORIES_WEIGHED]
    found = [
        (weight + 1.5 * (denied_by is not None), line, denied_by, theory)
        for weight, line, theory in heaviest
        if shortened(theory, 200)
        for denied_by in [denial(lines, line)]
    ]
    best = sorted(found, key=lambda one: (-one[0], one[1].index))[:_MOST_THEORIES]
    in_time = sorted(best, key=lambda one: one[1].index)
    return tuple(_hypothesis(line, denied_by, theory) for _, line, denied_by, theory in in_time)


def _theory(line: Line) -> Sentence | None:
    if not line.said[Signal.HEDGE]:
        return None
    guesses = (one for one in line.sentences if THEORY.search(one.lower) and not _ABOUT.search(one.text))
    return next((one for one in guesses if about_cause(one) or GUESS.search(one.lower)), None)


def _hypothesis(line: Line, denied_by: Line | None, theory: Sentence) -> Hypothesis:
    labels = (line.item.label,) if denied_by is None else (line.item.label, denied_by.item.label)
    corrected = denied_by is not None and denied_by.item.author_id == line.item.author_id
    outcome = "open" if denied_by is None else "superseded" if corrected else "refuted"
    return Hypothesis.model_validate({"text": shortened(theory, 200), "evidence": labels, "outcome": outcome})
