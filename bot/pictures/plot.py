"""The parts of a timeline: bands between the moments, how much was said when, the axis, the marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.incident import describe_duration
from bot.domain.postmortem import Times
from bot.pictures.letters import cut, width
from bot.pictures.marks import HEIGHT, LABEL_SIZE, PAD, Mark
from bot.pictures.scale import Scale, floor
from bot.pictures.shapes import Box, Line, Linked, Shape, Words

FLAG = 15.0
"""The height of a row of flags, which name the moments."""
STRIP = 22.0
LANE = HEIGHT + 4
SIZE = 11.5
_OVERHANG = 14.0
"""How far a flag may reach over either end of the axis."""

_BANDS = {
    ("started", "detected"): ("Undetected", "undetected"),
    ("started", "mitigated"): ("Response", "response"),
    ("started", "resolved"): ("Incident", "response"),
    ("detected", "mitigated"): ("Response", "response"),
    ("detected", "resolved"): ("Response", "response"),
    ("mitigated", "resolved"): ("Recovery", "recovery"),
}
"""What the time between two known moments is called, and how it looks."""
_SHOWN_IN_A_TIP = 8
_MOST_BARS = 48

Life = tuple[tuple[str, datetime], ...]


def life(times: Times) -> Life:
    """The known points of an incident's life with their names, in the order of a life."""
    named = (
        ("started", times.started),
        ("detected", times.detected),
        ("mitigated", times.mitigated),
        ("resolved", times.resolved),
    )
    return tuple((name, moment.at) for name, moment in named if moment)


def bands(known: Life, scale: Scale, *, top: float, base: float) -> Iterator[Shape]:
    """A band from each known moment to the next, with its name and length, and its colour down to the
    axis."""
    for (before, first), (after, last) in pairwise(_rising(known)):
        if last <= first:
            continue
        left, wide = scale.x(first), scale.x(last) - scale.x(first)
        title, look = _BANDS[before, after]
        length = describe_duration(last - first)
        yield Box(left, top, wide, base - top, f"wash-{look}")
        yield Box(left, top, wide, STRIP, look, tip=f"{title}: {length}")
        if label := _fitting((wide - 8) / scale.ease, f"{title} {length}", length):
            yield Words(left + wide / 2, top + 15, label, "ink", bold=True, anchor="middle")


def _rising(known: Life) -> Life:
    """The moments without those noted before an earlier one: bands would lie on each other."""
    kept: list[tuple[str, datetime]] = []
    for name, at in known:
        if not kept or at >= kept[-1][1]:
            kept.append((name, at))
    return tuple(kept)


def _fitting(room: float, *labels: str) -> str:
    return next((label for label in labels if width(label, SIZE, bold=True) <= room), "")


def flags(known: Life, scale: Scale, clock: str) -> tuple[list[tuple[Words, float]], int]:
    """The moments by name and time, each with where its line stands, in as few rows as they need."""
    placed: list[tuple[Words, float]] = []
    rows: list[list[tuple[float, float]]] = []
    for at, names in _together(known, scale):
        flag, left, right = _flag(f"{', '.join(names)} {at:{clock}}", scale.x(at), scale)
        taken = (left - 6, right + 6)
        row = next((n for n, row in enumerate(rows) if all(_apart(taken, one) for one in row)), len(rows))
        if row == len(rows):
            rows.append([])
        rows[row].append(taken)
        placed.append((replace(flag, y=row * FLAG + 11), scale.x(at)))
    return placed, len(rows)


def _flag(text: str, x: float, scale: Scale) -> tuple[Words, float, float]:
    """A flag with its edges: to the right of its line, or to the left, or where there is room for it."""
    wide = scale.ease * width(text, LABEL_SIZE)
    first, last = scale.left - _OVERHANG, scale.right + _OVERHANG
    if x + 4 + wide <= last:
        return Words(x + 4, 0, text, "soft", size=LABEL_SIZE), x + 4, x + 4 + wide
    if x - 4 - wide >= first:
        return Words(x - 4, 0, text, "soft", size=LABEL_SIZE, anchor="end"), x - 4 - wide, x - 4
    shown = cut(text, (last - first) / scale.ease, LABEL_SIZE)
    left = last - scale.ease * width(shown, LABEL_SIZE)
    return Words(left, 0, shown, "soft", size=LABEL_SIZE), left, last


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def _together(known: Life, scale: Scale) -> Iterator[tuple[datetime, list[str]]]:
    """The moments by time; those that stand in one place share a flag."""
    groups: list[tuple[datetime, list[str]]] = []
    for name, at in sorted(known, key=lambda one: one[1]):
        if groups and scale.x(at) - scale.x(groups[-1][0]) < 1:
            groups[-1][1].append(name)
        else:
            groups.append((at, [name]))
    yield from groups


