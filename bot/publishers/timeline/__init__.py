"""An incident's timeline as a picture: its phases, its numbered events and how much was said when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.postmortem import TimelineEntry, Times
from bot.publishers.timeline import drawing
from bot.publishers.timeline.marks import HEIGHT, place
from bot.publishers.timeline.scale import Scale, stretch
from bot.publishers.timeline.style import STYLE
from bot.publishers.wording import after_start, moments

_SIDE = 14.0
_TOP = 36.0
_BARS = 34.0


def timeline_svg(
    times: Times,
    entries: Sequence[TimelineEntry],
    spoken: Sequence[datetime],
    *,
    width: int = 960,
    name: str = "timeline",
) -> str:
    """A complete SVG picture, in UTC; empty where nothing has a time.

    `entries` come in time order and are numbered from 1; a mark links to `#t<number>` of the page
    around it. `spoken` are the times of the messages. `width` is in pixels, the height follows.
    `name` keeps the ids of two pictures in one page apart.
    """
    life = [moment.at for _, moment in moments(times)]
    shown = stretch(life, [entry.at for entry in entries], spoken)
    if shown is None:
        return ""
    scale = Scale(*shown, left=_SIDE, right=width - _SIDE)
    parts, height = _parts(times, entries, spoken, scale)
    return drawing.tag(
        "svg",
        f"<style>{STYLE}</style>",
        drawing.tag("title", drawing.text(_title(life)), id=f"{name}-title"),
        drawing.tag("desc", drawing.text(_description(times, entries, spoken)), id=f"{name}-desc"),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        role="img",
        class_="tl",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _parts(
    times: Times, entries: Sequence[TimelineEntry], spoken: Sequence[datetime], scale: Scale
) -> tuple[list[str], int]:
    """Everything drawn, from back to front, and how high it is together."""
    marks = place(entries, scale)
    lanes = max((mark.lane + 1 for mark in marks), default=0)
    base = _TOP + lanes * (HEIGHT + 4) + 18 + (_BARS if spoken else 0)
    parts = [
        *drawing.bands(times, scale, base),
        *drawing.bars(spoken, scale, base=base, height=_BARS),
        *drawing.axis(scale, base),
        *drawing.marks(marks, top=_TOP, base=base),
    ]
    return parts, round(base + 40)


def _title(life: Sequence[datetime]) -> str:
    return f"Timeline of the incident, {min(life):%Y-%m-%d}" if life else "Timeline of the incident"


def _description(times: Times, entries: Sequence[TimelineEntry], spoken: Sequence[datetime]) -> str:
    life = ", ".join(
        " ".join(filter(None, (name, f"{moment.at:%Y-%m-%d %H:%M} UTC", after_start(times, moment.at))))
        for name, moment in moments(times)
    )
    counts = f"{len(entries)} numbered events, listed in the text; {len(spoken)} messages."
    return f"{life[0].upper()}{life[1:]}. {counts}" if life else counts
