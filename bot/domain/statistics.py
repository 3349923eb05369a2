"""What many incidents have in common, counted; and what such numbers can and cannot say.

Durations are told as medians with quartiles, never as means, and only of five incidents and more. They are
a secondary measure: the VOID found durations so skewed that their averages mislead, that they say little
about an incident's severity, and that it is arguable when an incident starts and ends
(https://www.thevoid.community/report; the simulations are Štěpán Davidovič's, *Incident Metrics in SRE*,
Google 2021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, timedelta

from bot.domain.causes import CauseClass
from bot.domain.incident import Severity, Status
from bot.domain.overview import (
    ENOUGH,
    EVERYTHING,
    NO_SERVICE,
    NO_SEVERITY,
    ActionCounts,
    Bar,
    Count,
    Filters,
    Overview,
    Share,
    Spread,
)
from bot.domain.patterns import Case, clusters, repeats
from bot.domain.periods import Period, stretches

MANY = 20
"""Fewer incidents say nothing about weekdays."""
LOOK_BACK = timedelta(days=365)
"""How long before a period a cause may have been met for the first time and still count as known."""

_DURATIONS: tuple[tuple[str, Callable[[Case], timedelta | None]], ...] = (
    ("detect", lambda case: case.to_detect),
    ("mitigate", lambda case: case.to_mitigate),
    ("resolve", lambda case: case.to_resolve),
)
_SEVERITIES = (*map(str, Severity), NO_SEVERITY)
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_EXPECTED = frozenset(
    {Status.IN_REVIEW, Status.APPROVED, Status.PUBLISHED, Status.RESOLVED, Status.DISCARDED}
)
_APPROVED = frozenset({Status.APPROVED, Status.PUBLISHED})


def overview(
    cases: Sequence[Case],
    period: Period,
    filters: Filters = EVERYTHING,
    *,
    actions: ActionCounts | None = None,
    compared: int | None = None,
) -> Overview:
    """The statistics of those `cases` that began in the period.

    Give earlier ones too: those of the period before are compared with, if there are enough of both, and
    causes met in the year before count as known. Only the newest `compared` are compared with each other
    for shared causes (None: all).
    """
    wanted = [case for case in cases if filters.admits(case)]
    now = [case for case in wanted if case.started_at in period]
    then = _comparable(wanted, now, period)
    known = [case for case in wanted if period.start - LOOK_BACK <= case.started_at < period.end]
    worded = sorted(known, key=lambda case: (case.started_at, case.incident_id), reverse=True)[:compared]
    return Overview(
        period=period,
        filters=filters,
        total=len(now),
        before=len(then) if then else None,
        private=sum(case.is_private for case in now),
        left_out=len(known) - len(worded),
        by_severity=_counts(_severities, now, then, order=_SEVERITIES),
        by_service=_counts(lambda case: case.services or (NO_SERVICE,), now, then),
        by_cause=_counts(_causes, _drafted(now), _drafted(then)),
        durations=tuple(_spread(name, take, now, then) for name, take in _DURATIONS),
        approved=_approved(now),
        actions=actions,
        repeats=repeats(worded, since=period.start),
        clusters=clusters([case for case in worded if case.started_at in period]),
        bars=_bars(now, period),
        busiest=_busiest(now),
    )


def _comparable(wanted: Iterable[Case], now: Sequence[Case], period: Period) -> list[Case]:
    """The incidents of the period before; none where there are too few for a comparison to mean anything."""
    earlier = period.before
    if earlier is None or len(now) < ENOUGH:
        return []
    then = [case for case in wanted if case.started_at in earlier]
    return then if len(then) >= ENOUGH else []


def _drafted(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.drafted]


def _severities(case: Case) -> tuple[str, ...]:
    return (str(case.severity) if case.severity else NO_SEVERITY,)


def _causes(case: Case) -> tuple[str, ...]:
    return (case.cause.value,)


def _counts(
    names: Callable[[Case], Iterable[str]],
    now: Iterable[Case],
    then: Iterable[Case],
    *,
    order: Sequence[str] = (),
) -> tuple[Count, ...]:
    """By name, in the given order or the most frequent first; what nobody said or found out comes last."""
    counts = Counter(name for case in now for name in names(case))
    earlier = Counter(name for case in then for name in names(case))
    last = (NO_SERVICE, CauseClass.UNKNOWN.value)

    def rank(name: str) -> tuple[int, bool, int, str]:
        place = order.index(name) if name in order else 0
        return place, name in last, -counts[name], name

    listed = sorted({*counts, *(order and earlier)}, key=rank)
    return tuple(
        Count(name=name, count=counts[name], before=earlier[name] if earlier else None) for name in listed
    )


def _spread(
    name: str, take: Callable[[Case], timedelta | None], now: Iterable[Case], then: Iterable[Case]
) -> Spread:
    spans = _spans(take, now)
    if len(spans) < ENOUGH:
        return Spread(name=name, count=len(spans))
    earlier = _spans(take, then)
    return Spread(
        name=name,
        count=len(spans),
        lower=quantile(spans, 0.25),
        median=quantile(spans, 0.5),
        upper=quantile(spans, 0.75),
        before=quantile(earlier, 0.5) if len(earlier) >= ENOUGH else None,
    )


def _spans(take: Callable[[Case], timedelta | None], cases: Iterable[Case]) -> list[timedelta]:
    return sorted(span for case in cases if (span := take(case)) is not None)


def quantile(ordered: Sequence[timedelta], share: float) -> timedelta:
    """The quantile of sorted spans, between neighbours in proportion (Hyndman and Fan's type 7, the usual
    one). Raises `IndexError` where there are none."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _approved(cases: Iterable[Case]) -> Share:
    """Of those that are over and were not closed without a postmortem."""
    expected = [case for case in cases if case.status in _EXPECTED]
    return Share(part=sum(case.status in _APPROVED for case in expected), whole=len(expected))


def _bars(cases: Sequence[Case], period: Period) -> tuple[Bar, ...]:
    if not cases:
        return ()
    first = min(case.started_at for case in cases)
    found = []
    for stretch in stretches(period, first=first):
        inside = [case for case in cases if stretch.start <= case.started_at < stretch.end]
        counts = Counter(name for case in inside for name in _severities(case))
        spans = _spans(lambda case: case.to_resolve, inside)
        found.append(
            Bar(
                label=stretch.label,
                start=stretch.start,
                counts=tuple((name, counts[name]) for name in _SEVERITIES if counts[name]),
                resolved=len(spans),
                median=quantile(spans, 0.5) if len(spans) >= ENOUGH else None,
            )
        )
    return tuple(found)


def _busiest(cases: Sequence[Case]) -> str:
    """Only where a weekday holds twice its share: less is chance."""
    if len(cases) < MANY:
        return ""
    days = Counter(case.started_at.astimezone(UTC).weekday() for case in cases)
    day, count = max(days.items(), key=lambda item: (item[1], -item[0]))
    if count * 7 < 2 * len(cases):
        return ""
    return f"{count} of {len(cases)} began on {_WEEKDAYS[day]} (UTC)."
