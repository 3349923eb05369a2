"""Contradictions between people: what one says plainly and another denies, and nobody settles.

A denied guess is a refuted theory (`theories`), a correction by the same person a superseded one, and a
denial that is accepted settles the matter. What is left is for the reviewer to decide, not for smooth prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.postmortem import Claim
from bot.drafters.extractive.episodes import likeness
from bot.drafters.extractive.features import seconds_between
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import over
from bot.drafters.extractive.phrasing import shortened

_HELPED = re.compile(
    r"\b(?:restart|rollback|revert|fix|change|failover|reboot|that|it)\w* (?:has )?(?:fixed|helped"
    r"|solved) it\b"
    r"|\b(?:restart|rollback|failover|reboot)\w* helped\b"
)
_COUNTED = re.compile(
    r"\d[\d,.]*\s?(?:%|(?:[a-z]+ )?(?:users|customers|orders|requests|payments|sessions|tickets|invoices"
    r"|minutes|hours|pods|nodes|kunden|bestellungen)\b)"
)
_NAMED = re.compile(
    r"\broot cause\b|\bthe (?:actual |real |main )?(?:problem|issue|cause|reason|culprit) (?:is|was)\b"
    r"|\bcaused by\b|\bdue to\b|\bturn(?:s|ed) out\b"
)
_OBJECTS = re.compile(
    r"\bnot sure about that\b|\bdon'?t think so\b|\bdid(?:n'?t| not) (?:help|fix)|\bbefore the (?:first )?"
    r"(?:restart|rollback|fix)\b|\b(?:i|we) disagree\b|\b(?:that'?s|that is|this is) (?:not (?:right|true"
    r"|correct|what i)|wrong|incorrect)\b|\bdas stimmt nicht\b"
)
_OPENS = re.compile(
    r"\W*(?:no|nope|nah|nein|doch)\b(?=\s*(?:$|[,.!:;–—-]|(?:that|it|this|i|we|not|wait|actually|das|es)\b))"
)
_SETTLES = re.compile(
    r"\W*(?:you'?re right|you are right|right|ok(?:ay)?|yes|yep|yup|yeah|ah|oh|true|fair|agreed|correct"
    r"|confirmed|good (?:point|catch)|my (?:mistake|bad)|stimmt|ja)\b"
)
_REACH, _WITHIN = 5, 1200.0  # lines and seconds within which an answer denies
_SETTLED_WITHIN = 8  # lines after the denial
_MOST = 3


def disagreements(lines: Sequence[Line]) -> tuple[Claim, ...]:
    """Up to three, in time order; each cites both sides."""
    found: dict[int, Claim] = {}
    for line, claimed, reply in _contradicted(lines):
        said, objected = shortened(claimed, 120), _objection(reply)
        if said and objected and reply.index not in found:
            text = f"Responders disagreed. One: {said} Another: {objected}"
            found[reply.index] = Claim(text=text, evidence=(line.item.label, reply.item.label))
    return tuple(found.values())[:_MOST]


def _contradicted(lines: Sequence[Line]) -> Iterator[tuple[Line, Sentence, Line]]:
    for line in lines:
        claimed = next((one for one in line.sentences if _claims(one)), None)
        if claimed is None or line.is_alert or line.is_fact:
            continue
        reply = next(
            (one for one in lines[line.index + 1 : line.index + 1 + _REACH] if _denies(line, one)), None
        )
        if reply is not None and not _settled(lines, line, reply):
            yield line, claimed, reply


def _claims(sentence: Sentence) -> bool:
    """Says in plain words what the cause is, what helped, that it is over, or how much was hit."""
    if sentence.is_question or sentence.said[Signal.HEDGE] or len(sentence.words) < 4:
        return False
    lower = sentence.lower
    return bool(
        _NAMED.search(lower) or over(sentence) >= 1.0 or _HELPED.search(lower) or _COUNTED.search(lower)
    )


def _denies(line: Line, reply: Line) -> bool:
    """Somebody else says no: in as many words, or with a no to begin with and about the same."""
    if (
        reply.item.author_id == line.item.author_id
        or seconds_between(line, reply) > _WITHIN
        or reply.is_alert
    ):
        return False
    statements = [one for one in reply.sentences if not one.is_question]
    if any(_OBJECTS.search(one.lower) for one in statements):
        return True
    return bool(statements) and bool(_OPENS.match(reply.prose.lower())) and likeness(line, reply) > 0


def _settled(lines: Sequence[Line], line: Line, reply: Line) -> bool:
    """One of the two gives in or takes it back, soon."""
    return any(
        later.item.author_id in (line.item.author_id, reply.item.author_id)
        and (_SETTLES.match(later.prose.lower()) or later.said[Signal.CORRECTION])
        for later in lines[reply.index + 1 : reply.index + 1 + _SETTLED_WITHIN]
    )


def _objection(reply: Line) -> str:
    """The reason given, which is longer than the no."""
    return shortened(max(reply.sentences, key=lambda one: len(one.words)), 160)
