"""Pictures of what is told in words too."""

from __future__ import annotations

from typing import Protocol

from bot.domain.overview import Overview
from bot.domain.postmortem import Postmortem
from bot.ports.value import Value


class Drawn(Value):
    """A picture as the bytes of a PNG file. `words` tell what it shows to who cannot see it."""

    content: bytes
    words: str


class Artist(Protocol):
    """Draws. What is drawn is what was checked: a postmortem's own sentences, and counts."""

    def timeline(self, postmortem: Postmortem) -> Drawn | None:
        """An incident's phases, moments, telling events and how much was said when; None where nothing
        has a time."""
        ...

    def statistics(self, overview: Overview) -> Drawn | None:
        """The incidents of a period over time, by severity; None where there are none."""
        ...
