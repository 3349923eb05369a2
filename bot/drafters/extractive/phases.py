"""Which part of an incident's life a line belongs to."""

from __future__ import annotations

from bot.domain.postmortem import Phase
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, over
from bot.drafters.extractive.telling import by_value

_DETECTING = 900.0


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
    return Phase.MITIGATION if best and _acts(best) else Phase.INVESTIGATION


def _acts(sentence: Sentence) -> bool:
    """Something is done or asked to be done about it, rather than found broken."""
    said = sentence.said
    if sentence.is_question or said[Signal.NEGATION]:
        return False
    done = said[Signal.ACTED] + said[Signal.ACTING]
    return (bool(done) and done > said[Signal.SYMPTOM]) or bool(said[Signal.INSTRUCTION] and done)


def _detects(line: Line, onset: Line) -> bool:
    if line.index == onset.index:
        return True
    soon = (line.at - onset.at).total_seconds() < _DETECTING
    return soon and bool(line.is_alert or (line.said[Signal.SYMPTOM] and not line.said[Signal.ACTED]))
