"""The parts of a timeline picture as SVG. Everything people wrote is cleaned and escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise

from bot.domain.incident import describe_duration
from bot.domain.postmortem import Times
from bot.publishers.timeline.marks import HEIGHT, Mark
from bot.publishers.timeline.scale import Scale, floor
from bot.publishers.wording import moments
from prompts.text import one_line

_BANDS = {
    ("started", "detected"): ("Undetected", "tl-undetected"),
    ("started", "mitigated"): ("Response", "tl-response"),
    ("started", "resolved"): ("Incident", "tl-response"),
    ("detected", "mitigated"): ("Response", "tl-response"),
    ("detected", "resolved"): ("Response", "tl-response"),
    ("mitigated", "resolved"): ("Recovery", "tl-recovery"),
}
"""What the time between two known moments is called, and how it looks."""
_LETTER = 6.6
"""Pixels an average letter of a label takes."""
_SHOWN_IN_A_TIP = 8


def text(words: str) -> str:
    """Words as SVG shows them."""
    return escape(one_line(words))


def tag(name: str, *children: str, **attributes: str | float) -> str:
    """An element with its (already escaped) content. `class_` and `aria_x` become `class`, `aria-x`."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"' for key, value in attributes.items()
    )
    content = "".join(children)
    return f"<{name}{shown}>{content}</{name}>" if content else f"<{name}{shown}/>"


def _value(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def bands(times: Times, scale: Scale, base: float) -> Iterator[str]:
    """A coloured band from each known moment to the next, with its name and length above."""
    for (before, first), (after, last) in pairwise(moments(times)):
        left, right = scale.x(first.at), scale.x(last.at)
        if last.at <= first.at:
            continue
        title, look = _BANDS[before, after]
        length = describe_duration(last.at - first.at)
        tip = tag("title", text(f"{title}: {length}"))
        yield tag("rect", x=left, y=26.0, width=right - left, height=base - 26, class_=f"tl-wash {look}")
        yield tag("rect", tip, x=left, y=2.0, width=right - left, height=24.0, class_=look)
        if label := _fitting(right - left - 12, f"{title} {length}", length):
            yield tag("text", text(label), x=left + 7, y=18.0, class_="tl-band")


def _fitting(room: float, *labels: str) -> str:
    return next((label for label in labels if len(label) * _LETTER <= room), "")


def bars(spoken: Sequence[datetime], scale: Scale, *, base: float, height: float) -> Iterator[str]:
    """How many messages were written when, as bars on the axis."""
    step = scale.step(int((scale.right - scale.left) / 18))
    counts = Counter(floor(at, step) for at in spoken if at in scale)
    if not counts:
        return
    most = max(counts.values())
    for start, count in sorted(counts.items()):
        left, right = scale.x(start), scale.x(start + step)
        tall = max(2.0, height * count / most)
        tip = tag("title", text(f"{count} in {_about(step)}"))
        wide = max(1.0, right - left - 1.5)
        yield tag("rect", tip, x=left, y=base - tall, width=wide, height=tall, class_="tl-bar")
    label = f"messages per {_about(step)}, at most {most}"
    yield tag("text", label, x=scale.right + 12, y=base + 35, text_anchor="end")


def _about(step: timedelta) -> str:
    length = describe_duration(step)
    return length.removeprefix("1 ") if length.count(" ") == 1 else length


def axis(scale: Scale, base: float) -> Iterator[str]:
    """The axis with round times below; a midnight is its date, and the first date stands in full."""
    yield tag("line", x1=scale.left, y1=base, x2=scale.right, y2=base, class_="tl-axis")
    step = scale.step(int((scale.right - scale.left) / 80))
    for at in scale.ticks(step):
        x = scale.x(at)
        label, look = _tick(at, step)
        half = len(label) * _LETTER / 2
        inside = max(half, min(scale.right + scale.left - half, x))
        yield tag("line", x1=x, y1=base, x2=x, y2=base + 5, class_="tl-axis")
        yield tag("text", label, x=inside, y=base + 18, text_anchor="middle", class_=look)
    date = f"{scale.start.day} {scale.start:%b %Y}"
    yield tag("text", date, x=scale.left - 12, y=base + 35, class_="tl-date")


def _tick(at: datetime, step: timedelta) -> tuple[str, str]:
    if at.hour == at.minute == at.second == 0:
        return f"{at.day} {at:%b}", "tl-date"
    return (f"{at:%H:%M:%S}" if step < timedelta(minutes=1) else f"{at:%H:%M}"), "tl-clock"


def marks(placed: Sequence[Mark], *, top: float, base: float) -> Iterator[str]:
    """The numbered marks with a stem down to the axis; the stems first, so that they lie behind."""
    for mark in placed:
        y = top + mark.lane * (HEIGHT + 4)
        yield tag("line", x1=mark.x, y1=y + HEIGHT, x2=mark.x, y2=base, class_="tl-stem")
    for mark in placed:
        y = top + mark.lane * (HEIGHT + 4)
        pill = tag(
            "rect",
            x=mark.x - mark.width / 2,
            y=y,
            width=mark.width,
            height=HEIGHT,
            rx=HEIGHT / 2,
            class_=f"tl-{mark.entries[0].phase}",
        )
        label = tag("text", mark.label, x=mark.x, y=y + 15)
        tip = tag("title", text(_tip(mark)))
        yield tag("a", tip, pill, label, href=f"#t{mark.number}", tabindex="-1", class_="tl-mark")


def _tip(mark: Mark) -> str:
    shown = [f"{entry.at:%H:%M} UTC, {entry.phase}: {entry.text}" for entry in mark.entries[:_SHOWN_IN_A_TIP]]
    more = len(mark.entries) - len(shown)
    return " · ".join([*shown, f"and {more} more"] if more else shown)
