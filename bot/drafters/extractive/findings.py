"""Contributing factors, lessons, open questions: what made it possible or worse, and what stays open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bot.domain.postmortem import Claim, Lessons
from bot.drafters.extractive.cause import trouble_words
from bot.drafters.extractive.disagreements import disagreements
from bot.drafters.extractive.episodes import likeness
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones
from bot.drafters.extractive.phrasing import shortened

_WHY = frozenset("why how what which whether did was were is are does do has should who when where".split())
_CAUSAL = (Signal.SYMPTOM, Signal.CAUSE, Signal.MECHANISM, Signal.IMPACT)
_ANSWER_REACH = 8
_LACKING = re.compile(
    r"\bno[ -]?(?:body|one) (?:reads|owns|demoted|looks|had|knew|noticed|watch\w*|saw|is|was|could)\b"
    r"|\bno alert\b"
    r"|\bnever (?:declines?|test\w*|resynced|check\w*|expire\w*)\b|\bby hand\b|\btook (?:half an hour"
    r"|\d+ ?(?:min|h))"
    r"|\b(?:anyway|toothless)\b|\b(?:do|does) ?n[o']t check\b|\bnot in (?:the|it)\b|\bonly (?:goes|has) \b"
    r"|\bthat'?s why (?:no|the|it)\b|\bretries (?:made|amplif\w+)\b|\bnot deployed\b|\bcame an hour\b"
    r"|\b(?:docs?|runbook|dockerfile)\b[^.]*\b(?:outdated|old|wrong|out of sync|missing)\b",
)


def factors(
    lines: Sequence[Line], weights: Sequence[float], milestones: Milestones, used: Collection[int]
) -> tuple[Claim, ...]:
    """What made it possible or worse: something lacking, silent, outdated or manual. Up to four or so."""
    trouble = trouble_words(lines, weights, milestones)
    found: list[tuple[float, Line, Sentence]] = []
    for line in lines:
        best = max(line.sentences, key=_lacking, default=None)
        if best is None or _lacking(best) < 1.0 or line.item.label in used:
            continue
        tied = 0.4 * min(3, len(line.content & trouble)) / 3
        found.append((_lacking(best) + tied + 0.4 * max(-1.0, min(1.5, weights[line.index])), line, best))
    most = 2 + round(len(lines) ** 0.25)
    best_found = [one for one in sorted(found, key=lambda one: (-one[0], one[1].index)) if one[0] >= 1.3][
        :most
    ]
    return _claims((line, sentence) for _, line, sentence in sorted(best_found, key=lambda one: one[1].index))


def lessons(lines: Sequence[Line], used: Collection[int]) -> Lessons:
    """What went well, badly or luckily, only where somebody said so in as many words."""
    return Lessons(
        went_well=_saying(lines, Signal.WELL, 2),
        went_badly=_badly(lines, used),
        lucky=_saying(lines, Signal.LUCKY, 2),
    )


def open_questions(lines: Sequence[Line], weights: Sequence[float]) -> tuple[Claim, ...]:
    """Questions about the trouble that nobody took up, and disagreements nobody settled; up to five."""
    found = [
        (weights[line.index], line, asked)
        for line in lines
        if (asked := _asked(line)) and not _answered(lines, line)
    ]
    best = sorted(found, key=lambda one: (-one[0], one[1].index))[:4]
    left_open = _claims((line, sentence) for _, line, sentence in sorted(best, key=lambda one: one[1].index))
    return (*disagreements(lines), *left_open)


def _lacking(sentence: Sentence) -> float:
    if sentence.is_question or len(sentence.words) < 5:
        return 0.0
    lacking = min(2, sentence.said[Signal.LACKED] + bool(_LACKING.search(sentence.lower)))
    causal = min(2, sentence.said[Signal.CAUSE]) + 0.5 * bool(sentence.said[Signal.NEGATION])
    return 1.0 * lacking + 0.3 * causal - 0.3 * bool(sentence.said[Signal.PROPOSAL])


def _saying(lines: Sequence[Line], signal: Signal, most: int) -> tuple[Claim, ...]:
    pairs = (
        (line, sentence)
        for line in lines
        for sentence in line.sentences
        if sentence.said[signal]
        and len(sentence.words) >= 6
        and not sentence.is_question
        and not sentence.said[Signal.NEGATION]
        and "if" not in sentence.words
    )
    return _claims(list(pairs)[:most])


def _badly(lines: Sequence[Line], used: Collection[int]) -> tuple[Claim, ...]:
    pairs = (
        (line, sentence)
        for line in lines
        if line.item.label not in used and (line.item.after_resolution or line.index > 0.5 * len(lines))
        for sentence in line.sentences
        if _lacking(sentence) >= 1.3
    )
    return _claims(list(pairs)[:2])


def _asked(line: Line) -> Sentence | None:
    """A question about what happened, of some length, not a request."""
    for sentence in line.sentences:
        if not sentence.is_question or not 5 <= len(sentence.words) <= 40:
            continue
        about = any(sentence.said[signal] for signal in _CAUSAL)
        if (
            about
            and set(sentence.words[:4]) & _WHY
            and "you" not in sentence.words[:4]
            and not sentence.said[Signal.ASIDE]
        ):
            return sentence
    return None


def _answered(lines: Sequence[Line], line: Line) -> bool:
    """Somebody else goes on about the same, or agrees or denies at once."""
    for reply in lines[line.index + 1 : line.index + 1 + _ANSWER_REACH]:
        if reply.item.author_id == line.item.author_id or reply.only_asks:
            continue
        at_once = reply.index - line.index <= 2 and (reply.said[Signal.ASSENT] or reply.said[Signal.REFUTED])
        if at_once or likeness(line, reply) >= 0.2:
            return True
    return False


def _claims(pairs: Iterable[tuple[Line, Sentence]]) -> tuple[Claim, ...]:
    claims: dict[str, Claim] = {}
    for line, sentence in pairs:
        text = shortened(sentence, 200)
        if text:
            claims.setdefault(text.lower(), Claim(text=text, evidence=(line.item.label,)))
    return tuple(claims.values())
