"""Days that pass in the playground."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import SharedClock
from bot.demo.days import LONGEST, STOPS, Days, stops
from bot.sandbox import Sandbox

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


def test_a_week_is_stopped_at_twice_a_day() -> None:
    """Hours are not, since nothing is done by the day in them."""
    found = list(stops(MONDAY, MONDAY + timedelta(days=7)))
    assert (len(found), found[0].hour, found[-1].hour) == (14, 10, 14)
    assert list(stops(MONDAY, MONDAY + timedelta(hours=2))) == []


@given(hours=st.floats(min_value=0, max_value=24 * 400), since=st.floats(min_value=0, max_value=1e8))
def test_stops_lie_between_and_go_forward(hours: float, since: float) -> None:
    """However long the way is, they are as many as somebody waits for."""
    begin = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=since)
    end = begin + timedelta(hours=hours)
    found = list(stops(begin, end))
    assert found == sorted(set(found))
    assert all(begin < one < end for one in found)
    assert len(found) <= (LONGEST.days + 1) * len(STOPS)


def test_a_bot_works_on_every_day_that_passes(tmp_path: Path) -> None:
    """It is waited for while it asks anything, and the end is where somebody wanted to go."""
    clock = SharedClock(tmp_path / "clock")
    slack = Sandbox(now=lambda: clock.now().timestamp())
    looked: list[datetime] = []

    def is_there() -> bool:
        looked.append(clock.now())
        return True

    days, begin, before = (
        Days(clock, slack, is_there=is_there, quiet=0.0),
        clock.now(),
        slack.workspace.version,
    )
    days.pass_by(3 * 86_400)
    assert timedelta(0) <= clock.now() - begin - timedelta(days=3) < timedelta(minutes=1)
    assert slack.workspace.version - before >= 2 * 3
    assert len(looked) == 1


def test_where_no_bot_is_nobody_waits(tmp_path: Path) -> None:
    """The clock is there at once."""
    clock = SharedClock(tmp_path / "clock")
    slack = Sandbox(now=lambda: clock.now().timestamp())
    version = slack.workspace.version
    Days(clock, slack, is_there=lambda: False).pass_by(7 * 86_400)
    assert slack.workspace.version == version + 1
