"""The posts table: the bot's own messages, intended first, then known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, cast, delete, exists, literal, select, update
from sqlalchemy.engine import Connection

from bot.domain.job import JobState
from bot.errors import Retryable
from bot.ports import PostRow
from storage.rows import as_dict, insert_new
from storage.tables import incidents, jobs, posts

BUSY_SECONDS = 1.0
"""When to ask again whether somebody else has posted; it takes a call to Slack."""


class PostTable:
    """The Posts port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def intend(self, row: PostRow) -> PostRow | None:
        """Note that we are about to post under `row.key`, and that it is ours alone until `row.busy_until`.
        Returns the earlier row as it was, if there is one; None if this is the first attempt.

        Raises:
            Retryable: somebody else is about to, so that nobody can tell yet whether it was posted.
        """
        if insert_new(self._connection, posts, row.model_dump()) is not None:
            return None
        earlier = self._locked(row.key)
        if earlier.ts is not None:
            return earlier
        if earlier.busy_until is not None and earlier.busy_until > row.intended_at:
            raise Retryable(f"Somebody else is posting {row.key!r}.", retry_after=BUSY_SECONDS)
        self._set(row.key, busy_until=row.busy_until)
        return earlier

    def _locked(self, key: str) -> PostRow:
        """One that is there; on PostgreSQL its row stays locked until the transaction ends, as everything
        does on SQLite."""
        row = self._connection.execute(select(posts).where(posts.c.key == key).with_for_update()).one()
        return PostRow.model_validate(as_dict(row))

    def in_flight(self, team_id: str, channel_id: str, *, at: datetime) -> bool:
        """Whether somebody is posting in a channel at this moment: a message of ours may stand there that we
        do not know yet."""
        where = (posts.c.team_id == team_id, posts.c.channel_id == channel_id)
        busy = (posts.c.ts.is_(None), posts.c.busy_until > at)
        return self._connection.execute(select(exists().where(*where, *busy))).scalar_one()

    def give_up(self, key: str) -> None:
        """This attempt is over: it failed, or its answer was lost. The next may begin at once."""
        self._set(key, busy_until=None)

    def done(self, key: str, *, channel_id: str, ts: str) -> None:
        """Note where it went."""
        self._set(key, channel_id=channel_id, ts=ts, busy_until=None)

    def shown(self, key: str, revision: int) -> None:
        """Note which revision it displays now."""
        self._set(key, shown=revision)

    def _set(self, key: str, **values: object) -> None:
        self._connection.execute(update(posts).where(posts.c.key == key).values(**values))

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
