"""The cause, graded, and the theories on the way to it.

*Stated* needs a responder who says it in plain words of cause, unhedged, tied to this incident's
trouble, and not taken back or denied afterwards. What is hedged, or only fits, is *inferred*.
Naming a system in passing is neither.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from bot.domain.postmortem import Claim, Grade, Hypothesis, RootCause
from bot.drafters.extractive.episodes import Episode, likeness, pick
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, acts
from bot.drafters.extractive.novelty import lasting_terms
from bot.drafters.extractive.phrasing import shortened
from bot.drafters.extractive.voice import finished

_FOUND = re.compile(r"\W*(?:got it|found it|aha|eureka)\s*[:,–—-]")
_STRONG = re.compile(
    r"\broot cause\b(?! analysis)"
    r"|\bcaus(?:ed|ing) (?:by|the|a|an|non|all|our)\b|\bthe (?:actual "
    r"|real |main |core )?(?:problem|issue|bug|reason|culprit|cause) (?:is|was|seems)\b"
    r"|\bturn(?:s|ed) out\b|\bbug in\b|\bbroken by\b|\bintroduced (?:by|in)\b|\bdue to\b"
    r"|\btraced (?:it |this )?(?:back )?to\b|\bthat(?:'s| is) (?:the problem|why|the cause|it)\b"
    r"|\bit(?:'s| is|'ll be| was) because\b|\bwe (?:have|had|set|use|used|forgot"
    r"|didn't)\b[^.]*\b(?:broken|wrong|missing|incorrect\w*|misconfigur\w+)\b|\bbecause\b"
    r"|\bforgot to\b"
    r"|\b(?:had|have|has) (?:an issue|a bug|the same issue|a problem)\b|\bmisconfigur|\bran out\b"
    r"|\bhas expired|\bhad expired|\bwas (?:missing|wrong|misconfigured)\b"
    r"|\bthe (?:cause|trigger|culprit)\b|\bthis confirms\b|\b(?:is|are|was|were) not compatible\b"
    r"|\bincompatible\b|\bresponsible for\b|\bour (?:fix|change|deploy\w*|release|config\w*) (?:broke"
    r"|caused)\b",
)
_ASKING = re.compile(
    r"\b(?:do you|did you|does anyone|can you|how do|how can|what is|what's the (?:difference|best))\b",
)
_TECHNICAL = re.compile(r"(?<![a-z])[a-z]+[A-Z]\w+|(?<!\w)\w+[_/]\w+|[A-Z]{3,}|0x[0-9a-f]+|\d{3,}")
_SEEKING = re.compile(
    r"\b(?:look\w* for|diagnos\w+|find\w*|investigat\w+|search\w* for|know|what(?:'s| is)|unclear"
    r"|determine) (?:\w+ ){0,2}(?:root )?cause\b"
    r"|\b(?:tried|didn't work|doesn't work|that worked|couldn't find|not sure (?:why|what)|no idea"
    r"|don't know (?:why|what))\b",
)
_CAUSAL_SIGNALS = (
    Signal.MECHANISM,
    Signal.CAUSE,
    Signal.FINDING,
    Signal.HEDGE,
    Signal.ACTED,
    Signal.CORRECTION,
)
"""A sentence without any of these speaks of no cause, whatever its wording."""
_MEANS_WHAT_WAS_SAID = frozenset("that that's thats this so together which hence it it's".split())  # noqa: SIM905 - reads as the list it is
_INSTEAD = re.compile(r"\bit(?:'s| is| was) (?:the|a|an|our|that|because)\b", re.IGNORECASE)
"""A correction that names what it was instead."""
_EXPLICIT = re.compile(r"\broot cause (?:is|was|:)|\b(?:was|is|were) caused by\b", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"^(?:(?:found it|got it|eureka|aha|bingo)\s*[:,–—-]\s*)?(?:(?:so |and |ok,? )?(?:the "
    r"|our )?(?:actual |real |main )?"
    r"(?:(?:root )?cause|culprit|reason)(?: of (?:this|it|that|today))?(?:\s*:|(?: here)? (?:is"
    r"|was)(?: that)?)\s+"
    r"|(?:the |our )?(?:problem|issue) (?:is|was) that\s+|(?:it )?turn(?:s|ed) out(?: that)?\s+|(?=\S))",
    re.IGNORECASE,
)
_NOT_IT = re.compile(
    r"\bso (?:it(?:'s| is| was)|that(?:'s| is| was))?\s*not\b|^\W*(?:no|nope|not)\b|\bi was wrong\b|"
    r"\ba responder was wrong\b|\b(?:it(?:'s| is| was)|that(?:'s| is| was)) not (?:the|them|it|that"
    r"|related|due)\b|"
    r"\b(?:isn'?t|wasn'?t) (?:the|it|them|related|that)\b|\bgives \S+ not \S+|\bcan(?:'t|not) be (?:the"
    r"|it|that)\b|"
    r"\bnothing to do with\b|\bruled? out\b|\bunrelated\b|\bdon'?t think so\b|\bdoubt it\b|\bhardly\b",
)
"""Says what it was not."""
_LOST_REACH = 12
_GUESS = re.compile(
    r"\b(?:maybe|perhaps|could it be|might be|could be|i bet|is it|isn'?t)\b(?: (?:it|this|that)(?:'s| is"
    r"| was))?"
    r" (?:the|a|an|our|their|some|just|caused|related) \w+",
)
_ABOUT = re.compile(r"\b(?:maybe|perhaps|probably|about) (?:every |half |around |\d)", re.IGNORECASE)
"""`maybe every 12th request` guesses a number, not a cause."""
_FIX_SOON = 10
_MANY = 40
_UNRELATED = 0.8
_NAMED = 0.3
_DENIAL = re.compile(
    r"\W*(?:no|nope|nah|not|it'?s not|it isn'?t|it wasn'?t|isn'?t|wasn'?t)\b(?! sure| only| yet)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:\W*)(?:can|could|would|will|do|does|did|is there|are there|any|have|has|who|where|how|anyone"
    r"|should)\b",
    re.IGNORECASE,
)
_EXPLAINED_WITHIN = 3600.0
_REPLY_REACH = 4
_DENIAL_REACH = 40
_MOST_CLAIMS = 3
_MOST_THEORIES = 5
_THEORIES_WEIGHED = 60
_NEVER = -9.0
_REPLY_WITHIN = 1200.0
_ENOUGH = 1.2
_THEORY = re.compile(
    r"\b(?:maybe|perhaps|might be|could be|my (?:guess|hypothesis|theory)|i (?:suspect|think|guess"
    r"|wonder)|suspect|probably|possibly|likely|looks like|related to|hypothesis)\b",
)


def root_cause(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> RootCause:
    """The graded cause with up to three claims, and the theories weighed."""
    trouble = trouble_words(lines, weights, milestones)
    scores = _scores(lines, weights, milestones)
    denied = frozenset(
        line.index for line in lines if scores[line.index] >= _ENOUGH and _denial(lines, line) is not None
    )
    for at in denied:
        scores[at] = _NEVER
    episodes = pick(lines, scores, 2 * _MOST_CLAIMS, least=_ENOUGH, apart=denied, seeded=True)
    told = [(one, _worded(lines, one)) for one in sorted(episodes, key=lambda one: -one.weight)]
    standing = [pair for pair in told if pair[1] and any(_explains(lines, line) for line in pair[0].lines)][
        :_MOST_CLAIMS
    ]
    theories = _hypotheses(lines, weights, denied, {label for one, _ in standing for label in one.labels})
    if not standing:
        return RootCause(hypotheses=theories)
    claims = tuple(Claim(text=text, evidence=one.labels) for one, text in standing)
    return RootCause(grade=_grade(lines, standing[0][0], trouble), claims=claims, hypotheses=theories)


def _worded(lines: Sequence[Line], episode: Episode) -> str:
    """The sentence that names the cause, without `the root cause is that` before it."""
    line = episode.main
    sentence = next((one for one in line.sentences if one.is_question and _confirmed(lines, line, one)), None)
    sentence = sentence or _causal(line)
    if sentence is None or _merely_asks(lines, line, sentence) or _concedes(sentence):
        return ""
    return bare_cause(_with_what_it_means(line, sentence))


def bare_cause(text: str) -> str:
    """What was the cause, without the words that say that it was."""
    bare = _PREAMBLE.sub("", text)
    return finished(bare) if len(bare.split()) >= 3 else text


def _concedes(sentence: Sentence) -> bool:
    """Takes something back, or says what it was not, without saying what it was."""
    taken_back = bool(sentence.said[Signal.CORRECTION]) and not _INSTEAD.search(sentence.text)
    return taken_back or bool(_NOT_IT.search(sentence.lower))


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
    if _REQUEST.search(sentence.text):
        return True
    guess = sentence.is_question and bool(_THEORY.search(sentence.lower) or _strong(sentence))
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


def _strong(sentence: Sentence) -> bool:
    """Words that hardly anybody uses without naming a cause."""
    return bool(_FOUND.match(sentence.lower) or _STRONG.search(sentence.lower))


def strength(sentence: Sentence) -> float:
    """How much a sentence speaks of a cause."""
    said = sentence.said
    if len(sentence.words) < 4 or not any(signal in said for signal in _CAUSAL_SIGNALS):
        return 0.0
    found = 0.38 * min(2, said[Signal.MECHANISM]) + 0.85 * bool(_strong(sentence))
    if said[Signal.HEDGE]:
        found += 0.3 * bool(_THEORY.search(sentence.lower)) - 0.2
    if said[Signal.CORRECTION]:
        found += 0.85 * bool(_INSTEAD.search(sentence.text))
    if found <= 0 or _ASKING.search(sentence.lower) or _SEEKING.search(sentence.lower):
        return 0.0
    return found - 0.3 * bool(said[Signal.PROPOSAL])


def _scores(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> list[float]:
    """How much each line looks like the one that names the cause.

    Weights: a logistic regression on ten labelled incidents, rounded, so figures on those are in-sample;
    with each left out in turn, the cause was among the first three claims in six of nine.
    """
    lasting = lasting_terms(lines)
    shared = shared_trouble(lines)
    apart = [
        len(lines) >= _MANY and not line.content & shared and not _EXPLICIT.search(line.prose)
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
    best = _causal(line)
    if best is None:
        return 0.0
    score = strength(best) + 0.22 * max(-1.0, min(2.0, weights[line.index]))
    score += 0.3 * min(2, line.said[Signal.FINDING]) + 0.4 * min(len(_TECHNICAL.findall(line.prose)), 3) / 3
    score += 0.4 * _assented(lines, line) - 0.3 * line.index / len(lines)
    score += _NAMED * bool(
        _EXPLICIT.search(best.text) and not best.said[Signal.HEDGE] and not best.is_question
    )
    score += 1.4 * any(one.is_question and _confirmed(lines, line, one) for one in line.sentences)
    return score - _lateness(line, milestones)


def _lateness(line: Line, milestones: Milestones) -> float:
    """Explanations come with the fix or within the hour after it; later talk is mostly of other things."""
    resolved = milestones.resolved
    if resolved is None or line.index <= resolved.index:
        return 0.0
    return 0.2 if seconds_between(resolved, line) <= _EXPLAINED_WITHIN else 0.85


def _causal(line: Line) -> Sentence | None:
    """The sentence of a line that speaks most of a cause; of several alike the first."""
    return (
        max(line.sentences, key=_causally, default=None)
        if len(line.sentences) > 1
        else next(iter(line.sentences), None)
    )


def _causally(sentence: Sentence) -> float:
    found = strength(sentence)
    return found - 0.6 * bool(_REQUEST.search(sentence.text)) if found > 0 else found


def _assented(lines: Sequence[Line], line: Line) -> bool:
    """Somebody else agrees at once, in few words."""
    return any(
        reply.said[Signal.ASSENT] and reply.words <= 12 and reply.item.author_id != line.item.author_id
        for reply in lines[line.index + 1 : line.index + 3]
    )


def _confirmed(lines: Sequence[Line], line: Line, question: Sentence) -> bool:
    """A guess put as a question, and the next one to speak says no more than yes."""
    if _REQUEST.search(question.text) or len(question.words) < 5 or "you" in question.words:
        return False
    replies = [
        one for one in lines[line.index + 1 : line.index + 3] if one.item.author_id != line.item.author_id
    ]
    return any(reply.said[Signal.ASSENT] and reply.words <= 3 for reply in replies)


def _explains(lines: Sequence[Line], line: Line) -> bool:
    """Speaks of a cause or a theory of one, rather than of one more symptom."""
    return any(
        (_firm(one) and strength(one) > 0)
        or (_THEORY.search(one.lower) and _about_cause(one) and not _SEEKING.search(one.lower))
        or (one.is_question and _confirmed(lines, line, one))
        for one in line.sentences
    )


def _denial(lines: Sequence[Line], line: Line) -> Line | None:
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
    if near and alike > 0 and later.item.author_id != line.item.author_id and _DENIAL.match(later.prose):
        return True
    return bool(later.said[Signal.REFUTED]) and alike >= (0.15 if near else 0.3)


def _refutes_guess(line: Line, later: Line) -> bool:
    """A guess (`maybe it is the provider`) that a later message about the same says it was not."""
    if not _GUESS.search(line.prose.lower()) or later.index - line.index > _LOST_REACH:
        return False
    if any(_strong(one) for one in line.sentences):
        return False
    says_no = any(_NOT_IT.search(one.lower) and not one.is_question for one in later.sentences)
    return says_no and bool(line.content & later.content)


def _grade(lines: Sequence[Line], episode: Episode, trouble: frozenset[str]) -> Grade:
    return Grade.STATED if any(_states(lines, line, trouble) for line in episode.lines) else Grade.INFERRED


def _states(lines: Sequence[Line], line: Line, trouble: frozenset[str]) -> bool:
    confirmed = next(
        (one for one in line.sentences if one.is_question and _confirmed(lines, line, one)), None
    )
    best = confirmed or _causal(line)
    if best is None or not (confirmed or _firm(best)):
        return False
    hedged = best.said[Signal.HEDGE] or "think" in best.words or best.is_question
    return not hedged and _tied(lines, line, best, trouble) and _denial(lines, line) is None


def _firm(sentence: Sentence) -> bool:
    """Names a cause in plain words, or corrects an earlier account."""
    corrected = sentence.said[Signal.CORRECTION] and _INSTEAD.search(sentence.text)
    return bool(corrected or _strong(sentence))


def _tied(lines: Sequence[Line], line: Line, sentence: Sentence, trouble: frozenset[str]) -> bool:
    """Speaks of this trouble: in its words, as the root cause, with somebody's assent, or before a fix."""
    if len(line.content & trouble) >= 2 or _EXPLICIT.search(sentence.text) or _assented(lines, line):
        return True
    following = lines[line.index + 1 : line.index + 1 + _FIX_SOON]
    return any(acts(one) for after in following for one in after.sentences)


