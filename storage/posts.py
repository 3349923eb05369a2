"""The posts table: the bot's own messages, intended first, then known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, cast, delete, exists, literal, select, update
from sqlalchemy.engine import Connection

from bot.domain.job import JobState
from bot.ports import PostRow
from storage.rows import as_dict, insert_new
from storage.tables import incidents, jobs, posts


class PostTable:
    """The Posts port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def intend(self, row: PostRow) -> PostRow | None:
        """Note that we are about to post under `row.key`. Returns the earlier row, untouched, if
        there is one; None if this is the first attempt."""
        first = insert_new(self._connection, posts, row.model_dump()) is not None
        return None if first else self.get(row.key)

    def done(self, key: str, *, channel_id: str, ts: str) -> None:
        """Note where it went."""
        self._connection.execute(update(posts).where(posts.c.key == key).values(channel_id=channel_id, ts=ts))

    def shown(self, key: str, revision: int) -> None:
        """Note which revision it displays now."""
        self._connection.execute(update(posts).where(posts.c.key == key).values(shown=revision))

    def get(self, key: str) -> PostRow | None:
        """One by key."""
        row = self._connection.execute(select(posts).where(posts.c.key == key)).first()
        return None if row is None else PostRow.model_validate(as_dict(row))

    def of(self, incident_id: int) -> tuple[PostRow, ...]:
        """All of an incident, oldest first."""
        query = select(posts).where(posts.c.incident_id == incident_id).order_by(posts.c.id)
        return tuple(PostRow.model_validate(as_dict(row)) for row in self._connection.execute(query))

    def remove(self, key: str) -> None:
        """Forget one: it was retracted."""
        self._connection.execute(delete(posts).where(posts.c.key == key))

    def prune(self, *, before: datetime) -> int:
        """Forget those of before then whose incident is gone, unless they are still to be taken back in
        Slack; returns how many."""
        there = exists().where(incidents.c.id == posts.c.incident_id)
        clearing = exists().where(
            jobs.c.key == literal("clear:") + cast(posts.c.incident_id, Text),
            jobs.c.state.in_((JobState.WAITING, JobState.BURIED)),
        )
        old = (posts.c.incident_id.is_not(None), posts.c.intended_at < before, ~there, ~clearing)
        return self._connection.execute(delete(posts).where(*old)).rowcount
