"""The cause, graded, and the theories on the way to it.

*Stated* needs a responder who says it in plain words of cause, unhedged, tied to this incident's
trouble, and not taken back or denied afterwards. What is hedged, or only fits, is *inferred*.
Naming a system in passing is neither.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.domain.postmortem import Claim, Grade, RootCause
from bot.drafters.extractive.causal import (
    EXPLICIT,
    REQUEST,
    SEEKING,
    THEORY,
    about_cause,
    causal,
    concedes,
    firm,
    strength,
    strong,
)
from bot.drafters.extractive.denial import denial
from bot.drafters.extractive.episodes import Episode, Grouping, pick
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, acts
from bot.drafters.extractive.novelty import lasting_terms
from bot.drafters.extractive.phrasing import shortened
from bot.drafters.extractive.theories import hypotheses
from bot.drafters.extractive.voice import finished

_TECHNICAL = re.compile(r"(?<![a-z])[a-z]+[A-Z]\w+|(?<!\w)\w+[_/]\w+|[A-Z]{3,}|0x[0-9a-f]+|\d{3,}")
_MEANS_WHAT_WAS_SAID = frozenset("that that's thats this so together which hence it it's".split())
_PREAMBLE = re.compile(
    r"^(?:(?:found it|got it|eureka|aha|bingo)\s*[:,–—-]\s*)?(?:(?:so |and |ok,? )?(?:the "
    r"|our )?(?:actual |real |main )?"
    r"(?:(?:root )?cause|culprit|reason)(?: of (?:this|it|that|today))?(?:\s*:|(?: here)? (?:is"
    r"|was)(?: that)?)\s+"
    r"|(?:the |our )?(?:problem|issue) (?:is|was) that\s+|(?:it )?turn(?:s|ed) out(?: that)?\s+|(?=\S))",
    re.IGNORECASE,
)
_OPEN = frozenset(("why", "how", "what", "which"))
"""A question that asks for the cause names none."""
_FIX_SOON = 10  # lines within which a fix follows what names the cause
_MANY = 40  # lines from which on an incident is about more than one thing
_UNRELATED = 0.8  # taken off, in such a one, from what shares no word with its trouble
_NAMED = 0.3  # added for plain words of cause
_EXPLAINED_WITHIN = 3600.0  # seconds after the resolution
_SAYS_THE_SAME = 0.4  # likeness of two lines from which on they are told as one
_MOST_CLAIMS = 3
_NEVER = -9.0
_ENOUGH = 1.2  # the least score that may name a cause


def root_cause(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> RootCause:
    """The graded cause with up to three claims, and the theories weighed."""
    trouble = trouble_words(lines, weights, milestones)
    scores = _scores(lines, weights, milestones)
    denied = frozenset(
        line.index for line in lines if scores[line.index] >= _ENOUGH and denial(lines, line) is not None
    )
    for at in denied:
        scores[at] = _NEVER
    episodes = pick(
        lines,
        scores,
        2 * _MOST_CLAIMS,
        Grouping(alike=_SAYS_THE_SAME, apart=denied, seeded=True),
        least=_ENOUGH,
    )
    told = [(one, _worded(lines, one)) for one in sorted(episodes, key=lambda one: -one.weight)]
    standing = [pair for pair in told if pair[1] and any(_explains(lines, line) for line in pair[0].lines)][
        :_MOST_CLAIMS
    ]
    told_already = {label for one, _ in standing for label in one.labels}
    told_already |= {milestones.onset.item.label} if milestones.onset else set()
    theories = hypotheses(lines, weights, denied, told_already)
    if not standing:
        return RootCause(hypotheses=theories)
    claims = tuple(Claim(text=text, evidence=one.labels) for one, text in standing)
    return RootCause(grade=_grade(lines, standing[0][0], trouble), claims=claims, hypotheses=theories)


def _worded(lines: Sequence[Line], episode: Episode) -> str:
    """The sentence that names the cause, without `the root cause is that` before it."""
    line = episode.main
    sentence = next((one for one in line.sentences if one.is_question and _confirmed(lines, line, one)), None)
    sentence = sentence or causal(line)
    if sentence is None or _merely_asks(lines, line, sentence) or concedes(sentence):
        return ""
    return bare_cause(_with_what_it_means(line, sentence))


def bare_cause(text: str) -> str:
    """What was the cause, without the words that say that it was."""
    bare = _PREAMBLE.sub("", text)
    return finished(bare) if len(bare.split()) >= 3 else text


def _with_what_it_means(line: Line, sentence: Sentence) -> str:
    """`That is the cause.` means the sentence before it."""
    text = shortened(sentence, 240)
    at = next(at for at, one in enumerate(line.sentences) if one is sentence)
    if (
        at == 0
        or not sentence.words
        or sentence.words[0] not in _MEANS_WHAT_WAS_SAID
        or len(sentence.words) > 8
    ):
        return text
    before = shortened(line.sentences[at - 1], 240)
    return f"{before} {text}" if len(before) + len(text) < 250 else before


def _merely_asks(lines: Sequence[Line], line: Line, sentence: Sentence) -> bool:
    """A request, or a question nobody said yes to."""
    if REQUEST.search(sentence.text):
        return True
    guess = bool(THEORY.search(sentence.lower) or strong(sentence)) and not _OPEN & set(sentence.words)
    return sentence.is_question and not guess and not _confirmed(lines, line, sentence)


def trouble_words(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> frozenset[str]:
    """The words in which this incident's trouble and its end were told."""
    words: set[str] = set()
    for line in (milestones.onset, milestones.mitigated, milestones.resolved):
        words |= line.content if line else set()
    heavy = sorted(
        (line for line in lines if line.said[Signal.SYMPTOM]), key=lambda line: -weights[line.index]
    )
    for line in heavy[: max(6, len(lines) // 12)]:
        words |= line.content
    return frozenset(words)


def _scores(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> list[float]:
    """How much each line looks like the one that names the cause.

    Weights: a logistic regression on ten labelled incidents, rounded, so figures on those are in-sample;
    with each left out in turn, the cause was among the first three claims in six of nine.
    """
    lasting = lasting_terms(lines)
    shared = shared_trouble(lines)
    apart = [
        len(lines) >= _MANY and not line.content & shared and not EXPLICIT.search(line.prose)
        for line in lines
    ]
    return [
        _NEVER
        if line.is_alert
        else _score(lines, weights, line, milestones)
        + 0.9 * lasting[line.index]
        - _UNRELATED * apart[line.index]
        for line in lines
    ]


def shared_trouble(lines: Sequence[Line]) -> frozenset[str]:
    """Words in which at least two messages tell of trouble: what only one complains of is another matter."""
    told = Counter(word for line in lines if line.said[Signal.SYMPTOM] for word in line.content)
    return frozenset(word for word, times in told.items() if times > 1)


def _score(lines: Sequence[Line], weights: Sequence[float], line: Line, milestones: Milestones) -> float:
    best = causal(line)
    if best is None:
        return 0.0
    score = strength(best) + 0.22 * max(-1.0, min(2.0, weights[line.index]))
    score += 0.3 * min(2, line.said[Signal.FINDING]) + 0.4 * min(len(_TECHNICAL.findall(line.prose)), 3) / 3
    score += 0.4 * _assented(lines, line) - 0.3 * line.index / len(lines)
    score += _NAMED * bool(
        EXPLICIT.search(best.text) and not best.said[Signal.HEDGE] and not best.is_question
    )
    score += 1.4 * any(one.is_question and _confirmed(lines, line, one) for one in line.sentences)
    return score - _lateness(line, milestones)


def _lateness(line: Line, milestones: Milestones) -> float:
    """Explanations come with the fix or within the hour after it; later talk is mostly of other things."""
    resolved = milestones.resolved
    if resolved is None or line.index <= resolved.index:
        return 0.0
    return 0.2 if seconds_between(resolved, line) <= _EXPLAINED_WITHIN else 0.85


def _assented(lines: Sequence[Line], line: Line) -> bool:
    """Somebody else agrees at once, in few words."""
    return any(
        reply.said[Signal.ASSENT] and reply.words <= 12 and reply.item.author_id != line.item.author_id
        for reply in lines[line.index + 1 : line.index + 3]
    )


def _confirmed(lines: Sequence[Line], line: Line, question: Sentence) -> bool:
    """A guess put as a question, and the next one to speak says no more than yes."""
    if REQUEST.search(question.text) or len(question.words) < 5 or "you" in question.words:
        return False
    replies = [
        one for one in lines[line.index + 1 : line.index + 3] if one.item.author_id != line.item.author_id
    ]
    return any(reply.said[Signal.ASSENT] and reply.words <= 3 for reply in replies)


def _explains(lines: Sequence[Line], line: Line) -> bool:
    """Speaks of a cause or a theory of one, rather than of one more symptom."""
    return any(
        (firm(one) and strength(one) > 0)
        or (THEORY.search(one.lower) and about_cause(one) and not SEEKING.search(one.lower))
        or (one.is_question and _confirmed(lines, line, one))
        for one in line.sentences
    )


def _grade(lines: Sequence[Line], episode: Episode, trouble: frozenset[str]) -> Grade:
    return Grade.STATED if any(_states(lines, line, trouble) for line in episode.lines) else Grade.INFERRED


def _states(lines: Sequence[Line], line: Line, trouble: frozenset[str]) -> bool:
    confirmed = next(
        (one for one in line.sentences if one.is_question and _confirmed(lines, line, one)), None
    )
    best = confirmed or causal(line)
    if best is None or not (confirmed or firm(best)):
        return False
    hedged = best.said[Signal.HEDGE] or "think" in best.words or best.is_question
    return not hedged and _tied(lines, line, best, trouble) and denial(lines, line) is None


def _tied(lines: Sequence[Line], line: Line, sentence: Sentence, trouble: frozenset[str]) -> bool:
    """Speaks of this trouble: in its words, as the root cause, with somebody's assent, or before a fix."""
    if len(line.content & trouble) >= 2 or EXPLICIT.search(sentence.text) or _assented(lines, line):
        return True
    following = lines[line.index + 1 : line.index + 1 + _FIX_SOON]
    return any(acts(one) for after in following for one in after.sentences)
