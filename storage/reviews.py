"""The reviews table: decisions and comments."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.domain.review import Review
from storage.rows import as_dict, insert_new, team_of
from storage.tables import reviews


class ReviewTable:
    """The Reviews port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, review: Review) -> bool:
        """Store one; False if the same (person, decision, revision, reply) is there already."""
        team = team_of(self._connection, review.incident_id)
        values = review.model_dump() | {"team_id": team, "ts": review.ts or ""}
        return insert_new(self._connection, reviews, values) is not None

    def of(self, incident_id: int) -> tuple[Review, ...]:
        """All of an incident, in the order they were stored."""
        query = select(reviews).where(reviews.c.incident_id == incident_id).order_by(reviews.c.id)
        rows = (as_dict(row) for row in self._connection.execute(query))
        return tuple(Review.model_validate(row | {"ts": row["ts"] or None}) for row in rows)

    def redact(self, incident_id: int, ts: str) -> None:
        """Empty what was said in the reply at `ts`."""
        this = (reviews.c.incident_id == incident_id, reviews.c.ts == ts)
        self._connection.execute(update(reviews).where(*this).values(text=""))
