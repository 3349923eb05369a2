"""A stretch of time that statistics are asked for, the one before it, and its parts on an axis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""Where *all* begins: before Slack was there."""
LONGEST_DAYS = 3650

_DAYS = re.compile(r"(\d{1,4})d")
_YEAR = re.compile(r"(20\d\d)")
_QUARTER = re.compile(r"(20\d\d)-?q([1-4])")
_MONTH = re.compile(r"(20\d\d)-(\d\d)")
_WEEKLY_UP_TO = timedelta(days=100)
_MONTHLY_UP_TO = timedelta(days=3 * 366)
_A_YEAR = timedelta(days=366)

Unit = Literal["week", "month", "year"]


class Period(BaseModel):
    """From `start` (inclusive) to `end` (exclusive), aware UTC. `name` is what to type for it."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    """In words, to stand in a sentence: `the last 30 days`, `October 2026`."""
    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def before(self) -> Period | None:
        """The stretch of the same length that ends where this one begins; for a calendar month, quarter or
        year the one before it. None before *all*."""
        if self.start <= FIRST:
            return None
        return _calendar_before(self) or Period(
            name="",
            label=f"the {_days((self.end - self.start).days)} before",
            start=self.start - (self.end - self.start),
            end=self.start,
        )


class Stretch(BaseModel):
    """One part of a period on an axis."""

    model_config = ConfigDict(frozen=True)

    label: str
    start: datetime
    end: datetime


def parse_period(text: str, *, now: datetime) -> Period | None:
    """Read `30d`, `quarter`, `year`, `2026-Q1`, `2026-03`, `2026` or `all`; None for anything else.

    `quarter` is the last 13 weeks and `year` this month with the eleven before it: the calendar's own are
    asked for by name. Days begin at midnight UTC.
    """
    word = text.strip().lower()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if word == "all":
        return Period(name="all", label="all time", start=FIRST, end=now)
    if word == "quarter":
        label = "the last quarter (13 weeks)"
        return Period(name=word, label=label, start=midnight - timedelta(weeks=13), end=now)
    if word == "year":
        start = _first_of(now.year, now.month - 11)
        return Period(name=word, label=f"the last 12 months (since {start:%B %Y})", start=start, end=now)
    if (found := _DAYS.fullmatch(word)) and 1 <= int(found[1]) <= LONGEST_DAYS:
        days = int(found[1])
        label = f"the last {_days(days)}"
        return Period(name=f"{days}d", label=label, start=midnight - timedelta(days=days), end=now)
    return _calendar(word)


def month_before(now: datetime) -> Period:
    """The calendar month before the one `now` is in."""
    return _month(now.year, now.month - 1)


def month_of(at: datetime) -> Period:
    """The calendar month a moment is in, by UTC."""
    return _month(at.year, at.month)


def year_to(month: Period) -> Period:
    """A month of the calendar with the eleven before it."""
    start = _first_of(month.start.year, month.start.month - 11)
    label = f"{start:%B %Y} to {month.start:%B %Y}"
    return Period(name="", label=label, start=start, end=month.end)


def stretches(period: Period, *, first: datetime) -> tuple[Stretch, ...]:
    """A period cut into weeks (up to 100 days), months (up to 3 years) or years, in order.

    `first` is when the earliest thing counted in it happened: *all* begins there. The first and the last
    part may be cut short by the period's ends.
    """
    start = max(period.start, first) if period.start <= FIRST else period.start
    unit = _unit(period.end - start)
    years = unit == "month" and period.end - start > _A_YEAR
    return tuple(
        Stretch(
            label=_label(begin, unit, years=years or begin <= start),
            start=max(begin, start),
            end=min(end, period.end),
        )
        for begin, end in _walk(start, period.end, unit)
    )


def _unit(span: timedelta) -> Unit:
    if span <= _WEEKLY_UP_TO:
        return "week"
    return "month" if span <= _MONTHLY_UP_TO else "year"


def _walk(start: datetime, end: datetime, unit: Unit) -> Iterator[tuple[datetime, datetime]]:
    at = _floor(start, unit)
    while at < end:
        yield at, _next(at, unit)
        at = _next(at, unit)


def _floor(at: datetime, unit: Unit) -> datetime:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return midnight - timedelta(days=midnight.weekday())
    return midnight.replace(day=1) if unit == "month" else midnight.replace(month=1, day=1)


def _next(at: datetime, unit: Unit) -> datetime:
    if unit == "week":
        return at + timedelta(weeks=1)
    return _first_of(at.year, at.month + 1) if unit == "month" else _first_of(at.year + 1, 1)


def _label(at: datetime, unit: Unit, *, years: bool) -> str:
    """`2 Mar` for a week, `Mar` for a month with its year where that is not plain, `2026` for a year."""
    if unit == "week":
        return f"{at.day} {at:%b}"
    if unit == "month":
        return f"{at:%b %Y}" if years or at.month == 1 else f"{at:%b}"
    return f"{at:%Y}"


def _calendar(word: str) -> Period | None:
    if found := _QUARTER.fullmatch(word):
        return _quarter(int(found[1]), int(found[2]))
    if (found := _MONTH.fullmatch(word)) and 1 <= int(found[2]) <= 12:
        return _month(int(found[1]), int(found[2]))
    if found := _YEAR.fullmatch(word):
        return _whole_year(int(found[1]))
    return None


def _calendar_before(period: Period) -> Period | None:
    if found := _QUARTER.fullmatch(period.name.lower()):
        year, quarter = int(found[1]), int(found[2])
        return _quarter(year, quarter - 1) if quarter > 1 else _quarter(year - 1, 4)
    if found := _MONTH.fullmatch(period.name):
        return _month(int(found[1]), int(found[2]) - 1)
    if found := _YEAR.fullmatch(period.name):
        return _whole_year(int(found[1]) - 1)
    return None


def _month(year: int, month: int) -> Period:
    start = _first_of(year, month)
    end = _first_of(year, month + 1)
    return Period(name=f"{start:%Y-%m}", label=f"{start:%B %Y}", start=start, end=end)


def _quarter(year: int, quarter: int) -> Period:
    start, end = _first_of(year, 3 * quarter - 2), _first_of(year, 3 * quarter + 1)
    return Period(name=f"{year}-Q{quarter}", label=f"Q{quarter} {year}", start=start, end=end)


def _whole_year(year: int) -> Period:
    return Period(name=f"{year}", label=f"{year}", start=_first_of(year, 1), end=_first_of(year + 1, 1))


def _first_of(year: int, month: int) -> datetime:
    """Midnight of the first of a month; months below 1 and above 12 belong to other years."""
    years, index = divmod(month - 1, 12)
    return datetime(year + years, index + 1, 1, tzinfo=UTC)


def _days(count: int) -> str:
    """`day`, `30 days`, `13 weeks`: a month of weeks and more is told in weeks."""
    if count >= 28 and count % 7 == 0:
        return f"{count // 7} weeks"
    return "day" if count == 1 else f"{count} days"
