"""Two made-up postmortems to try templates on: one with nothing in it, one with something everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.domain.postmortem import (
    ActionItem,
    Claim,
    Coverage,
    Grade,
    Hypothesis,
    Lessons,
    Moment,
    Phase,
    Postmortem,
    RootCause,
    SimilarIncident,
    TimelineEntry,
    Times,
)
from bot.domain.transcript import Evidence, as_ts

_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
_CLAIM = Claim(text="Something was said.", evidence=(1,))
_AT = {phase: _START + timedelta(minutes=20 * number) for number, phase in enumerate(Phase)}

EMPTY = Postmortem(incident="INC-1", title="A quiet incident", status="in review")

FULL = Postmortem(
    incident="INC-2",
    title="An incident with everything",
    severity="sev1",
    services=("checkout",),
    status="published",
    times=Times(
        started=Moment(at=_START, evidence=(1,)),
        detected=Moment(at=_START + timedelta(minutes=5), evidence=(1,)),
        mitigated=Moment(at=_START + timedelta(minutes=30), evidence=(2,)),
        resolved=Moment(at=_START + timedelta(hours=1), evidence=(2,)),
    ),
    summary=(_CLAIM,) * 3,
    impact=(_CLAIM,) * 3,
    timeline=tuple(
        TimelineEntry(text="Something happened.", evidence=(1,), at=at, phase=phase)
        for phase, at in _AT.items()
    ),
    root_cause=RootCause(
        grade=Grade.STATED,
        claims=(_CLAIM,),
        hypotheses=(Hypothesis(text="It was something else.", evidence=(2,), outcome="refuted"),),
    ),
    contributing_factors=(_CLAIM,) * 2,
    resolution=(_CLAIM,),
    lessons=Lessons(went_well=(_CLAIM,), went_badly=(_CLAIM,), lucky=(_CLAIM,)),
    action_items=(
        ActionItem(text="Do something.", evidence=(2,), owner="responder 1", due=date(2026, 2, 1)),
        ActionItem(text="Do something else.", evidence=(2,)),
    ),
    open_questions=(_CLAIM,),
    similar=(SimilarIncident(incident="INC-1", title="An earlier one", percent=80, fix="A rollback."),),
    findings=("A check found something.",),
    coverage=Coverage(messages=2),
    evidence=tuple(
        Evidence(
            label=label,
            channel="C1",
            ts=as_ts(_START),
            role="responder 1",
            text="words",
            permalink=f"https://example.slack.com/archives/C1/p{label}",
        )
        for label in (1, 2)
    ),
)
