"""Working hours and quiet hours, across midnight, weekends and changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hours import QuietHours, WorkingHours, zone_of

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "No/Where")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    """`2026-03-06 18:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "tz", "expected"),
    [
        ("2026-03-05 10:00", "UTC", "2026-03-05 10:00"),
        ("2026-03-05 06:00", "UTC", "2026-03-05 09:00"),
        ("2026-03-05 17:00", "UTC", "2026-03-06 09:00"),
        ("2026-03-06 18:00", "UTC", "2026-03-09 09:00"),  # Friday evening → Monday
        ("2026-03-07 10:00", "UTC", "2026-03-09 09:00"),  # Saturday
        ("2026-03-05 22:00", "Asia/Kolkata", "2026-03-06 03:30"),
        ("2026-03-28 12:00", "Europe/Berlin", "2026-03-30 07:00"),  # over the night of the clock change
        ("2026-03-08 23:00", "Pacific/Auckland", "2026-03-08 23:00"),  # Monday noon there
        ("2026-03-05 10:00", "No/Where", "2026-03-05 10:00"),
    ],
)
def test_the_next_working_hour_is_by_the_persons_own_clock(moment: str, tz: str, expected: str) -> None:
    """Mornings wait, evenings and weekends go to the next working day."""
    assert WorkingHours().next(at(moment), tz) == at(expected)


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_next_working_hour_is_never_past_and_always_one(moment: datetime, tz: str) -> None:
    """On a weekday, between start and end, and at most a weekend away."""
    found = WorkingHours().next(moment, tz)
    local = found.astimezone(zone_of(tz))
    assert moment <= found <= moment + timedelta(days=4)
    assert local.weekday() < 5
    assert WorkingHours().start <= local.time() < WorkingHours().end


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-05 20:59", None),
        ("2026-03-05 21:00", "2026-03-06 06:00"),
        ("2026-03-06 03:00", "2026-03-06 06:00"),
        ("2026-03-06 06:00", None),
        ("2026-03-28 23:00", "2026-03-29 05:00"),  # the night that is an hour shorter
        ("2026-07-01 20:30", "2026-07-02 05:00"),
    ],
)
def test_quiet_hours_reach_over_midnight_in_their_own_zone(moment: str, expected: str | None) -> None:
    """The end counts as no longer quiet."""
    quiet = QuietHours.read("22:00-07:00 Europe/Berlin")
    assert quiet.until(at(moment)) == (at(expected) if expected else None)


@given(MOMENTS)
def test_quiet_always_ends_within_a_day(moment: datetime) -> None:
    """And where it ends, it is quiet no more."""
    for text in ("22:00-07:00 Europe/Berlin", "12-13", "01:30-02:30 America/New_York"):
        quiet = QuietHours.read(text)
        ends = quiet.until(moment)
        if ends is not None:
            assert moment < ends <= moment + timedelta(hours=25)
            assert quiet.until(ends) is None


@pytest.mark.parametrize(
    ("text", "shown"), [("9-17", "09:00"), ("08:30-16:30", "08:30"), (" 8 – 12 ", "08:00")]
)
def test_working_hours_are_read_as_people_write_them(text: str, shown: str) -> None:
    """With or without minutes."""
    assert f"{WorkingHours.read(text).start:%H:%M}" == shown


@pytest.mark.parametrize("text", ["", "nine to five", "17-9", "9-9", "9-25", "9-17 Europe/Berlin", "9:70-17"])
def test_odd_working_hours_are_refused_in_words(text: str) -> None:
    """A span that is none says so."""
    with pytest.raises(ValueError, match=r"no |none"):
        WorkingHours.read(text)


@pytest.mark.parametrize(
    "text", ["22-22", "late", "22:00-07:00 Middle/Earth", "22:00-07:00 ../../etc/passwd"]
)
def test_odd_quiet_hours_are_refused_in_words(text: str) -> None:
    """An unknown zone is named."""
    with pytest.raises(ValueError, match=r"no |begins"):
        QuietHours.read(text)
