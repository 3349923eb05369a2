"""Draws PNG pictures: the Artist port."""

from __future__ import annotations

from bot.domain.incident import describe_duration
from bot.domain.overview import Overview
from bot.domain.postmortem import Postmortem
from bot.domain.transcript import Source
from bot.pictures.counts import bars
from bot.pictures.png import png
from bot.pictures.shapes import Picture
from bot.pictures.timeline import Told, card
from bot.ports import Drawn

_SERVICES = 3
LONGEST_WORDS = 1000
"""Slack's limit of a picture's description (files.getUploadURLExternal, `alt_txt_too_large`)."""


class Painter:
    """See `bot.ports.Artist`."""

    def timeline(self, postmortem: Postmortem) -> Drawn | None:
        """The timeline as a card that is read on a phone."""
        told = Told(
            postmortem.times,
            sorted(postmortem.timeline, key=lambda entry: entry.at),
            [item.at for item in postmortem.evidence if item.source is not Source.REVIEWER],
        )
        heading = f"{postmortem.incident} · {postmortem.title}"
        return _drawn(card(told, heading=heading, facts=_facts(postmortem)), heading)

    def statistics(self, overview: Overview) -> Drawn | None:
        """The incidents of a period over time, and how long they took."""
        return _drawn(bars(overview))


def _facts(postmortem: Postmortem) -> list[str]:
    duration = postmortem.times.duration
    services = ", ".join(postmortem.services[:_SERVICES])
    facts = [
        (postmortem.severity or "").upper(),
        services,
        f"lasted {describe_duration(duration)}" if duration is not None else "",
    ]
    return [fact for fact in facts if fact]


def _drawn(picture: Picture | None, *before: str) -> Drawn | None:
    """The picture as a file; its words begin with those `before` its own."""
    if picture is None:
        return None
    words = " ".join(". ".join((*before, picture.title, picture.description)).split())
    return Drawn(content=png(picture), words=words[:LONGEST_WORDS])
