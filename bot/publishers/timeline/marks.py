"""Where the numbered marks of a timeline go, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.postmortem import TimelineEntry
from bot.publishers.timeline.scale import Scale

LANES = 3
HEIGHT = 22.0
_GAP = 4.0
_OVERHANG = 12.0
"""How far a mark may reach over either end of the axis."""


@dataclass
class Mark:
    """One numbered entry, or a run of them too close together to show apart."""

    number: int
    x: float
    scale: Scale
    lane: int = 0
    entries: list[TimelineEntry] = field(default_factory=list)

    @property
    def label(self) -> str:
        """`7`, or `7–12` for a run; with an arrow where it lies outside the picture."""
        last = self.number + len(self.entries) - 1
        numbers = str(self.number) if last == self.number else f"{self.number}–{last}"
        before = "←" if self.entries[0].at < self.scale.start else ""
        after = "→" if self.entries[-1].at > self.scale.end else ""
        return before + numbers + after

    @property
    def width(self) -> float:
        """How wide it is drawn, in pixels."""
        return max(HEIGHT, 12.0 + 6.6 * len(self.label))


def place(entries: Sequence[TimelineEntry], scale: Scale) -> list[Mark]:
    """A mark for every entry (given in time order), in lanes so that none covers another.

    Where the lanes do not suffice, neighbours share a mark: within ever more pixels until all fit.
    """
    reach = 0.0
    while True:
        marks = _grouped(entries, scale, reach)
        if _fit(marks) or len(marks) < 2:
            return marks
        reach = reach * 2 or HEIGHT / 8


def _grouped(entries: Sequence[TimelineEntry], scale: Scale, reach: float) -> list[Mark]:
    marks: list[Mark] = []
    for number, entry in enumerate(entries, start=1):
        x = scale.x(entry.at)
        if marks and x - marks[-1].x < reach:
            marks[-1].entries.append(entry)
        else:
            marks.append(Mark(number, x, scale, entries=[entry]))
    for mark in marks:
        half = mark.width / 2 - _OVERHANG
        mark.x = max(scale.left + half, min(scale.right - half, mark.x))
    return marks


def _fit(marks: Sequence[Mark]) -> bool:
    """Give each mark the first lane with room for it; False if one finds none."""
    edges = [float("-inf")] * LANES
    for mark in marks:
        left = mark.x - mark.width / 2
        free = [lane for lane, edge in enumerate(edges) if edge + _GAP <= left]
        if not free:
            return False
        mark.lane = free[0]
        edges[mark.lane] = left + mark.width
    return True
