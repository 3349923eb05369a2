"""What it sounds like when somebody names a cause, asks for one, or says what it was not."""

from __future__ import annotations

import re

from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence

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
_ABROAD = re.compile(
    r"\bursache\b|\b(?:lag|liegt) (?:\w+ )?(?:an|am)\b|\bverursacht\b|\bausgelöst (?:durch|von)\b"
    r"|\bgrund (?:ist|war)\b"
    r"|\bschuld (?:ist|war)\b|\b(?:la )?cause (?:racine )?(?:est|était)\b|\bprovoqu[ée]e? par\b"
    r"|\bà cause d"
    r"|\b(?:la|el) (?:causa|culpable|problema) (?:es|era|fue)\b|\b(?:causad|provocad)[oa]s? por\b"
    r"|\bdebido a\b|\ba causa (?:é|era|foi)\b|\bdevido a\b"
)
EXPLICIT = re.compile(
    r"\broot cause (?:is|was|:)|\b(?:was|is|were) caused by\b|\bdas (?:ist|war) die ursache\b"
    r"|\bursache (?:ist|war)\b"
    r"|\bcause (?:racine )?(?:est|était)\b|\bcausa (?:raíz )?(?:es|era|fue|é|foi)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:do you|did you|does anyone|can you|how do|how can|what is|what's the (?:difference|best))\b",
)
SEEKING = re.compile(
    r"\b(?:look\w* for|diagnos\w+|find\w*|investigat\w+|search\w* for|know|what(?:'s| is)|unclear"
    r"|determine) (?:\w+ ){0,2}(?:root )?cause\b"
    r"|\b(?:tried|didn't work|doesn't work|that worked|couldn't find|not sure (?:why|what)|no idea"
    r"|don't know (?:why|what))\b",
)
THEORY = re.compile(
    r"\b(?:maybe|perhaps|might be|could be|my (?:guess|hypothesis|theory)|i (?:suspect|think|guess"
    r"|wonder)|suspect|probably|possibly|likely|looks like|related to|hypothesis"
    r"|vielleicht|vermutlich|wahrscheinlich|möglicherweise|peut-être|probablement|quizás?|tal vez"
    r"|probablemente|talvez|provavelmente)\b",
)
REQUEST = re.compile(
    r"^(?:\W*)(?:can|could|would|will|do|does|did|is there|are there|any|have|has|who|where|how|anyone"
    r"|should)\b",
    re.IGNORECASE,
)
NOT_IT = re.compile(
    r"\bso (?:it(?:'s| is| was)|that(?:'s| is| was))?\s*not\b|^\W*(?:no|nope|not)\b|\bi was wrong\b|"
    r"\ba responder was wrong\b|\b(?:it(?:'s| is| was)|that(?:'s| is| was)) not (?:the|them|it|that"
    r"|about|related|due)\b|"
    r"\b(?:isn'?t|wasn'?t) (?:the|it|them|related|that)\b|\bgives \S+ not \S+|\bcan(?:'t|not) be (?:the"
    r"|it|that)\b|"
    r"\bnothing to do with\b|\bruled? out\b|\bunrelated\b|\bdon'?t think so\b|\bdoubt it\b|\bhardly\b",
)
"""Says what it was not."""
INSTEAD = re.compile(r"\bit(?:'s| is| was) (?:the|a|an|our|that|because)\b", re.IGNORECASE)
"""A correction that names what it was instead."""
_SUPPOSED = frozenset(("if", "unless", "whether", "wenn", "falls"))
"""`If it turns out that …` names nothing yet."""
_CAUSAL_SIGNALS = (
    Signal.MECHANISM,
    Signal.CAUSE,
    Signal.FINDING,
    Signal.HEDGE,
    Signal.ACTED,
    Signal.CORRECTION,
)
"""A sentence without any of these speaks of no cause, whatever its wording."""


def strong(sentence: Sentence) -> bool:
    """Words that hardly anybody uses without naming a cause."""
    if _SUPPOSED & set(sentence.words):
        return False
    lower = sentence.lower
    return bool(_FOUND.match(lower) or _STRONG.search(lower) or _ABROAD.search(lower))


def firm(sentence: Sentence) -> bool:
    """Names a cause in plain words, or corrects an earlier account."""
    corrected = sentence.said[Signal.CORRECTION] and INSTEAD.search(sentence.text)
    return bool(corrected or strong(sentence))


def concedes(sentence: Sentence) -> bool:
    """Takes something back, or says what it was not, without saying what it was."""
    taken_back = bool(sentence.said[Signal.CORRECTION]) and not INSTEAD.search(sentence.text)
    return taken_back or bool(NOT_IT.search(sentence.lower))


def about_cause(sentence: Sentence) -> bool:
    """Whether it says something of a cause that is long enough to stand by itself, and proposes nothing."""
    causal = sentence.said[Signal.CAUSE] or sentence.said[Signal.MECHANISM] or sentence.said[Signal.SYMPTOM]
    return bool(causal) and len(sentence.words) >= 5 and not sentence.said[Signal.PROPOSAL]


def strength(sentence: Sentence) -> float:
    """How much a sentence speaks of a cause."""
    said = sentence.said
    if len(sentence.words) < 4 or not any(signal in said for signal in _CAUSAL_SIGNALS):
        return 0.0
    found = 0.38 * min(2, said[Signal.MECHANISM]) + 0.85 * bool(strong(sentence))
    if said[Signal.HEDGE]:
        found += 0.3 * bool(THEORY.search(sentence.lower)) - 0.2
    if said[Signal.CORRECTION]:
        found += 0.85 * bool(INSTEAD.search(sentence.text))
    if found <= 0 or _ASKING.search(sentence.lower) or SEEKING.search(sentence.lower):
        return 0.0
    return found - 0.3 * bool(said[Signal.PROPOSAL])


def causal(line: Line) -> Sentence | None:
    """The sentence of a line that speaks most of a cause; of several alike the first."""
    return (
        max(line.sentences, key=_causally, default=None)
        if len(line.sentences) > 1
        else next(iter(line.sentences), None)
    )


def _causally(sentence: Sentence) -> float:
    found = strength(sentence)
    return found - 0.6 * bool(REQUEST.search(sentence.text)) if found > 0 else found
