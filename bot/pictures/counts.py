"""Incidents over time: a bar a week, month or year, stacked by severity; and below them, where enough
incidents say it, how long they took to resolve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from bot.domain.incident import describe_duration
from bot.domain.overview import ENOUGH, NO_SEVERITY, Bar, Overview
from bot.pictures.letters import legible, wrapped
from bot.pictures.letters import width as width_of
from bot.pictures.shapes import Box, Line, Picture, Shape, Words

WIDTH = 480.0
_SIDE = 18.0
_AXIS_ROOM = 34.0
"""Where the numbers of the vertical axis stand."""
_TALL, _LOW = 150.0, 90.0
_TITLE, _TEXT, _SMALL = 16.0, 12.5, 11.0
_WIDEST = 40.0
_SPANS = (
    *(timedelta(minutes=n) for n in (1, 5, 10, 15, 30)),
    *(timedelta(hours=n) for n in (1, 2, 3, 6, 12)),
    *(timedelta(days=n) for n in (1, 2, 7, 30)),
)


@dataclass(frozen=True)
class _Frame:
    """Where the bars stand: one column each between `left` and `right`."""

    left: float
    right: float
    columns: int

    @property
    def step(self) -> float:
        return (self.right - self.left) / self.columns

    def middle(self, index: int) -> float:
        return self.left + (index + 0.5) * self.step


def bars(overview: Overview, *, width: float = WIDTH, headed: bool = True) -> Picture | None:
    """The picture of an overview, by default to be read on a phone; None where nothing was counted.

    In a page that says it itself it needs no heading.
    """
    if not overview.bars:
        return None
    frame = _Frame(_SIDE + _AXIS_ROOM, width - _SIDE, len(overview.bars))
    head, y = _head(overview) if headed else ([], 0.0)
    legend, y = _legend(overview.bars, y + 8)
    counted, y = _counted(overview.bars, frame, y + 22)
    lasting, y = _lasting(overview.bars, frame, y + 14)
    shapes = (*head, *legend, *counted, *lasting)
    return Picture(width, y + 12, shapes, f"Incidents, {overview.period.label}", describe(overview))


def describe(overview: Overview) -> str:
    """The picture in words."""
    counts = "; ".join(f"{bar.label}: {bar.total}{_took(bar)}" for bar in overview.bars)
    incidents = "1 incident" if overview.total == 1 else f"{overview.total} incidents"
    return f"{incidents}. {counts}."


def _took(bar: Bar) -> str:
    return f", resolved in {describe_duration(bar.median)} in the median" if bar.median is not None else ""


def _head(overview: Overview) -> tuple[list[Shape], float]:
    shapes: list[Shape] = []
    y = 12.0
    for row in wrapped(f"Incidents, {overview.period.label}", WIDTH - 2 * _SIDE, _TITLE, lines=2, bold=True):
        y += 21
        shapes.append(Words(_SIDE, y - 3, row, "ink", size=_TITLE, bold=True))
    filters = overview.filters
    facts = [
        f"{overview.total} incident{'' if overview.total == 1 else 's'}",
        legible(filters.service) if filters.service else "",
        str(filters.severity).upper() if filters.severity else "",
    ]
    for row in wrapped(" · ".join(filter(None, facts)), WIDTH - 2 * _SIDE, _TEXT, lines=1):
        y += 17
        shapes.append(Words(_SIDE, y, row, "soft", size=_TEXT))
    return shapes, y


def _legend(counted: Sequence[Bar], top: float) -> tuple[list[Shape], float]:
    """The severities there are, the gravest first."""
    present = {name for bar in counted for name, _ in bar.counts}
    shapes: list[Shape] = []
    x = _SIDE
    for name in (*(f"sev{n}" for n in range(1, 5)), NO_SEVERITY):
        if name in present:
            label = name.upper() if name != NO_SEVERITY else "no severity given"
            shapes.append(Box(x, top + 4, 11, 11, _look(name), radius=2))
            shapes.append(Words(x + 16, top + 14, label, "soft", size=_SMALL))
            x += 16 + width_of(label, _SMALL) + 16
    return shapes, top + 16


def _look(severity: str) -> str:
    return "unsaid" if severity == NO_SEVERITY else severity


def _counted(counted: Sequence[Bar], frame: _Frame, top: float) -> tuple[list[Shape], float]:
    """The bars on a grid, each with its number above and its time below."""
    most = max(bar.total for bar in counted)
    base = top + _TALL
    unit = _TALL / most
    shapes: list[Shape] = []
    for level in _levels(most):
        y = base - level * unit
        shapes.append(Line(frame.left, y, frame.right, y, "grid" if level else "axis"))
        shapes.append(Words(frame.left - 7, y + 4, str(level), "soft", size=_SMALL, anchor="end"))
    wide = min(_WIDEST, frame.step * 0.7)
    for index, bar in enumerate(counted):
        shapes += _stack(bar, frame.middle(index) - wide / 2, wide, base, unit)
        number = str(bar.total)
        if bar.total and width_of(number, _SMALL, bold=True) <= frame.step - 2:
            y = base - bar.total * unit - 5
            shapes.append(
                Words(frame.middle(index), y, number, "ink", size=_SMALL, bold=True, anchor="middle")
            )
    shapes += _times(counted, frame, base + 16)
    return shapes, base + 20


def _levels(most: int) -> Iterator[int]:
    """Round numbers for the grid: about four of them."""
    magnitude = 1
    while most / magnitude > 50:
        magnitude *= 10
    step = next((n * magnitude for n in (1, 2, 5, 10, 20) if most / (n * magnitude) <= 4), most)
    yield from range(0, most + 1, step)


def _stack(bar: Bar, x: float, wide: float, base: float, unit: float) -> Iterator[Shape]:
    """The gravest lie lowest: there they are best compared."""
    y = base
    for name, count in bar.counts:
        y -= count * unit
        yield Box(x, y, wide, count * unit, _look(name), tip=f"{bar.label}: {count} {name}")


def _times(counted: Sequence[Bar], frame: _Frame, y: float) -> Iterator[Shape]:
    """As many labels as fit beside each other, the first always."""
    widest = max(width_of(bar.label, _SMALL) for bar in counted) + 8
    every = max(1, ceil(widest / frame.step))
    edge = frame.left - _AXIS_ROOM
    for index in range(0, len(counted), every):
        half = width_of(counted[index].label, _SMALL) / 2
        x = min(max(frame.middle(index), edge + half), frame.right - half)
        yield Words(x, y, counted[index].label, "soft", size=_SMALL, anchor="middle")
        edge = x + half + 6


def _lasting(counted: Sequence[Bar], frame: _Frame, top: float) -> tuple[list[Shape], float]:
    """The medians as a line, broken where fewer than enough incidents say one; nothing where it has not
    two points."""
    known = {index: bar.median for index, bar in enumerate(counted) if bar.median is not None}
    if len(known) < 2:
        return [], top - 14
    about = f"Where {ENOUGH} or more say it. A secondary measure, no target."
    shapes: list[Shape] = [
        Words(_SIDE, top + 12, "Median time to resolve", "ink", size=_TEXT, bold=True),
        Words(_SIDE, top + 27, about, "soft", size=_SMALL),
    ]
    base = top + 44 + _LOW
    longest = max(known.values()) or timedelta(seconds=1)
    for level in _spans(longest):
        y = base - _LOW * (level / longest)
        shapes.append(Line(frame.left, y, frame.right, y, "grid" if level else "axis"))
        shapes.append(Words(frame.left - 7, y + 4, _short(level), "soft", size=_SMALL, anchor="end"))
    points = {index: (frame.middle(index), base - _LOW * (span / longest)) for index, span in known.items()}
    shapes += [
        Line(*point, *points[index + 1], "curve") for index, point in points.items() if index + 1 in points
    ]
    for index, (x, y) in points.items():
        tip = f"{counted[index].label}: {describe_duration(known[index])}"
        shapes.append(Box(x - 4, y - 4, 8, 8, "dot", radius=4, tip=tip))
    return [*shapes, *_times(counted, frame, base + 16)], base + 20


def _spans(longest: timedelta) -> Iterator[timedelta]:
    """Round durations for the grid: about four of them."""
    step = next((span for span in _SPANS if longest / span <= 4), timedelta(days=max(1, longest.days // 3)))
    at = timedelta(0)
    while at <= longest:
        yield at
        at += step


def _short(span: timedelta) -> str:
    """`30m`, `2h`, `1d`: room is scarce beside the axis."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= 1440 and minutes % 1440 == 0:
        return f"{minutes // 1440} d"
    if minutes >= 60 and minutes % 60 == 0:
        return f"{minutes // 60} h"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02} h"
