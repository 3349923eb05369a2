"""Which part of an incident's life a line belongs to."""

from __future__ import annotations

import re

from bot.domain.postmortem import Phase
from bot.drafters.extractive.alerts import alarms, ends
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, changed, over
from bot.drafters.extractive.moves import remedies
from bot.drafters.extractive.telling import by_value

_DETECTING = 900.0  # seconds after the onset
_NOTICED = re.compile(
    r"\b(?:customers?|users?|clients?|support|tickets?|partners?|merchants?|agents?|people|reports?|reported|"
    r"complain\w*|same here|me too|anyone else|paged|alert(?:ed|s)?|marketing|sales|finance|i'?m seeing|"
    r"we'?re seeing|i see|seeing)\b",
    re.IGNORECASE,
)
_TOLD_US = re.compile(
    r"\b(?:customers?|users?|clients?|support|tickets?|partners?|merchants?"
    r"|agents?)\b[^.?]{0,30}\b(?:wrote|say|says|"
    r"said|report\w*|complain\w*|call(?:ed|ing)?|tweet\w*|forwarded|see)\b",
    re.IGNORECASE,
)
"""How trouble is noticed from outside, as against what one finds when looking for its reason."""


def phase(line: Line, milestones: Milestones) -> Phase:
    """The phase of a line, from its most telling sentence and where the milestones lie."""
    onset, resolved = milestones.onset, milestones.resolved
    best = next(iter(by_value(line.sentences)), None)
    if milestones.trigger is line:
        return Phase.TRIGGER
    if onset and line.index < onset.index:
        return Phase.TRIGGER if changed(line) or line.said[Signal.ACTED] else Phase.DETECTION
    if resolved and line.index == resolved.index:
        return Phase.RESOLUTION
    if line.item.after_resolution or (resolved and line.index > resolved.index):
        return Phase.RESOLUTION if best and over(best) >= 0.7 else Phase.AFTER
    if line is milestones.mitigated:
        return Phase.MITIGATION
    if onset and _detects(line, onset):
        return Phase.DETECTION
    if best and (over(best) >= 0.7 or ends(line)) and not remedies(best):
        return Phase.RESOLUTION
    return Phase.MITIGATION if best and _acts(best) and not _merely_changed(line) else Phase.INVESTIGATION


def _merely_changed(line: Line) -> bool:
    """A change told while looking for the reason."""
    return changed(line) and not any(remedies(one) for one in line.sentences)


def _acts(sentence: Sentence) -> bool:
    """Something is done or asked to be done about it, rather than found broken."""
    if remedies(sentence):
        return True
    said = sentence.said
    if sentence.is_question or said[Signal.NEGATION]:
        return False
    done = said[Signal.ACTED] + said[Signal.ACTING]
    return (bool(done) and done > said[Signal.SYMPTOM]) or bool(said[Signal.INSTRUCTION] and done)


def _detects(line: Line, onset: Line) -> bool:
    """The first report, and what alarms or people outside report within the quarter of an hour after it."""
    if line.index == onset.index:
        return True
    if (line.at - onset.at).total_seconds() >= _DETECTING:
        return False
    noticed = bool(line.said[Signal.SYMPTOM]) and not line.said[Signal.ACTED]
    return (
        alarms(line) or (noticed and bool(_NOTICED.search(line.prose))) or bool(_TOLD_US.search(line.prose))
    )
