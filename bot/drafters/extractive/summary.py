"""Two to four sentences for whoever reads nothing else, and how it was put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.postmortem import Claim, Grade, RootCause
from bot.drafters.extractive.lines import Line
from bot.drafters.extractive.milestones import Milestones
from bot.drafters.extractive.phrasing import phrase_line

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
    chosen: dict[str, Claim] = {}
    for part in parts:
        if part is not None:
            chosen.setdefault(part.text.lower(), part)
    return tuple(chosen.values())


def resolution(milestones: Milestones) -> tuple[Claim, ...]:
    """What was done last and what confirmed the end."""
    claims: dict[str, Claim] = {}
    for line in (milestones.mitigated, milestones.resolved):
        text = phrase_line(line, limit=220) if line else ""
        if line and text:
            claims.setdefault(text.lower(), Claim(text=text, evidence=(line.item.label,)))
    return tuple(claims.values())


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
    text = phrase_line(onset, limit=200) if onset else ""
    if onset and text:
        return Claim(text=text, evidence=(onset.item.label,))
    return impact[0] if impact else None


def _lasted(milestones: Milestones) -> Claim | None:
    onset, resolved = milestones.onset, milestones.resolved
    if not onset or not resolved:
        return None
    length = resolved.item.at - onset.item.at
    text = (
        f"It was first reported at {_clock(onset.item.at)} and confirmed over at "
        f"{_clock(resolved.item.at, since=onset.item.at)}, {spoken(length)} later."
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


def line_of(lines: Sequence[Line], label: int) -> Line | None:
    """The line with a label."""
    return next((line for line in lines if line.item.label == label), None)
