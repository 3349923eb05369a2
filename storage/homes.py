"""Who opened their Home lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.ports import Looked
from storage.rows import put
from storage.tables import homes

UNDER_WAY = "drawing "
"""What a mark begins with where a digest stands otherwise."""


class HomeTable:
    """The Homes port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look(self, team_id: str, user_id: str, *, at: datetime) -> None:
        """Somebody opened theirs; what it shows stays known."""
        row = {"team_id": team_id, "user_id": user_id, "opened_at": at, "shown": ""}
        put(self._connection, homes, row, keep=("shown",))

    def begin(self, team_id: str, user_id: str, mark: str) -> bool:
        """A drawing of theirs begins; False where another one is under way or was cut off."""
        before = self._shown(team_id, user_id)
        self._set(team_id, user_id, UNDER_WAY + mark)
        return before is None or not before.startswith(UNDER_WAY)

    def show(self, team_id: str, user_id: str, digest: str, *, mark: str) -> bool:
        """Theirs shows something with this digest now; False, and unknown, where another drawing began."""
        before = self._shown(team_id, user_id)
        is_last = before in (None, UNDER_WAY + mark)
        self._set(team_id, user_id, digest if is_last else "")
        return is_last

    def _shown(self, team_id: str, user_id: str) -> str | None:
        """What is noted of theirs, None where nothing is; on PostgreSQL the row stays locked until the
        transaction ends, as everything does on SQLite."""
        theirs = (homes.c.team_id == team_id, homes.c.user_id == user_id)
        query = select(homes.c.shown).where(*theirs).with_for_update()
        return self._connection.execute(query).scalar_one_or_none()

    def _set(self, team_id: str, user_id: str, shown: str) -> None:
        theirs = (homes.c.team_id == team_id, homes.c.user_id == user_id)
        self._connection.execute(update(homes).where(*theirs).values(shown=shown))

    def lately(self, team_id: str, *, since: datetime, limit: int) -> tuple[Looked, ...]:
        """Who opened theirs since then, whoever did last first."""
        found = select(homes.c.user_id, homes.c.shown).where(
            homes.c.team_id == team_id, homes.c.opened_at >= since
        )
        newest = found.order_by(homes.c.opened_at.desc(), homes.c.user_id).limit(limit)
        return tuple(Looked(user_id, shown) for user_id, shown in self._connection.execute(newest))

    def forget(self, team_id: str, user_id: str) -> None:
        """Somebody is not there any more."""
        theirs = (homes.c.team_id == team_id, homes.c.user_id == user_id)
        self._connection.execute(delete(homes).where(*theirs))

    def prune(self, *, before: datetime) -> int:
        """Forget who opened theirs last before then; returns how many."""
        return self._connection.execute(delete(homes).where(homes.c.opened_at < before)).rowcount
