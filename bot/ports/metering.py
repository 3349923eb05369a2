"""Counting and timing what happens."""

from __future__ import annotations


class Meter:
    """Counts and times what happens; this one forgets it. Labels are few words, never ids or text."""

    def event(self, kind: str, outcome: str) -> None:
        """An event was taken in: `recorded`, `duplicate`, `ignored` or `failed`."""

    def answered(self, request: str, seconds: float) -> None:
        """Slack got its answer to an `event`, `command`, `action`, `view`, `shortcut` or `other`."""

    def waited(self, kind: str, seconds: float) -> None:
        """A job was taken so long after it was due."""

    def job(self, kind: str, outcome: str) -> None:
        """A job ended: `finished`, `postponed`, `failed`, `buried` or `lease_lost`."""

    def drafted(self, drafter: str, *, wanted: str) -> None:
        """A drafter wrote a draft; another than the one wanted means that that one failed."""

    def tokens(self, drafter: str, count: int) -> None:
        """A drafter's model used so many tokens."""
