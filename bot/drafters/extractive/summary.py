"""Two to four sentences for whoever reads nothing else, and how it was put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.postmortem import Claim, Grade, RootCause
from bot.drafters.extractive.lexicon import Signal
from bot.drafters.extractive.lines import Line, Sentence
from bot.drafters.extractive.milestones import Milestones, acts, over
from bot.drafters.extractive.moves import remedies
from bot.drafters.extractive.phrasing import phrase_line, shortened

_EARLY = 8  # lines from the onset
_WHOM = re.compile(
    r"\b(?:customers?|users?|clients?|people|merchants?|partners?|agents?|orders|payments|everyone|checkout|"
    r"requests|tickets|jobs|builds)\b",
    re.IGNORECASE,
)
_PREFIX = {Grade.STATED: "Cause, as stated by a responder: ", Grade.INFERRED: "Likely cause, not confirmed: "}


def summary(
    lines: Sequence[Line], milestones: Milestones, impact: Sequence[Claim], cause: RootCause
) -> tuple[Claim, ...]:
    """What broke and for whom, how long, why with its grade, and how it was fixed."""
    parts = [
        _broke(lines, milestones, impact),
        _lasted(milestones),
        _why(cause),
        _ended(milestones),
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
    if line.is_alert:
        return phrase_line(line, limit=220)
    for sentence in sorted(
        line.sentences, key=lambda one: -(2 * (acts(one) or remedies(one)) + 3 * over(one))
    ):
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


def _broke(lines: Sequence[Line], milestones: Milestones, impact: Sequence[Claim]) -> Claim | None:
    """The first report; where that is an alert, what a person soon wrote about those it hurt."""
    onset = milestones.onset
    if onset is None:
        return impact[0] if impact else None
    early = [line for line in lines[onset.index : onset.index + _EARLY] if not line.is_alert]
    told = ((line, one) for line in early for one in line.sentences if _hurts(one))
    for line, sentence in told if onset.is_alert else ():
        text = shortened(sentence, 220)
        if text:
            return Claim(text=text, evidence=(line.item.label,))
    return _first_report(onset) or (impact[0] if impact else None)


def _first_report(onset: Line) -> Claim | None:
    for sentence in sorted(onset.sentences, key=_reports, reverse=True) if not onset.is_alert else ():
        text = shortened(sentence, 220) if len(sentence.words) > 1 else ""
        if text:
            return Claim(text=text, evidence=(onset.item.label,))
    text = phrase_line(onset, limit=220)
    return Claim(text=text, evidence=(onset.item.label,)) if text else None


def _hurts(sentence: Sentence) -> bool:
    """Says what does not work and for whom."""
    said = sentence.said
    return bool(said[Signal.SYMPTOM] and _WHOM.search(sentence.text)) and not sentence.is_question


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
    began, label = (
        (milestones.since.at, milestones.since.evidence[0])
        if milestones.since
        else (onset.at, onset.item.label)
    )
    end, length = _clock(resolved.at, since=began), spoken(resolved.at - began)
    text = f"It lasted from {_clock(began)} to {end}, {length}."
    return Claim(text=text, evidence=(label, resolved.item.label))


def _ended(milestones: Milestones) -> Claim | None:
    """What was done against it, else what says that it is over."""
    line = milestones.mitigated or milestones.resolved
    text = _done(line) if line else ""
    if not line or not text:
        return None
    verb = "Mitigated" if line is milestones.mitigated else "Over"
    return Claim(text=f"{verb} at {line.at:%H:%M} UTC: {_lower_first(text)}", evidence=(line.item.label,))


def _why(cause: RootCause) -> Claim | None:
    if cause.grade is Grade.NOT_ESTABLISHED or not cause.claims:
        return None
    first = cause.claims[0]
    return Claim(text=_PREFIX[cause.grade] + _lower_first(first.text), evidence=first.evidence)


def _lower_first(text: str) -> str:
    """Ordinary words only: names of things keep their letters."""
    return text[:1].lower() + text[1:] if re.match(r"[A-Z]?[a-z]*[ ,]", text) else text


def _clock(at: datetime, *, since: datetime | None = None) -> str:
    same_day = since is not None and since.date() == at.date()
    return f"{at:%H:%M} UTC" if same_day else f"{at:%Y-%m-%d %H:%M} UTC"
