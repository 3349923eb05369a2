"""Whether what somebody said was taken back by them or denied by somebody else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.drafters.extractive.causal import NOT_IT, strong
from bot.drafters.extractive.episodes import likeness
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line

DENIES = re.compile(
    r"\W*(?:no|nope|nah|not|it'?s not|it isn'?t|it wasn'?t|isn'?t|wasn'?t)\b(?! sure| only| yet)",
    re.IGNORECASE,
)
GUESS = re.compile(
    r"\b(?:maybe|perhaps|could it be|might be|could be|i bet|is it|isn'?t)\b(?: (?:it|this|that)(?:'s| is"
    r"| was))?"
    r" (?:the|a|an|our|their|some|just|caused|related) \w+",
)
_LOST_REACH, _REPLY_REACH, _DENIAL_REACH = 12, 4, 40  # lines
_REPLY_WITHIN = 1200.0  # seconds


def denial(lines: Sequence[Line], line: Line) -> Line | None:
    """The line that takes it back (its author, soon) or denies it (a reply, or later about the same)."""
    for later in lines[line.index + 1 : line.index + 1 + _DENIAL_REACH]:
        near = later.index - line.index <= _REPLY_REACH and seconds_between(line, later) < _REPLY_WITHIN
        same_author = later.item.author_id == line.item.author_id
        if (same_author and near and later.said[Signal.CORRECTION]) or _denies(line, later, near=near):
            return later
    return None


def _denies(line: Line, later: Line, *, near: bool) -> bool:
    """Speaks of the same and says no: a reply that opens with it needs to share no more than a word."""
    alike = likeness(line, later)
    same = later.item.author_id == line.item.author_id
    if not same and seconds_between(line, later) < _REPLY_WITHIN and _refutes_guess(line, later):
        return True
    if near and alike > 0 and later.item.author_id != line.item.author_id and DENIES.match(later.prose):
        return True
    return bool(later.said[Signal.REFUTED]) and alike >= (0.15 if near else 0.3)


def _refutes_guess(line: Line, later: Line) -> bool:
    """A guess (`maybe it is the provider`) that a later message about the same says it was not."""
    if not GUESS.search(line.prose.lower()) or later.index - line.index > _LOST_REACH:
        return False
    if any(strong(one) for one in line.sentences):
        return False
    says_no = any(NOT_IT.search(one.lower) and not one.is_question for one in later.sentences)
    return says_no and bool(line.content & later.content)
