"""When it began, was noticed, was mitigated and was over: each fixed by one piece of evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.postmortem import Moment, Times
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.telling import value

_ROUTINE = re.compile(
    r"\b(?:passed|succeeded|success\w*|deployed|merged|released|scheduled|reminder|review|lint|build|sync)\b",
    re.IGNORECASE,
)
"""A bot's report of a build or a deployment, as opposed to an alert that something is wrong."""
_ALERT_OVER = re.compile(
    r"\b(?:resolved|recovered|ok|closed|cleared|back to normal|up again)\b", re.IGNORECASE
)
_NOT_YET = re.compile(
    r"\b(?:will|should|would|once|if|when|until|hope|hopefully|need to|needs to|can we|to be|going to|trying|"
    r"try|might|could|before|let's|please|eta|after)\b",
    re.IGNORECASE,
)
_PLAINLY = 0.7
_OVER = re.compile(
    r"\b(?:back (?:online|up\b(?! to)|to normal|on track|in service)"
    r"|(?:is|are|now|been|it's|all|fully|has|everything) (?:fixed|resolved|recovered|restored"
    r"|mitigated|healthy|green)"
    r"|(?:is|are|now|all|everything|seems to be|to be) working\b(?! on| with| through| towards?| around)"
    r"|(?:is|are|we're|it's) back\b(?! to| at| on (?!track|line))"
    r"|fixed (?:it|things|now)|all (?:done|good|clear|green)|works (?:again|now|fine now)"
    r"|working (?:again|now)"
    r"|no (?:more|longer) (?:errors|failing|seeing)|recovered|incident (?:resolved|closed|over)|resolved"
    r"|errors (?:are )?gone|false alarm|(?:that|it) worked|succeeds|up and running|merged and fixed"
    r"|fix(?:es|ed) (?:the )?\w+ (?:problem|issue|bug))\b",
    re.IGNORECASE,
)


_DID = re.compile(
    r"^\W*(?:(?:ok|so|and|also|just|now|alright)\W+)*"
    r"(?:(?:i|we|i've|we've|they|[\w-]+ (?:has|have|was|were|is|are))\s+(?:(?:have|has|just|also|now"
    r"|been|already)\s+)*)?"
    r"(?:\w{3,}ed|made|put|set|rolled|cut|reran|rebuilt|kicked|took|sent|got|shut|brought|ran|reset"
    r"|written|wrote)\b",
    re.IGNORECASE,
)
"""`I restarted`, `we've just rolled back`, `restarted the pods`, `traffic was moved`."""


@dataclass(frozen=True)
class Milestones:
    """The lines that fix the points of the incident's life; None where none does."""

    onset: Line | None = None
    mitigated: Line | None = None
    resolved: Line | None = None

    def times(self) -> Times:
        """The moments of these lines. The first report is both the start, as far as is known, and the
        detection."""
        return Times(
            started=_moment(self.onset),
            detected=_moment(self.onset),
            mitigated=_moment(self.mitigated),
            resolved=_moment(self.resolved),
        )


def find(lines: Sequence[Line], weights: Sequence[float]) -> Milestones:
    """The milestones of an incident told by these lines."""
    onset = _onset(lines, weights)
    if onset is None:
        return Milestones()
    resolved = _resolved(lines, weights, onset)
    return Milestones(onset, _mitigated(lines, weights, onset, resolved), resolved)


def over(sentence: Sentence) -> float:
    """How plainly a sentence says that the trouble is over: 0 not at all, 1 plainly."""
    if sentence.is_question or sentence.said[Signal.NEGATION] or _NOT_YET.search(sentence.text):
        return 0.0
    plain = 1.0 if _OVER.search(sentence.text) else 0.5 * bool(sentence.said[Signal.RESOLVED])
    return plain - 0.3 * bool(sentence.said[Signal.HEDGE]) if plain else 0.0


def _onset(lines: Sequence[Line], weights: Sequence[float]) -> Line | None:
    """The first line that reports trouble: an alert, or words for a symptom, and not a light one.

    Where the first tenth (ten lines at least) holds none, people said it in words unknown here: then it
    is the first heavy line.
    """
    opening = lines[: max(10, len(lines) // 10)]
    reported = next((line for line in opening if _reports(line, weights)), None)
    heavy = (line for line in opening if weights[line.index] > 0 and line.words > 2)
    later = (line for line in lines if line.said[Signal.SYMPTOM])
    return reported or next(heavy, None) or next(later, None)


def _reports(line: Line, weights: Sequence[float]) -> bool:
    if line.is_alert:
        return not _ROUTINE.search(line.item.text) and not _ALERT_OVER.search(line.item.text)
    asked = "?" in line.item.text and bool(line.said[Signal.SEEN])
    return bool(line.said[Signal.SYMPTOM] or line.telling or asked) and weights[line.index] > -0.3


def _resolved(lines: Sequence[Line], weights: Sequence[float], onset: Line) -> Line | None:
    """The line that confirms the end: plain words count most, then how late and how heavy it is."""
    best: tuple[float, Line] | None = None
    for line in lines[onset.index + 1 :]:
        said = 1.0 if line.is_alert and _ALERT_OVER.search(line.item.text) else _said_over(line)
        if said < _PLAINLY:
            continue
        score = said + 1.2 * line.index / len(lines) + 0.25 * max(-1.0, min(1.5, weights[line.index]))
        if best is None or score >= best[0]:
            best = (score, line)
    return best[1] if best else None


def _said_over(line: Line) -> float:
    return max((over(sentence) for sentence in line.sentences), default=0.0)


def _mitigated(
    lines: Sequence[Line], weights: Sequence[float], onset: Line, resolved: Line | None
) -> Line | None:
    """The heaviest action before the end, or the last one of several as heavy."""
    if resolved is None:
        return None
    best: tuple[float, Line] | None = None
    for line in lines[onset.index + 1 : resolved.index]:
        if not any(acts(sentence) for sentence in line.sentences):
            continue
        score = 0.5 * weights[line.index] + line.index / len(lines)
        if best is None or score >= best[0]:
            best = (score, line)
    return best[1] if best else None


def acts(sentence: Sentence) -> bool:
    """Plainly says that something was done about it."""
    said = sentence.said
    if sentence.is_question or said[Signal.HEDGE] or said[Signal.NEGATION] or len(sentence.words) < 2:
        return False
    if {"if", "would", "could"} & set(sentence.words):
        return False
    return (
        said[Signal.ACTED] > said[Signal.SYMPTOM] and bool(_DID.search(sentence.text)) and value(sentence) > 1
    )


def _moment(line: Line | None) -> Moment | None:
    return Moment(at=line.at, evidence=(line.item.label,)) if line else None
