"""Moments as Slack shows them: in the reader's own zone, beside UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.postmortem import Times


def utc(at: datetime, *, dated: bool = True) -> str:
    """`2026-11-21 14:20 UTC`, or `14:20 UTC` where the day is clear."""
    return f"{at.astimezone(UTC):{'%Y-%m-%d %H:%M' if dated else '%H:%M'}} UTC"


def when(at: datetime, *, dated: bool = True) -> str:
    """A moment as mrkdwn: the reader's zone by Slack's date token, then UTC in brackets.

    The token's fallback (for old clients and notifications) is the UTC text. Moments before 1970,
    which the token cannot hold, are shown in UTC only.
    """
    shown, epoch = utc(at, dated=dated), int(at.timestamp())
    if epoch <= 0:
        return shown
    form = "{date_short_pretty} {time}" if dated else "{time}"
    return f"<!date^{epoch}^{form}|{shown}> ({shown})"


def spans_days(moments: Iterable[datetime]) -> bool:
    """Whether moments lie on more than one UTC day, so that a time alone would mislead."""
    return len({at.astimezone(UTC).date() for at in moments}) > 1


def moments_of(times: Times) -> tuple[datetime, ...]:
    """The points in time an incident is known by."""
    points = (times.started, times.detected, times.mitigated, times.resolved)
    return tuple(point.at for point in points if point)
