"""Where the numbered marks of a timeline go, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.postmortem import TimelineEntry
from bot.publishers.timeline.scale import Scale

LANES = 4
HEIGHT = 22.0
_GAP = 4.0


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

    @property
    def left(self) -> float:
        """Its left edge: a mark is centred on the time of its first entry."""
        return self.x - self.width / 2


def place(entries: Sequence[TimelineEntry], scale: Scale) -> list[Mark]:
    """A mark for every entry (given in time order), each in the first lane with room for it.

    Where no lane has room, the entry joins the mark before it.
    """
    marks: list[Mark] = []
    edges = [float("-inf")] * LANES
    for number, entry in enumerate(entries, start=1):
        mark = Mark(number, scale.x(entry.at), scale, entries=[entry])
        free = [lane for lane, edge in enumerate(edges) if edge + _GAP <= mark.left]
        if free:
            mark.lane = free[0]
            marks.append(mark)
        else:
            mark = marks[-1]
            mark.entries.append(entry)
        edges[mark.lane] = mark.left + mark.width
    return _within(marks, scale)


def _within(marks: list[Mark], scale: Scale) -> list[Mark]:
    """Long labels of marks at the very ends pulled inside the picture."""
    for mark in marks:
        half = mark.width / 2
        mark.x = max(scale.left + half - HEIGHT, min(scale.right - half + HEIGHT, mark.x))
    return marks
