"""The revisions table: numbered without gaps, and immutable but for erasure."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.domain.review import DRAFTER_AUTHOR, Cost, Revision
from bot.errors import Conflict
from storage.facts import keep_facts
from storage.rows import as_dict, insert_new, team_of
from storage.tables import revisions


class RevisionTable:
    """The Revisions port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, revision: Revision) -> Revision:
        """Store a revision; writers of one incident wait for each other.

        Raises:
            Conflict: its number is not the latest + 1.
            LookupError: there is no such incident.
        """
        team = team_of(self._connection, revision.incident_id)
        mine = revisions.c.incident_id == revision.incident_id
        latest = self._connection.execute(select(func.max(revisions.c.number)).where(mine)).scalar_one() or 0
        if revision.number != latest + 1:
            raise Conflict
        named = {name: getattr(revision, name) for name in Revision.model_fields}
        insert_new(self._connection, revisions, {**named, "team_id": team})
        keep_facts(self._connection, revision.incident_id, team, revision.draft)
        return revision

    def latest(self, incident_id: int, *, author: str | None = None) -> Revision | None:
        """The newest, or the newest by this author."""
        mine = select(revisions).where(revisions.c.incident_id == incident_id)
        if author is not None:
            mine = mine.where(revisions.c.author == author)
        row = self._connection.execute(mine.order_by(revisions.c.number.desc()).limit(1)).first()
        return None if row is None else Revision.model_validate(as_dict(row))

    def get(self, incident_id: int, number: int) -> Revision | None:
        """One by number."""
        this = (revisions.c.incident_id == incident_id, revisions.c.number == number)
        row = self._connection.execute(select(revisions).where(*this)).first()
        return None if row is None else Revision.model_validate(as_dict(row))

    def all(self, incident_id: int) -> tuple[Revision, ...]:
        """All, oldest first."""
        return self._listed(revisions.c.incident_id == incident_id)

    def handovers(self, incident_id: int) -> tuple[Revision, ...]:
        """Oldest first: every revision by a person, the drafter's before each of them, and the newest."""
        mine = revisions.c.incident_id == incident_id
        by_people = select(revisions.c.number).where(mine, revisions.c.author != DRAFTER_AUTHOR)
        newest = select(func.max(revisions.c.number)).where(mine).scalar_subquery()
        telling = or_(
            revisions.c.author != DRAFTER_AUTHOR,
            (revisions.c.number + 1).in_(by_people),
            revisions.c.number == newest,
        )
        return self._listed(mine, telling)

    def _listed(self, *which: ColumnElement[bool]) -> tuple[Revision, ...]:
        rows = self._connection.execute(select(revisions).where(*which).order_by(revisions.c.number))
        return tuple(Revision.model_validate(as_dict(row)) for row in rows)

    def cost(self, incident_id: int) -> Cost:
        """What a model used for all of them."""
        sums = [func.coalesce(func.sum(revisions.c[name]), 0).label(name) for name in Cost.model_fields]
        row = self._connection.execute(select(*sums).where(revisions.c.incident_id == incident_id)).one()
        return Cost.model_validate(as_dict(row))

    def redact(self, redacted: Revision) -> None:
        """Put a revision's redacted draft and findings in the place of what they were."""
        team = team_of(self._connection, redacted.incident_id)
        this = (revisions.c.incident_id == redacted.incident_id, revisions.c.number == redacted.number)
        values = {"draft": redacted.draft, "findings": redacted.findings}
        self._connection.execute(update(revisions).where(*this).values(**values))
        mine = revisions.c.incident_id == redacted.incident_id
        if (
            redacted.number
            == self._connection.execute(select(func.max(revisions.c.number)).where(mine)).scalar()
        ):
            keep_facts(self._connection, redacted.incident_id, team, redacted.draft)
