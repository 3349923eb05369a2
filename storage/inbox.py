"""The inbox table: event ids seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from storage.rows import insert_new
from storage.tables import inbox


class InboxTable:
    """The Inbox port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_seen(self, event_id: str, *, at: datetime, team_id: str = "") -> bool:
        """True the first time. Slack's event ids are unique across workspaces
        (docs.slack.dev/apis/events-api); `team_id` only says whose row this is."""
        return (
            insert_new(self._connection, inbox, {"event_id": event_id, "team_id": team_id, "at": at})
            is not None
        )

    def prune(self, *, before: datetime) -> int:
        """Forget ids seen before then; returns how many."""
        return self._connection.execute(delete(inbox).where(inbox.c.at < before)).rowcount

    def last_heard(self, team_id: str) -> datetime | None:
        """When the newest event was taken in."""
        newest = select(func.max(inbox.c.at)).where(inbox.c.team_id == team_id)
        at: datetime | None = self._connection.execute(newest).scalar_one()
        return at
