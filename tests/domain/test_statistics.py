"""Counted honestly: what is too little for a number is not told as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.causes import CauseClass
from bot.domain.incident import Severity, Status
from bot.domain.overview import Filters, Share
from bot.domain.patterns import Case
from bot.domain.periods import Period, parse_period
from bot.domain.statistics import overview, quantile
from tests.domain.cases import NOON, a_case


def period(words: str = "30d") -> Period:
    found = parse_period(words, now=NOON + timedelta(days=1))
    assert found is not None
    return found


def test_nothing_happened_is_an_overview_too() -> None:
    """With nothing in it, and no division by it."""
    found = overview([], period())
    assert (found.total, found.before, found.bars, found.approved.percent) == (0, None, (), None)
    assert [spread.median for spread in found.durations] == [None, None, None]


def test_incidents_are_counted_by_severity_service_and_cause() -> None:
    """Severities in their order, the others by number; what nobody said comes last."""
    cases = [
        a_case(severity=Severity.SEV3, services=("search",)),
        a_case(severity=None, services=(), cause=CauseClass.UNKNOWN),
        a_case(severity=None, services=(), cause=CauseClass.UNKNOWN),
        a_case(severity=Severity.SEV1, services=("search", "checkout"), cause=CauseClass.NETWORK),
    ]
    found = overview(cases, period())
    assert [(one.name, one.count) for one in found.by_severity] == [
        ("sev1", 1),
        ("sev3", 1),
        ("not given", 2),
    ]
    assert [(one.name, one.count) for one in found.by_service] == [
        ("search", 2),
        ("checkout", 1),
        ("not given", 2),
    ]
    assert [(one.name, one.count) for one in found.by_cause] == [
        ("capacity", 1),
        ("network", 1),
        ("unknown", 2),
    ]


def test_fewer_than_five_have_no_median() -> None:
    """Four durations are told as a number of incidents, no more."""
    four = [a_case(days=day, to_resolve=timedelta(hours=day)) for day in (1, 2, 3, 4)]
    resolve = overview(four, period()).durations[2]
    assert (resolve.count, resolve.median) == (4, None)
    resolve = overview([*four, a_case(days=5, to_resolve=timedelta(hours=100))], period()).durations[2]
    assert (resolve.lower, resolve.median, resolve.upper) == (
        timedelta(hours=2),
        timedelta(hours=3),
        timedelta(hours=4),
    )


def test_a_comparison_needs_enough_on_both_sides() -> None:
    """Five before and five now; anything less is noise and is left away."""
    now = [a_case(days=day) for day in range(6)]
    before = [a_case(days=40 + day, to_resolve=timedelta(hours=2)) for day in range(5)]
    assert overview([*now, *before[:4]], period()).before is None
    found = overview([*now, *before], period())
    assert (found.before, found.by_severity[0].before) == (5, 5)
    assert found.durations[2].before == timedelta(hours=2)
    assert overview([*now[:4], *before], period()).before is None


def test_a_severity_that_is_gone_is_told_as_none_now() -> None:
    """Falling to zero is news; a service of a year ago is not."""
    now = [a_case(days=day, severity=Severity.SEV3, services=("a",)) for day in range(5)]
    before = [a_case(days=40 + day, severity=Severity.SEV1, services=("b",)) for day in range(5)]
    found = overview([*now, *before], period())
    assert [(one.name, one.count, one.before) for one in found.by_severity] == [
        ("sev1", 0, 5),
        ("sev3", 5, 0),
    ]
    assert [one.name for one in found.by_service] == ["a"]


def test_the_share_with_an_approved_postmortem_leaves_out_what_needs_none() -> None:
    """Open incidents and those closed without a postmortem do not count against anybody."""
    wanted = [Status.PUBLISHED, Status.APPROVED, Status.IN_REVIEW, Status.DISCARDED, Status.RESOLVED]
    cases = [a_case(status=status) for status in (*wanted, Status.OPEN, Status.DISMISSED)]
    share = overview(cases, period()).approved
    assert (share.part, share.whole, share.percent) == (2, 5, 40)
    assert Share(part=2, whole=4).percent is None


def test_filters_narrow_everything_down() -> None:
    """Service and severity together."""
    cases = [
        a_case(services=("search",), severity=Severity.SEV1),
        a_case(services=("search",), severity=Severity.SEV2),
        a_case(services=("checkout",), severity=Severity.SEV1),
    ]
    found = overview(cases, period(), Filters(service="search", severity=Severity.SEV1))
    assert (found.total, found.by_service[0].name) == (1, "search")


def test_private_ones_are_counted_apart_too() -> None:
    """So that an answer can say that it holds some."""
    assert overview([a_case(), a_case(is_private=True)], period()).private == 1


def test_a_cause_met_a_year_before_the_period_still_counts_as_known() -> None:
    """And one met earlier than that does not."""
    new = a_case(days=2, terms="pool exhaust")
    known = a_case(days=300, terms="pool exhaust")
    old = a_case(days=600, terms="pool exhaust")
    assert [one.earlier.key for one in overview([new, known, old], period()).repeats] == [known.key]
    assert overview([new, old], period()).repeats == ()


def test_bars_hold_every_incident_once_and_a_median_of_five() -> None:
    """By week and severity."""
    cases = [a_case(days=0.1 * n, severity=Severity.SEV1 if n % 2 else None) for n in range(5)]
    bars = overview([*cases, a_case(days=20)], period()).bars
    assert sum(bar.total for bar in bars) == 6
    assert [bar.median for bar in bars if bar.total] == [None, timedelta(minutes=30)]
    assert bars[-1].counts == (("sev1", 2), ("not given", 3))


def test_a_weekday_is_named_only_where_it_stands_out() -> None:
    """Twenty incidents at least, and twice the share of a day."""
    spread = [a_case(days=day) for day in range(24)]
    assert overview(spread, period()).busiest == ""
    mondays = [a_case(days=7 * week) for week in range(4) for _ in range(3)]
    found = overview([*spread, *mondays], period()).busiest
    assert found == "16 of 36 began on Mondays (UTC)."


@pytest.mark.parametrize(("share", "minutes"), [(0, 1), (0.5, 2.5), (0.25, 1.75), (1, 4)])
def test_quantiles_lie_between_neighbours(share: float, minutes: float) -> None:
    """As everybody's spreadsheet has them."""
    spans = [timedelta(minutes=n) for n in (1, 2, 3, 4)]
    assert quantile(spans, share) == timedelta(minutes=minutes)