def bars(spoken: Sequence[datetime], scale: Scale, *, base: float, height: float) -> Iterator[Shape]:
    """How many messages were written when, as bars on the axis."""
    step = scale.step(min(_MOST_BARS, int((scale.right - scale.left) / 14)))
    counts = Counter(floor(at, step) for at in spoken if at in scale)
    if not counts:
        return
    most = max(counts.values())
    for start, count in sorted(counts.items()):
        left, right = scale.x(start), scale.x(start + step)
        tall = max(2.0, height * count / most)
        yield Box(
            left, base - tall, max(1.0, right - left - 1.5), tall, "bar", tip=f"{count} in {_about(step)}"
        )
    label = f"messages per {_about(step)}, at most {most}"
    yield Words(scale.right, base + 35, label, "soft", anchor="end")


def _about(step: timedelta) -> str:
    length = describe_duration(step)
    return length.removeprefix("1 ") if length.count(" ") == 1 else length


def axis(scale: Scale, base: float) -> Iterator[Shape]:
    """The axis with round times below; a midnight is its date, and the first date stands in full."""
    yield Line(scale.left, base, scale.right, base, "axis")
    step = scale.step(int((scale.right - scale.left) / 80))
    for at in scale.ticks(step):
        x = scale.x(at)
        label, look = _tick(at, step)
        half = scale.ease * width(label, SIZE, bold=look == "ink") / 2
        inside = max(scale.left + half, min(scale.right - half, x))
        yield Line(x, base, x, base + 5, "axis")
        yield Words(inside, base + 18, label, look, bold=look == "ink", anchor="middle")
    date = f"{scale.start.day} {scale.start:%b %Y}, UTC"
    yield Words(scale.left, base + 35, date, "ink", bold=True)


def _tick(at: datetime, step: timedelta) -> tuple[str, str]:
    if at.hour == at.minute == at.second == 0:
        return f"{at.day} {at:%b}", "ink"
    return (f"{at:%H:%M:%S}" if step < timedelta(minutes=1) else f"{at:%H:%M}"), "soft"


def marks(placed: Sequence[Mark], *, top: float, base: float) -> Iterator[Shape]:
    """The numbered marks with a stem down to the axis; the stems first, so that they lie behind."""
    for mark in placed:
        yield Line(mark.x, _y(mark, placed, top) + HEIGHT, mark.x, base, "stem")
    for mark in placed:
        yield _mark(mark, _y(mark, placed, top))


def _y(mark: Mark, placed: Sequence[Mark], top: float) -> float:
    """The first lane is the lowest, next to the axis."""
    return top + (max(one.lane for one in placed) - mark.lane) * LANE


def _mark(mark: Mark, y: float) -> Linked:
    pill = Box(
        mark.x - mark.width / 2, y, mark.width, HEIGHT, str(mark.entries[0][1].phase), radius=HEIGHT / 2
    )
    number = Words(mark.x, y + 15, mark.label, "on", size=LABEL_SIZE, bold=True, anchor="middle")
    chip: tuple[Box | Words, ...] = ()
    if mark.words:
        chip = (
            Box(mark.left, y, mark.right - mark.left, HEIGHT, "chip", radius=HEIGHT / 2),
            _beside(mark, y),
        )
    return Linked(f"#t{mark.number}", (*chip, pill, number), tip=_tip(mark))


def _beside(mark: Mark, y: float) -> Words:
    """A mark's label: it begins or ends at the number, so that a narrower font leaves no gap there."""
    if mark.leftwards:
        edge = mark.x - mark.width / 2 - PAD + 2
        return Words(edge, y + 15, mark.words, "ink", size=LABEL_SIZE, anchor="end")
    return Words(mark.x + mark.width / 2 + PAD - 2, y + 15, mark.words, "ink", size=LABEL_SIZE)


def _tip(mark: Mark) -> str:
    first = mark.entries[:_SHOWN_IN_A_TIP]
    shown = [f"{entry.at:%H:%M} UTC, {entry.phase}: {entry.text}" for _, entry in first]
    more = len(mark.entries) - len(shown)
    return " · ".join([*shown, f"and {more} more"] if more else shown)
