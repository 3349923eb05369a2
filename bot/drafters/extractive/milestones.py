"""When it began, was noticed, was mitigated and was over: each fixed by one piece of evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.postmortem import Moment, Times
from bot.drafters.extractive.alerts import alarms, ends
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.moves import changes, clocks, completed, remedies
from bot.drafters.extractive.telling import value

_NOT_YET = re.compile(
    r"\b(?:will|should|would|once|if|when|until|hope|hopefully|need to|needs to|can we|to be|going to|trying|"
    r"try|might|could|before|let's|please|eta|after)\b",
)
_PLAINLY = 0.7  # the least an all-clear must say
_ALERT_ENDS = 1.15  # what an alert that ends counts for
_TOLD_LATER = 30  # lines after the first report that may tell what changed before it
_CAUSED_WITHIN = 720
"""Minutes a change may lie before the first report to be its trigger."""
_EARLY_REPORTS = 6  # lines
_KNOWN_SINCE = timedelta(hours=6)
_SINCE = re.compile(
    r"\b(?:since|started at|from|began at)\s+(?:about |around |~|roughly )?(\d{1,2}):(\d\d)\b", re.I
)
_UTC = re.compile(r"\b(?:UTC|GMT)\b|\d\dZ\b")
_NO_HELP = re.compile(
    r"\b(?:do(?:es)?n'?t|did ?n[o']?t|not) (?:help|work|fix|change)|\bnothing changed\b|\bno (?:effect"
    r"|difference|"
    r"change)\b|\bfill up again\b|\bstill (?:failing|seeing|broken|see)\b|\bnot sure about that\b|"
    r"\bbefore the (?:first )?(?:restart|rollback|fix)\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\bv?\d+(?:\.\d+)+\b|\bv\d+\b")
_CLOSED = re.compile(
    r"\bcaught up\b|\bclosing (?:this|it)\b|\bcalling it resolved\b|\b(?:visible|reachable"
    r"|available) again\b|"
    r"\bconfirmed? (?:it(?:'s| is)? )?(?:works|working|fixed)\b|\bin sync\b",
)
_OVER = re.compile(
    r"\b(?:back (?:online|up\b(?! to)|to normal|on track|in service)"
    r"|(?:is|are|now|been|it's|all|fully|has|everything) (?:fixed|resolved|recovered|restored"
    r"|mitigated|healthy|green)"
    r"|(?:is|are|now|all|everything|seems to be|to be) working\b(?! on| with| through| towards?| around)"
    r"|(?:is|are|we're|it's) back\b(?! to| at| on (?!track|line))"
    r"|fixed (?:it|things|now)|work again|all (?:done|good|clear|green)|works (?:again|now|fine now)"
    r"|working (?:again|now)"
    r"|no (?:more|longer) (?:errors|failing|seeing)|recovered|incident (?:resolved|closed|over)|resolved"
    r"|errors (?:are )?gone|false alarm|(?:that|it) worked|succeeds|up and running|merged and fixed"
    r"|fix(?:es|ed) (?:the )?\w+ (?:problem|issue|bug)"
    r"|(?:läuft|laufen|geht|gehen|können|funktioniert) wieder|wieder (?:erreichbar|online|da|normal|ok|grün)"
    r"|(?:behoben|gelöst)|(?:rétabli|résolu)e?s?|ça remarche"
    r"|(?:resuelt|solucionad|restablecid|resolvid)[oa]s?"
    r"|(?:vuelve|voltou) a(?:l normal|o normal| funcionar)|ya funciona)\b",
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
    trigger: Line | None = None
    """The change that people or bots tell of from before the first report, or soon after it."""
    since: Moment | None = None
    """A start in UTC that an early report states, where it lies before the first report."""

    def times(self) -> Times:
        """The moments of these lines.

        The first report is the start as far as is known, unless somebody states an earlier one. It is the
        detection too where an alert made it or an earlier start is known: a chat message alone does not
        say when people noticed.
        """
        detected = self.onset if self.onset and (self.since or self.onset.is_alert) else None
        return Times(
            started=self.since or _moment(self.onset),
            detected=_moment(detected),
            mitigated=_moment(self.mitigated),
            resolved=_moment(self.resolved),
        )


def find(lines: Sequence[Line], weights: Sequence[float]) -> Milestones:
    """The milestones of an incident told by these lines."""
    onset = _onset(lines, weights)
    if onset is None:
        return Milestones()
    resolved = _resolved(lines, weights, onset) or _closed(lines, onset)
    return Milestones(
        onset,
        _mitigated(lines, weights, onset, resolved),
        resolved,
        _trigger(lines, onset),
        _since(lines, onset),
    )


def over(sentence: Sentence) -> float:
    """How plainly a sentence says that the trouble is over: 0 not at all, 1 plainly."""
    if sentence.is_question or sentence.said[Signal.NEGATION] or _NOT_YET.search(sentence.lower):
        return 0.0
    plain = 1.0 if _OVER.search(sentence.lower) else 0.5 * bool(sentence.said[Signal.RESOLVED])
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
        return alarms(line)
    asked = "?" in line.item.text and bool(line.said[Signal.SEEN])
    return bool(line.said[Signal.SYMPTOM] or line.telling or asked) and weights[line.index] > -0.3


def _resolved(lines: Sequence[Line], weights: Sequence[float], onset: Line) -> Line | None:
    """The line that confirms the end: plain words count most, then how late and how heavy it is."""
    best: tuple[float, Line] | None = None
    for line in lines[onset.index + 1 :]:
        said = (_ALERT_ENDS if ends(line) else 0.0) if line.is_alert else _said_over(line)
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
    """The heaviest remedy before the end, done rather than begun, or the last one of several as heavy.

    A change (`we deployed v2 at 08:55`) is none, and neither is what somebody says did not help.
    """
    if resolved is None:
        return None
    best: tuple[float, Line] | None = None
    for line in lines[onset.index + 1 : resolved.index]:
        rated = max((_remedied(sentence) for sentence in line.sentences), default=0.0)
        if not rated or _in_vain(lines, line):
            continue
        score = rated + 0.3 * weights[line.index] + line.index / len(lines)
        if best is None or score >= best[0]:
            best = (score, line)
    return _arrived(lines, best[1], resolved) if best else None


def _arrived(lines: Sequence[Line], begun: Line, resolved: Line) -> Line:
    """Where a rollback to a version began: the line that says this version is live."""
    versions = set(_VERSION.findall(begun.prose))
    if not versions or any(completed(one) for one in begun.sentences):
        return begun
    later = (
        one for one in lines[begun.index + 1 : resolved.index] if versions & set(_VERSION.findall(one.prose))
    )
    return next((one for one in later if changed(one)), begun)


def _remedied(sentence: Sentence) -> float:
    """How plainly a sentence tells of a remedy; 0 where it tells of none."""
    if remedies(sentence):
        return 2.0 if completed(sentence) else 1.0
    return 0.4 if acts(sentence) and not changes(sentence) and len(sentence.words) > 3 else 0.0


def _in_vain(lines: Sequence[Line], line: Line) -> bool:
    """It or one of the next messages about it says that it did not help."""
    later = lines[line.index + 1 : line.index + 7]
    return bool(_NO_HELP.search(line.prose)) or any(
        _NO_HELP.search(one.prose) and len(one.content & line.content) >= 2 for one in later
    )


def _closed(lines: Sequence[Line], onset: Line) -> Line | None:
    """Where nobody says that it is over: the last word that it is caught up, confirmed or closed."""
    return next(
        (line for line in reversed(lines[onset.index + 1 :]) if not line.is_alert and _says_closed(line)),
        None,
    )


def _says_closed(line: Line) -> bool:
    return any(
        _CLOSED.search(one.lower) and not one.is_question and not _NOT_YET.search(one.lower)
        for one in line.sentences
    )


def _trigger(lines: Sequence[Line], onset: Line) -> Line | None:
    """The last change told before the first report, or one told later that is dated before it."""
    before = [line for line in lines[max(0, onset.index - 5) : onset.index] if changed(line)]
    if before:
        return before[-1]
    later = (line for line in lines[onset.index : onset.index + _TOLD_LATER] if changed(line))
    return next((line for line in later if _dated_before(line, onset)), None)


def changed(line: Line) -> bool:
    """Tells of a change that is no remedy."""
    return any(changes(sentence) for sentence in line.sentences)


def _dated_before(line: Line, onset: Line) -> bool:
    minutes = onset.at.hour * 60 + onset.at.minute
    return any(
        0 <= (minutes - hour * 60 - minute) % 1440 <= _CAUSED_WITHIN for hour, minute in clocks(line.prose)
    )


def _since(lines: Sequence[Line], onset: Line) -> Moment | None:
    """A start that an early report states in UTC, up to some hours before the first report."""
    for line in lines[onset.index : onset.index + _EARLY_REPORTS]:
        found = _SINCE.search(line.item.text)
        if not found or not (line.is_alert or _UTC.search(line.item.text)):
            continue
        hour, minute = int(found[1]), int(found[2])
        at = line.at.replace(hour=hour % 24, minute=minute, second=0, microsecond=0)
        if hour < 24 and minute < 60 and timedelta(0) < onset.at - at <= _KNOWN_SINCE:
            return Moment(at=at, evidence=(line.item.label,))
    return None


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
