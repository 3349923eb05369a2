"""An incident's timeline: its phases, its events and how much was said when.

Two forms of one picture: `across` for a page, where the numbers lead to the text beside it, and `card`
for a phone, where the events are listed in the picture itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.incident import describe_duration
from bot.domain.postmortem import TimelineEntry, Times
from bot.domain.telling import by_weight, telling
from bot.pictures.letters import legible, width, wrapped
from bot.pictures.marks import HEIGHT, LABEL_SIZE, Mark, Numbered, place
from bot.pictures.plot import FLAG, LANE, STRIP, axis, bands, bars, flags, life, marks
from bot.pictures.scale import Scale, stretch
from bot.pictures.shapes import Box, Line, Picture, Shape, Words

_SIDE, _CARD_SIDE = 14.0, 18.0
_BARS, _CARD_BARS = 34.0, 46.0
_BELOW = 40.0
"""Room for the axis and its captions."""
_LABELLED = 8
_EASE = 1.13
"""DejaVu Sans, the widest font a browser usually falls back to, is so much wider than the one measured."""
_WIDE_ENOUGH = 640
CARD_WIDTH = 480.0
LISTED = 7
_TITLE, _TEXT = 16.0, 12.5
_ROW = 17.0


@dataclass(frozen=True)
class Told:
    """What a timeline is drawn from. `entries` come in time order and are numbered from 1; `spoken` are
    the times of the messages."""

    times: Times
    entries: Sequence[TimelineEntry]
    spoken: Sequence[datetime] = ()


def across(told: Told, *, width: float = 960.0) -> Picture | None:
    """The timeline as a wide picture, in UTC; None where nothing has a time.

    A mark links to `#t<number>` of the page around it. The events that tell most are labelled where
    `width` (in pixels) leaves room.
    """
    scale = _scale(told, _SIDE, width - _SIDE, ease=_EASE)
    if scale is None:
        return None
    weighed = by_weight(told.times, told.entries)[:_LABELLED] if width >= _WIDE_ENOUGH else []
    numbered = list(enumerate(told.entries, start=1))
    placed = place(numbered, scale, labelled=[index + 1 for index in weighed], clock=_clock(told))
    shapes, height = _plot(told, scale, placed, top=0.0, bar_height=_BARS)
    return Picture(width, height, tuple(shapes), _title(told), describe(told))


def card(told: Told, *, heading: str, facts: Sequence[str]) -> Picture | None:
    """The timeline as a picture that stands alone, to be read on a phone; None where nothing has a time.

    `heading` is the incident's title, `facts` what is known of it besides. The events that tell most are
    listed, by the numbers they have in the document.
    """
    scale = _scale(told, _CARD_SIDE, CARD_WIDTH - _CARD_SIDE)
    if scale is None:
        return None
    head, top = _head(heading, facts)
    shown = [(index + 1, told.entries[index]) for index in telling(told.times, told.entries, LISTED)]
    placed = place(shown, scale)
    plotted, bottom = _plot(told, scale, placed, top=top, bar_height=_CARD_BARS)
    listed, height = _list(told, shown, bottom)
    return Picture(CARD_WIDTH, height, (*head, *plotted, *listed), _title(told), describe(told))


def describe(told: Told) -> str:
    """The picture in words, for who cannot see it."""
    known = life(told.times)
    start = known[0][1] if known and known[0][0] == "started" else None
    moments = ", ".join(
        f"{name} {at:%Y-%m-%d %H:%M} UTC"
        + (f" after {describe_duration(at - start)}" if start and at > start else "")
        for name, at in known
    )
    counts = (
        f"{_count(len(told.entries), 'event')}, listed in the text; {_count(len(told.spoken), 'message')}."
    )
    return f"{moments[0].upper()}{moments[1:]}. {counts}" if moments else counts


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _title(told: Told) -> str:
    known = [at for _, at in life(told.times)]
    return f"Timeline of the incident, {min(known):%Y-%m-%d}" if known else "Timeline of the incident"


def _scale(told: Told, left: float, right: float, *, ease: float = 1.0) -> Scale | None:
    known = [at for _, at in life(told.times)]
    shown = stretch(known, [entry.at for entry in told.entries], told.spoken)
    return Scale(*shown, left=left, right=right, ease=ease) if shown else None


def _clock(told: Told) -> str:
    """Times to the second where all events lie within ten minutes."""
    times = [entry.at for entry in told.entries]
    hasty = bool(times) and max(times) - min(times) < timedelta(minutes=10)
    return "%H:%M:%S" if hasty else "%H:%M"


def _plot(
    told: Told, scale: Scale, placed: Sequence[Mark], *, top: float, bar_height: float
) -> tuple[list[Shape], float]:
    """Everything between heading and list, from back to front, and where it ends."""
    known = life(told.times)
    named, rows = flags(known, scale, _clock(told))
    strip = top + rows * FLAG + 3
    lanes = strip + (STRIP + 8 if known else 4)
    base = lanes + max((mark.lane + 1 for mark in placed), default=0) * LANE + 14
    base += bar_height if told.spoken else 0
    shapes = [
        *bands(known, scale, top=strip, base=base),
        *bars(told.spoken, scale, base=base, height=bar_height),
        *axis(scale, base),
    ]
    for words, x in named:
        shapes.append(replace(words, y=words.y + top))
        shapes.append(Line(x, words.y + top - 8, x, base, "moment"))
    return [*shapes, *marks(placed, top=lanes, base=base)], base + _BELOW


def _head(heading: str, facts: Sequence[str]) -> tuple[list[Shape], float]:
    """Title and facts, and where they end."""
    room = CARD_WIDTH - 2 * _CARD_SIDE
    shapes: list[Shape] = []
    y = 12.0
    for row in wrapped(legible(heading) or "Timeline", room, _TITLE, lines=2, bold=True):
        y += 21
        shapes.append(Words(_CARD_SIDE, y - 3, row, "ink", size=_TITLE, bold=True))
    for row in wrapped(legible(" · ".join(facts)), room, _TEXT, lines=2):
        y += _ROW
        shapes.append(Words(_CARD_SIDE, y, row, "soft", size=_TEXT))
    return shapes, y + 12


def _list(told: Told, shown: Sequence[Numbered], top: float) -> tuple[list[Shape], float]:
    """The events by number, time and words, and where they end."""
    shapes: list[Shape] = []
    clock = _clock(told)
    days = len({entry.at.date() for entry in told.entries}) > 1
    y = top + 8
    for number, entry in shown:
        shapes.append(Line(_CARD_SIDE, y, CARD_WIDTH - _CARD_SIDE, y, "grid"))
        time = f"{entry.at.day} {entry.at:%b} {entry.at:{clock}}" if days else f"{entry.at:{clock}}"
        shapes += _row(number, entry, time, y)
        y = max(part.y for part in shapes if isinstance(part, Words)) + 10
    left_out = len(told.entries) - len(shown)
    if left_out:
        y += 14
        more = f"{_count(left_out, 'more event')} in the document"
        shapes.append(Words(_CARD_SIDE, y, more, "soft", size=LABEL_SIZE))
    return shapes, y + 14


def _row(number: int, entry: TimelineEntry, time: str, top: float) -> Iterator[Shape]:
    """One event: its number, its time and phase, and below them its words."""
    middle = _CARD_SIDE + HEIGHT / 2
    yield Box(_CARD_SIDE, top + 6, HEIGHT, HEIGHT, str(entry.phase), radius=HEIGHT / 2)
    yield Words(middle, top + 21, str(number), "on", size=LABEL_SIZE, bold=True, anchor="middle")
    left = _CARD_SIDE + HEIGHT + 9
    yield Words(left, top + 16, time, "ink", size=_TEXT, bold=True)
    beside = left + width(f"{time}  ", _TEXT, bold=True)
    yield Words(beside, top + 16, str(entry.phase), "soft", size=LABEL_SIZE)
    rows = wrapped(legible(entry.text), CARD_WIDTH - _CARD_SIDE - left, _TEXT, lines=2)
    for index, row in enumerate(rows or ["(see the document)"]):
        yield Words(left, top + 33 + index * 16, row, "ink", size=_TEXT)
