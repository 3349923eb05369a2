"""How much a sentence or a line tells a reader who was not there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence

_TELLS = {
    Signal.SYMPTOM: 1.0,
    Signal.ACTED: 1.0,
    Signal.RESOLVED: 1.0,
    Signal.MECHANISM: 0.6,
    Signal.FINDING: 0.8,
    Signal.IMPACT: 0.6,
    Signal.ACTING: 0.6,
    Signal.INSTRUCTION: 0.4,
    Signal.DIAGNOSIS: 0.4,
    Signal.PROPOSAL: 0.3,
    Signal.SOCIAL: -0.6,
    Signal.ASIDE: -0.5,
}
_FAULT = re.compile(
    r"\b(?:my|your|his|her|their|our) (?:fault|bad|mistake)\b|\bblame\b|\bshould(?:n't)? have\b"
    r"|\bwould(?:n't)? have (?:saved|been|prevented|caught)\b",
    re.IGNORECASE,
)
_LEANING = frozenset("it it's this that that's which they he she these those because once".split())
_SUPPOSING = frozenset("if when whether unless".split())


def telling(line: Line) -> float:
    """How much the line's best sentence tells; a bare log tells a little."""
    return max((value(sentence) for sentence in line.sentences), default=0.9 if line.telling else 0.0)


def by_value(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Sentences of two words or more, the most telling first."""
    ordered = [sentence for sentence in sentences if len(sentence.words) >= 2 or len(sentence.text) >= 8]
    return sorted(ordered, key=lambda sentence: -value(sentence))


def value(sentence: Sentence) -> float:
    """How much a sentence tells: its signals, its figures, its length up to a dozen words.

    Less where it leans on what was said before (`it`, `which`), supposes (`if`) or speaks to somebody.
    """
    if _FAULT.search(sentence.text):
        return -3.0
    said = sum(weight * min(sentence.said[signal], 2) for signal, weight in _TELLS.items())
    figures = 0.4 * any(word[0].isdigit() for word in sentence.words)
    first = sentence.words[0] if sentence.words else ""
    leaning = 0.4 * (first in _LEANING) + 0.5 * (first in _SUPPOSING) + 0.3 * ("you" in sentence.words)
    length = 0.08 * min(len(sentence.words), 12)
    return said + figures + length - leaning - (1.5 if sentence.is_question else 0.0) + 0.3 * sentence.leads
