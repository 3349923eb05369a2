"""What people ask for becomes a stretch of time, and the one before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import FIRST, month_before, parse_period, stretches, year_to

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "start", "end", "label"),
    [
        ("30d", day("2026-01-31"), NOW, "the last 30 days"),
        ("1D", day("2026-03-01"), NOW, "the last day"),
        ("quarter", day("2025-12-01"), NOW, "the last quarter (13 weeks)"),
        ("year", day("2025-04-01"), NOW, "the last 12 months (since April 2025)"),
        ("2026-Q1", day("2026-01-01"), day("2026-04-01"), "Q1 2026"),
        ("2025q4", day("2025-10-01"), day("2026-01-01"), "Q4 2025"),
        ("2025-12", day("2025-12-01"), day("2026-01-01"), "December 2025"),
        ("2025", day("2025-01-01"), day("2026-01-01"), "2025"),
        (" all ", FIRST, NOW, "all time"),
    ],
)
def test_a_period_is_what_people_mean(words: str, start: datetime, end: datetime, label: str) -> None:
    """Rolling ones begin at midnight UTC, the calendar's are whole."""
    period = parse_period(words, now=NOW)
    assert period is not None
    assert (period.start, period.end, period.label) == (start, end, label)


@pytest.mark.parametrize("words", ["", "0d", "4000d", "30", "2026-13", "2026-Q5", "fortnight", "d", "²d"])
def test_anything_else_is_no_period(words: str) -> None:
    """The caller says what it could have been."""
    assert parse_period(words, now=NOW) is None


@given(st.text(max_size=12))
def test_no_text_breaks_it(words: str) -> None:
    """Whatever is typed, a period has a beginning before its end and a name that means it again."""
    period = parse_period(words, now=NOW)
    if period is not None:
        assert period.start < period.end
        assert parse_period(period.name, now=NOW) == period


@pytest.mark.parametrize(
    ("words", "start", "label"),
    [
        ("30d", day("2026-01-01") - timedelta(hours=9, minutes=30), "the 30 days before"),
        ("2026-Q1", day("2025-10-01"), "Q4 2025"),
        ("quarter", day("2025-12-01") - (NOW - day("2025-12-01")), "the 13 weeks before"),
        ("2026-01", day("2025-12-01"), "December 2025"),
        ("2026", day("2025-01-01"), "2025"),
    ],
)
def test_the_period_before_ends_where_this_one_begins(words: str, start: datetime, label: str) -> None:
    """A quarter is compared with a quarter, thirty days with thirty days."""
    period = parse_period(words, now=NOW)
    assert period is not None
    assert period.before is not None
    assert (period.before.start, period.before.end, period.before.label) == (start, period.start, label)


def test_before_all_there_is_nothing() -> None:
    """And so no comparison."""
    period = parse_period("all", now=NOW)
    assert period is not None
    assert period.before is None


def test_the_month_before_january_is_december() -> None:
    """What a digest of early January tells of."""
    assert month_before(day("2026-01-01")).label == "December 2025"


def test_a_month_with_the_eleven_before_it_is_a_year_of_whole_months() -> None:
    """What the picture of a digest shows."""
    year = year_to(month_before(day("2026-03-10")))
    assert year.label == "March 2025 to February 2026"
    assert len(stretches(year, first=year.start)) == 12


@pytest.mark.parametrize(
    ("words", "count", "first", "last"),
    [
        ("30d", 6, "26 Jan", "2 Mar"),
        ("quarter", 14, "1 Dec", "2 Mar"),
        ("year", 12, "Apr 2025", "Mar"),
        ("2026-Q1", 14, "29 Dec", "30 Mar"),
    ],
)
def test_a_period_has_a_readable_number_of_parts(words: str, count: int, first: str, last: str) -> None:
    """Weeks of a quarter, months of a year."""
    period = parse_period(words, now=NOW)
    assert period is not None
    parts = stretches(period, first=NOW)
    assert (len(parts), parts[0].label, parts[-1].label) == (count, first, last)


def test_all_begins_with_the_first_incident() -> None:
    """Years nobody knows anything of are not drawn."""
    period = parse_period("all", now=NOW)
    assert period is not None
    for first, label in (("2026-01-15", "12 Jan"), ("2024-06-01", "Jun 2024"), ("2019-05-01", "2019")):
        assert stretches(period, first=day(first))[0].label == label


@given(st.integers(1, 3650), st.timedeltas(timedelta(0), timedelta(days=20_000)))
def test_parts_cover_a_period_without_gap_or_overlap(days: int, later: timedelta) -> None:
    """Every moment is in exactly one of them."""
    period = parse_period(f"{days}d", now=NOW + later)
    assert period is not None
    parts = stretches(period, first=period.end)
    assert parts[0].start == period.start
    assert parts[-1].end == period.end
    assert all(one.end == other.start for one, other in pairwise(parts))
