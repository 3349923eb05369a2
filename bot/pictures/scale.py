"""Time laid out along a line: which stretch is shown, and where on it a moment lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)
"""A Monday, so that steps of a week begin on one."""

STEPS = (
    *(timedelta(seconds=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(minutes=n) for n in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 14, 28, 91, 364, 3640)),
)


@dataclass(frozen=True)
class Scale:
    """The stretch of time from `start` to `end`, drawn from `left` to `right` in pixels.

    `ease` is how much wider than measured the words on it may turn out: a browser has a font of its own.
    """

    start: datetime
    end: datetime
    left: float
    right: float
    ease: float = 1.0

    def x(self, at: datetime) -> float:
        """Where a moment lies; what is outside the stretch lies at its nearer end."""
        share = (at - self.start) / (self.end - self.start)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at <= self.end

    def ticks(self, step: timedelta) -> Iterator[datetime]:
        """The round moments within the stretch."""
        at = floor(self.start, step)
        while at <= self.end:
            if at >= self.start:
                yield at
            at += step

    def step(self, at_most: int) -> timedelta:
        """The smallest round step of which no more than `at_most` fit."""
        span = self.end - self.start
        return next((step for step in STEPS if span / step <= at_most), STEPS[-1])


def floor(at: datetime, step: timedelta) -> datetime:
    """The last round moment before or at this one."""
    return at - (at - _EPOCH) % step


def stretch(
    life: Sequence[datetime], entries: Sequence[datetime], spoken: Sequence[datetime]
) -> tuple[datetime, datetime] | None:
    """What to show: the incident's life, and what was noted within half its length around it.

    A change made days before or a follow-up weeks later must not squeeze the incident into a corner.
    Without a known life it is all entries, without entries all messages, without those nothing.
    """
    points = sorted(life) or sorted(entries) or sorted(spoken)
    if not points:
        return None
    start, end = points[0], points[-1]
    reach = (end - start) / 2 if len(life) > 1 else None
    near = [at for at in entries if reach is None or start - reach <= at <= end + reach]
    start, end = min([start, *near]), max([end, *near])
    margin = (end - start) / 50 or timedelta(seconds=30)
    return start - margin, end + margin
