"""An incident's timeline as the picture of a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.postmortem import TimelineEntry, Times
from bot.pictures.svg import svg
from bot.pictures.timeline import Told, across


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
    picture = across(Told(times, entries, spoken), width=width)
    return svg(picture, name=name) if picture else ""
