"""The channels table."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.engine import Connection

from bot.ports import Clock, StoredChannel
from storage.moving import move_channel, move_messages
from storage.rows import as_dict, put
from storage.tables import channels


class ChannelTable:
    """The Channels port."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def save(self, channel: StoredChannel) -> None:
        """Insert or overwrite."""
        put(self._connection, channels, channel.model_dump())

    def get(self, team_id: str, channel_id: str) -> StoredChannel | None:
        """One by id."""
        row = self._connection.execute(_one(), {"team": team_id, "channel": channel_id}).first()
        return None if row is None else StoredChannel.model_validate(as_dict(row))

    def all(self, team_id: str) -> tuple[StoredChannel, ...]:
        """All of a workspace, by name."""
        query = select(channels).where(channels.c.team_id == team_id).order_by(channels.c.name, channels.c.id)
        return tuple(StoredChannel.model_validate(as_dict(row)) for row in self._connection.execute(query))

    def move(self, team_id: str, old_id: str, new_id: str) -> None:
        """Let everything stored of a channel belong to its new id."""
        move_channel(self._connection, self._clock, team_id, old_id, new_id)

    def gather(self, team_id: str, old_id: str, new_id: str) -> None:
        """Let messages follow that were being stored under the old id while everything moved."""
        move_messages(self._connection, self._clock, team_id, old_id, new_id)


@cache
def _one() -> Select[Any]:
    """Built once: every message asks for its channel."""
    return select(channels).where(
        channels.c.team_id == bindparam("team"), channels.c.id == bindparam("channel")
    )
