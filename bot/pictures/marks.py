"""Where the numbered marks of a timeline go, and their labels, so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.postmortem import TimelineEntry
from bot.pictures.letters import cut, legible, width
from bot.pictures.scale import Scale

LANES, LABEL_LANES = 3, 5
HEIGHT = 22.0
LABEL_SIZE = 11.0
LABEL_ROOM = 190.0
PAD = 7.0
_GAP = 4.0
_OVERHANG = 12.0
"""How far a mark may reach over either end of the axis."""


Numbered = tuple[int, TimelineEntry]


@dataclass
class Mark:
    """One numbered entry, or a run of them too close together to show apart.

    `words` are its label, beside its number: to the right, or to the left if `leftwards`.
    """

    x: float
    scale: Scale
    entries: list[Numbered] = field(default_factory=list)
    lane: int = 0
    words: str = ""
    leftwards: bool = False

    @property
    def label(self) -> str:
        """`7`, or `7–12` for a run; with an arrow where it lies outside the picture."""
        (first, earliest), (last, latest) = self.entries[0], self.entries[-1]
        numbers = str(first) if last == first else f"{first}–{last}"
        before = "←" if earliest.at < self.scale.start else ""
        after = "→" if latest.at > self.scale.end else ""
        return before + numbers + after

    @property
    def number(self) -> int:
        """The number of its first entry."""
        return self.entries[0][0]

    @property
    def width(self) -> float:
        """How wide its number is drawn, in pixels."""
        return max(HEIGHT, 12.0 + self.scale.ease * width(self.label, LABEL_SIZE, bold=True))

    @property
    def left(self) -> float:
        """Its left edge, the label's if that is there."""
        return self.x - self.width / 2 - (self._label_room if self.leftwards else 0.0)

    @property
    def right(self) -> float:
        """Its right edge, the label's if that is there."""
        return self.x + self.width / 2 + (0.0 if self.leftwards else self._label_room)

    @property
    def _label_room(self) -> float:
        return self.scale.ease * width(self.words, LABEL_SIZE) + 2 * PAD if self.words else 0.0


def place(
    entries: Sequence[Numbered], scale: Scale, *, labelled: Sequence[int] = (), clock: str = "%H:%M"
) -> list[Mark]:
    """A mark for every entry (given in time order), in lanes so that none covers another.

    Where the lanes do not suffice, neighbours share a mark: within ever more pixels until all fit. The
    entries of the numbers `labelled`, the most telling first, get a label where there is still room for it.
    """
    reach = 0.0
    while True:
        marks = _grouped(entries, scale, reach)
        if _fit(marks, LANES) or len(marks) < 2:
            break
        reach = reach * 2 or HEIGHT / 8
    alone = {mark.number: mark for mark in marks}
    for number in labelled:
        if number in alone:
            _label(alone[number], marks, clock)
    _fit(marks, LABEL_LANES)
    return marks


def _grouped(entries: Sequence[Numbered], scale: Scale, reach: float) -> list[Mark]:
    marks: list[Mark] = []
    for number, entry in entries:
        x = scale.x(entry.at)
        if marks and x - marks[-1].x < reach:
            marks[-1].entries.append((number, entry))
        else:
            marks.append(Mark(x, scale, [(number, entry)]))
    for mark in marks:
        half = mark.width / 2 - _OVERHANG
        mark.x = max(scale.left + half, min(scale.right - half, mark.x))
    return marks


def _label(mark: Mark, marks: Sequence[Mark], clock: str) -> None:
    """Label a mark with its first entry if all marks still fit, to the right or else to the left."""
    _, entry = mark.entries[0]
    words = cut(f"{entry.at:{clock}} {legible(entry.text)}".strip(), LABEL_ROOM / mark.scale.ease, LABEL_SIZE)
    if not words:
        return
    mark.words = words
    for mark.leftwards in (False, True):
        inside = mark.left >= mark.scale.left - _OVERHANG and mark.right <= mark.scale.right + _OVERHANG
        if inside and _fit(marks, LABEL_LANES):
            return
    mark.words, mark.leftwards = "", False


def _fit(marks: Sequence[Mark], lanes: int) -> bool:
    """Give each mark the first lane with room for it; False if one finds none."""
    taken: list[list[Mark]] = [[] for _ in range(lanes)]
    for mark in marks:
        free = next((lane for lane in range(lanes) if _is_free(mark, taken[lane])), None)
        if free is None:
            return False
        mark.lane = free
        taken[free].append(mark)
    return True


def _is_free(mark: Mark, others: Sequence[Mark]) -> bool:
    return all(other.right + _GAP <= mark.left or mark.right + _GAP <= other.left for other in others)
