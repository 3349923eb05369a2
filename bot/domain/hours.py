"""Hours of the day in somebody's time zone: when people work, and when nobody wants to be disturbed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_WORKING = re.compile(r"(\d{1,2})(?::(\d\d))?\s*[-–]\s*(\d{1,2})(?::(\d\d))?")
_SATURDAY = 5


class WorkingHours(NamedTuple):
    """From when to when people work, Monday to Friday, by their own clock."""

    start: time = time(9)
    end: time = time(17)

    @classmethod
    def read(cls, text: str) -> Self:
        """`9-17` or `08:30-16:30`. Raises ValueError for anything else."""
        start, end, rest = _span(text)
        if rest or start >= end:
            raise ValueError("is no span of hours such as 9-17 or 08:30-16:30")
        return cls(start, end)

    def next(self, at: datetime, tz: str) -> datetime:
        """The moment itself if it lies in working hours there, else when they next begin; in UTC."""
        zone = zone_of(tz)
        local = at.astimezone(zone)
        for day in range(8):
            date = local.date() + timedelta(days=day)
            begins, ends = (datetime.combine(date, one, zone).astimezone(UTC) for one in self)
            if date.weekday() < _SATURDAY and at < ends:
                return max(at.astimezone(UTC), begins)
        return at.astimezone(UTC)


class QuietHours(NamedTuple):
    """When the bot posts nothing by itself, every day, by the clock of one zone."""

    start: time
    end: time
    tz: str = "UTC"

    @classmethod
    def read(cls, text: str) -> Self:
        """`22:00-07:00 Europe/Berlin`; without a zone it is UTC. Raises ValueError for anything else."""
        start, end, tz = _span(text)
        if start == end:
            raise ValueError("begins when it ends")
        if tz and not _is_zone(tz):
            raise ValueError(f"names no time zone I know: {tz[:40]}; one looks like Europe/Berlin")
        return cls(start, end, tz or "UTC")

    def until(self, at: datetime) -> datetime | None:
        """When the quiet that reigns at this moment ends, in UTC; None where there is none."""
        zone = zone_of(self.tz)
        today = at.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            begins = datetime.combine(day, self.start, zone).astimezone(UTC)
            last = day if self.start < self.end else day + timedelta(days=1)
            ends = datetime.combine(last, self.end, zone).astimezone(UTC)
            if begins <= at < ends:
                return ends
        return None


def zone_of(name: str) -> ZoneInfo:
    """A time zone by name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _is_zone(name: str) -> bool:
    return zone_of(name).key == name


def _span(text: str) -> tuple[time, time, str]:
    match = _WORKING.match(text.strip())
    if match is None:
        raise ValueError("is no span of hours such as 22:00-07:00 Europe/Berlin")
    start, end = _clock(match[1], match[2]), _clock(match[3], match[4])
    return start, end, text.strip()[match.end() :].strip()


def _clock(hour: str, minute: str | None) -> time:
    try:
        return time(int(hour) % 24 if hour == "24" else int(hour), int(minute or 0))
    except ValueError:
        raise ValueError(f"{hour}:{minute or '00'} is no time of day") from None
