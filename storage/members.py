"""The last known members of channels."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.ports import KnownMembers
from storage.rows import as_dict, put
from storage.tables import channel_members as table


class MemberTable:
    """The Members port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, team_id: str, channel_id: str, members: frozenset[str], *, at: datetime) -> None:
        """Remember who is in a channel now."""
        key = {"team_id": team_id, "channel_id": channel_id}
        put(self._connection, table, key | {"members": sorted(members), "at": at})

    def get(self, team_id: str, channel_id: str) -> KnownMembers | None:
        """Who was in it last; None if nobody ever asked."""
        query = select(table).where(table.c.team_id == team_id, table.c.channel_id == channel_id)
        row = self._connection.execute(query).first()
        return None if row is None else KnownMembers.model_validate(as_dict(row))

    def leave(self, team_id: str, channel_id: str, user_id: str) -> None:
        """Somebody left a channel."""
        known = self.get(team_id, channel_id)
        if known is not None and user_id in known.members:
            self.save(team_id, channel_id, known.members - {user_id}, at=known.at)