@given(
    st.lists(
        st.builds(
            a_case,
            days=st.floats(0, 800),
            severity=st.sampled_from([None, *Severity]),
            status=st.sampled_from(Status),
            cause=st.sampled_from(CauseClass),
            terms=st.sampled_from(["", "a b", "b c", "c d e"]),
            to_resolve=st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=9))),
        ),
        max_size=40,
    ),
    st.sampled_from(["7d", "30d", "quarter", "year", "2025", "all"]),
)
def test_numbers_add_up_whatever_happened(cases: list[Case], words: str) -> None:
    """Severities, causes and bars hold all incidents of the period, quartiles are in order."""
    found = overview(cases, period(words))
    assert sum(one.count for one in found.by_severity) == found.total
    assert sum(one.count for one in found.by_cause) == found.total
    assert sum(bar.total for bar in found.bars) == found.total
    assert found.approved.part <= found.approved.whole <= found.total
    for spread in found.durations:
        if spread.median is not None and spread.lower is not None and spread.upper is not None:
            assert spread.lower <= spread.median <= spread.upper
    inside = {one.key for cluster in found.clusters for one in cluster.incidents}
    assert len(inside) <= found.total


def test_the_period_in_a_test_is_what_it_says() -> None:
    """The last 30 days of these tests hold their noon."""
    assert NOON in period()
    assert datetime(2026, 1, 1, tzinfo=UTC) not in period()