def _hypotheses(
    lines: Sequence[Line], weights: Sequence[float], denied: Collection[int], used: Collection[int]
) -> tuple[Hypothesis, ...]:
    """Up to five theories in time order: those denied first, then the heaviest open ones."""
    theories = ((line, _causal(line) if line.index in denied else _theory(line)) for line in lines)
    weighed = [
        (weights[line.index] + 0.5 * (line.index in denied), line, theory)
        for line, theory in theories
        if theory is not None and line.item.label not in used
    ]
    heaviest = sorted(weighed, key=lambda one: (-one[0], one[1].index))[:_THEORIES_WEIGHED]
    found = [
        (weight + 1.5 * (denial is not None), line, denial, theory)
        for weight, line, theory in heaviest
        if shortened(theory, 200)
        for denial in [_denial(lines, line)]
    ]
    best = sorted(found, key=lambda one: (-one[0], one[1].index))[:_MOST_THEORIES]
    in_time = sorted(best, key=lambda one: one[1].index)
    return tuple(_hypothesis(line, denial, theory) for _, line, denial, theory in in_time)


def _theory(line: Line) -> Sentence | None:
    if not line.said[Signal.HEDGE]:
        return None
    guesses = (one for one in line.sentences if _THEORY.search(one.lower) and not _ABOUT.search(one.text))
    return next((one for one in guesses if _about_cause(one) or _GUESS.search(one.lower)), None)


def _about_cause(sentence: Sentence) -> bool:
    causal = sentence.said[Signal.CAUSE] or sentence.said[Signal.MECHANISM] or sentence.said[Signal.SYMPTOM]
    return bool(causal) and len(sentence.words) >= 5 and not sentence.said[Signal.PROPOSAL]


def _hypothesis(line: Line, denial: Line | None, theory: Sentence) -> Hypothesis:
    labels = (line.item.label,) if denial is None else (line.item.label, denial.item.label)
    corrected = denial is not None and denial.item.author_id == line.item.author_id
    outcome = "open" if denial is None else "superseded" if corrected else "refuted"
    return Hypothesis.model_validate({"text": shortened(theory, 200), "evidence": labels, "outcome": outcome})
