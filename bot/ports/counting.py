"""Many incidents at once, for statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from bot.domain.patterns import Case


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
    ) -> Iterator[Case]:
        """Incidents that began at `since` ≤ time < `until`, each with what its newest draft tells, newest
        first.

        One after the other, within the transaction. Of private ones only those from the `visible`
        channels.
        """
        ...

    def rebuild(self) -> int:
        """Tell anew what each newest draft tells, of all workspaces: after an upgrade that changed the
        rules. Returns how many incidents have a draft."""
        ...
