"""Clocks that jump, alone and shared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import JumpingClock, SharedClock


@pytest.mark.parametrize("span", [timedelta(hours=2), timedelta(days=-30), timedelta(microseconds=1)])
def test_whoever_opens_the_file_has_the_same_time(tmp_path: Path, span: timedelta) -> None:
    """A jump, forward or back, is seen by clocks opened before and after it."""
    path = tmp_path / "clock"
    one = SharedClock(path)
    two = SharedClock(path)
    one.jump(span)
    for clock in (one, two, SharedClock(path)):
        off = clock.now() - datetime.now(UTC) - span
        assert abs(off) < timedelta(seconds=5)


def test_jumps_add_up(tmp_path: Path) -> None:
    """Back and forward again is where one was."""
    clock = SharedClock(tmp_path / "clock")
    clock.jump(timedelta(days=-3))
    clock.jump(timedelta(days=3))
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_jumping_clock_stands_still() -> None:
    """Until it is told."""
    clock = JumpingClock(datetime(2026, 3, 2, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.jump(timedelta(hours=1))
    assert clock.now() == datetime(2026, 3, 2, 1, tzinfo=UTC)
