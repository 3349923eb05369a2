"""Two to four sentences for whoever reads nothing else, and how it was put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.postmortem import Claim, Grade, RootCause
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, acts, over
from bot.drafters.extractive.phrasing import phrase_line, shortened

_PREFIX = {Grade.STATED: "Cause, as stated by a responder: ", Grade.INFERRED: "Likely cause, not confirmed: "}


def summary(
    milestones: Milestones, impact: Sequence[Claim], cause: RootCause, resolution: Sequence[Claim]
) -> tuple[Claim, ...]:
    """What broke and for whom, how long, why with its grade, and how it was fixed."""
    parts = [
        _broke(milestones, impact),
        _lasted(milestones),
        _why(cause),
        resolution[0] if resolution else None,
    ]
    chosen: list[Claim] = []
    for part in parts:
        if part is not None and not any(_repeats(part, earlier) for earlier in chosen):
            chosen.append(part)
    return tuple(chosen)


def _repeats(claim: Claim, earlier: Claim) -> bool:
    said, before = claim.text.casefold().rstrip("."), earlier.text.casefold().rstrip(".")
    return said in before or before in said


def resolution(milestones: Milestones) -> tuple[Claim, ...]:
    """What was done last and what confirmed the end."""
    claims: dict[str, Claim] = {}
    for line in (milestones.mitigated, milestones.resolved):
        text = _done(line) if line else ""
        if line and text:
            claims.setdefault(text.lower(), Claim(text=text, evidence=(line.item.label,)))
    return tuple(claims.values())


def _done(line: Line) -> str:
    """What a line says was done or is over, before what else it tells."""
    for sentence in sorted(line.sentences, key=lambda one: -(2 * acts(one) + 3 * over(one))):
        text = shortened(sentence, 220) if len(sentence.words) > 1 and not sentence.is_question else ""
        if text:
            return text
    return phrase_line(line, limit=220)


def spoken(length: timedelta) -> str:
    """A duration as people say it: `2 h 49 min`, `3 d 4 h`, `under a minute`."""
    minutes = int(length.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def _broke(milestones: Milestones, impact: Sequence[Claim]) -> Claim | None:
    onset = milestones.onset
    for sentence in sorted(onset.sentences, key=_reports, reverse=True) if onset else ():
        text = shortened(sentence, 220) if len(sentence.words) > 1 else ""
        if onset and text:
            return Claim(text=text, evidence=(onset.item.label,))
    text = phrase_line(onset, limit=200) if onset else ""
    if onset and text:
        return Claim(text=text, evidence=(onset.item.label,))
    return impact[0] if impact else None


def _reports(sentence: Sentence) -> float:
    """How much a sentence reports trouble, as opposed to what its speaker makes of it."""
    said = sentence.said
    trouble = min(2, said[Signal.SYMPTOM]) + 0.7 * bool(said[Signal.SEEN]) + 0.3 * bool(said[Signal.IMPACT])
    return (
        trouble
        + 1.0 * sentence.leads
        - 1.0 * sentence.is_question
        - 0.5 * bool({"if", "hoping"} & set(sentence.words))
    )


def _lasted(milestones: Milestones) -> Claim | None:
    onset, resolved = milestones.onset, milestones.resolved
    if not onset or not resolved:
        return None
    length = resolved.at - onset.at
    text = (
        f"It was first reported at {_clock(onset.at)}; the last word of a recovery came at "
        f"{_clock(resolved.at, since=onset.at)}, {spoken(length)} later."
    )
    return Claim(text=text, evidence=(onset.item.label, resolved.item.label))


def _why(cause: RootCause) -> Claim | None:
    if cause.grade is Grade.NOT_ESTABLISHED or not cause.claims:
        return None
    first = cause.claims[0]
    text = first.text[:1].lower() + first.text[1:] if first.text[1:2].islower() else first.text
    return Claim(text=_PREFIX[cause.grade] + text, evidence=first.evidence)


def _clock(at: datetime, *, since: datetime | None = None) -> str:
    same_day = since is not None and since.date() == at.date()
    return f"{at:%H:%M} UTC" if same_day else f"{at:%Y-%m-%d %H:%M} UTC"
