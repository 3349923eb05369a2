"""Which part of an incident's life a line belongs to."""

from __future__ import annotations

from bot.domain.postmortem import Phase
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line
from bot.drafters.extractive.milestones import Milestones, over
from bot.drafters.extractive.telling import by_value

_DETECTING = 900.0
_DOING = (Signal.ACTED, Signal.PLEDGE, Signal.INSTRUCTION)


def phase(line: Line, milestones: Milestones) -> Phase:
    """The phase of a line, from its most telling sentence and where the milestones lie."""
    onset, resolved = milestones.onset, milestones.resolved
    best = next(iter(by_value(line.sentences)), None)
    said = best.said if best else line.said
    if onset and line.index < onset.index:
        return Phase.TRIGGER if said[Signal.ACTED] or said[Signal.ACTING] else Phase.DETECTION
    if resolved and line.index == resolved.index:
        return Phase.RESOLUTION
    if line.item.after_resolution or (resolved and line.index > resolved.index):
        return Phase.RESOLUTION if best and over(best) >= 0.7 else Phase.AFTER
    if onset and _detects(line, onset):
        return Phase.DETECTION
    if best and over(best) >= 0.7:
        return Phase.RESOLUTION
    if any(said[signal] for signal in _DOING) and not (best and best.is_question):
        return Phase.MITIGATION
    return Phase.INVESTIGATION


def _detects(line: Line, onset: Line) -> bool:
    if line.index == onset.index:
        return True
    soon = (line.item.at - onset.item.at).total_seconds() < _DETECTING
    return soon and bool(line.is_alert or (line.said[Signal.SYMPTOM] and line.said[Signal.SEEN]))
