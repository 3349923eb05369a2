"""Many incidents at once, for statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from bot.domain.incident import Incident
from bot.domain.postmortem import Draft


class Counting(Protocol):
    """Reading incidents for statistics, whose rule is: restricted ones never, private ones only for who
    is in their channel."""

    def cases(
        self,
        team_id: str,
        *,
        since: datetime,
        until: datetime,
        visible: frozenset[str],
        limit: int | None = None,
    ) -> Iterator[tuple[Incident, Draft | None]]:
        """Incidents that began at `since` ≤ time < `until`, each with its newest draft, newest first.

        One after the other, within the transaction. Of private ones only those from the `visible`
        channels; `limit` is the most to read.
        """
        ...

    def count(self, team_id: str, *, since: datetime, until: datetime, visible: frozenset[str]) -> int:
        """How many there are without a limit."""
        ...
