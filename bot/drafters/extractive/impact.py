"""Whom it hurt and how much: sentences about users, systems and losses, figures first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.postmortem import Claim
from bot.drafters.extractive.alerts import ends, is_chore, is_meta
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, over
from bot.drafters.extractive.phrasing import phrase_line, shortened

_MEASURED = re.compile(
    r"(?<![\w.#/-])[~≈<>$€£]?\d[\d,.]*\s?(?:%|percent\b|k\b|m\b|bn\b|million\b|x\b|[kmgt]i?b\b"
    r"|(?:more |of the |of our |of all )?[a-z]{3,}s\b)",
    re.IGNORECASE,
)
_HURT = re.compile(
    r"\b(?:down(?! to)|lost|lose|losing|missing|unable|can(?:'t|not)|fail(?:s|ed|ing)?|affected|affecting"
    r"|stuck|stopped|wrong|vulnerable|"
    r"exposed|slow\w*|degraded|unavailable|unreachable|refused|rejected|errors?|timeouts?|crash\w*"
    r"|died|doubl\w+|twice|hit|late|dropp\w+|delayed|only)\b",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:in total|altogether|overall|total of|counted|rough(?:ly)? count|so far)\b"
    r"|(?<![\w.])\d[\d,.]*\s?(?:[a-z]+ )?"
    r"(?:orders|users|customers|clients|requests|sessions|payments|checkouts|chats|invoices|tickets|products|"
    r"viewers|agents|people|merchants|EUR|USD|euros?|dollars?|downloads|credentials|filialen)\b",
    re.IGNORECASE,
)
_HEALTHY = re.compile(
    r"\b(?:down to|back (?:at|to)|looks? normal|flat at|is (?:only )?at \d+ ?%|so (?:it|that)(?:'s"
    r"| is)? ?n[o']t"
    r"|so thats not|error rate (?:is )?0|thats why|that's why|zero users)\b",
    re.IGNORECASE,
)
"""Figures of health or recovery hurt nobody."""
_SUPPOSING = frozenset(
    ("if", "unless", "would", "could", "might", "usually", "theoretically", "it'd", "i'd", "we'd", "they'd")
)
"""What would happen, or usually does, hurt nobody yet."""
_MOST_AT_LEAST = 3


def impact(lines: Sequence[Line], weights: Sequence[float], milestones: Milestones) -> tuple[Claim, ...]:
    """Up to three claims, more in a long incident, in time order; none where nobody speaks of harm."""
    scored = [
        (found[0] + 0.35 * max(-1.0, min(1.5, weights[line.index])), line, found[1])
        for line in lines
        if not ends(line) and not is_chore(line) and (found := _best(line, milestones))
    ]
    most = _MOST_AT_LEAST + round(len(lines) ** 0.25)
    best = sorted((one for one in scored if one[0] >= 1.4), key=lambda one: (-one[0], one[1].index))[:most]
    claims: list[Claim] = []
    for _, line, sentence in sorted(best, key=lambda one: one[1].index):
        text = phrase_line(line, limit=220) if line.is_alert else shortened(sentence, 220)
        if text and all(text.lower() != claim.text.lower() for claim in claims):
            claims.append(Claim(text=text, evidence=(line.item.label,)))
    return tuple(claims)


def _best(line: Line, milestones: Milestones) -> tuple[float, Sentence] | None:
    early = 0.4 if milestones.onset and 0 <= line.index - milestones.onset.index <= 10 else 0.0
    rated = [(rated, sentence) for sentence in line.sentences if (rated := _rate(sentence)) > 0]
    if not rated:
        return None
    score, sentence = max(rated, key=lambda one: one[0])
    return score + early, sentence


def _rate(sentence: Sentence) -> float:
    if not sentence.said[Signal.SYMPTOM] and not sentence.said[Signal.IMPACT]:
        return 0.0
    if _HEALTHY.search(sentence.text) or is_meta(sentence.text):
        return 0.0
    recovered = over(sentence) > 0.4 or sentence.words[:1] in (("not",), ("no",), ("false",))
    if sentence.is_question or recovered or len(sentence.words) < 3:
        return 0.0
    hurt = bool(_HURT.search(sentence.text))
    whom = min(2, sentence.said[Signal.IMPACT])
    measured = bool(_MEASURED.search(sentence.text))
    if not ((hurt and (whom or measured)) or (measured and whom)) or {"you", "your"} & set(sentence.words):
        return 0.0
    supposing = sentence.words[0] in ("when", "maybe", "or", "perhaps") or bool(
        sentence.said[Signal.PROPOSAL] or _SUPPOSING & set(sentence.words)
    )
    return (
        0.9 * bool(_TOTAL.search(sentence.text))
        + 0.6 * whom
        + 0.6 * hurt
        + 0.7 * measured
        - 0.5 * supposing
        - 0.4 * bool(sentence.said[Signal.SOCIAL])
    )
