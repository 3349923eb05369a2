"""The proposals table: what a model suggested, kept until somebody decides."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from bot.domain.postmortem import Draft
from bot.domain.review import Cost, Proposal, ProposalState
from storage.rows import as_dict, insert_new, team_of
from storage.tables import proposals as table

_EMPTY: dict[str, Any] = {"draft": Draft(title=""), "findings": ()}
"""What is left of the text once it is decided."""


class ProposalTable:
    """The Proposals port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, proposal: Proposal) -> Proposal:
        """Store one, or return what is stored under its key.

        Raises:
            LookupError: there is no such incident.
        """
        team = team_of(self._connection, proposal.incident_id)
        named = {name: getattr(proposal, name) for name in Proposal.model_fields if name != "id"}
        insert_new(self._connection, table, {**named, "team_id": team})
        row = self._connection.execute(select(table).where(table.c.key == proposal.key)).one()
        return Proposal.model_validate(as_dict(row))

    def get(self, proposal_id: int) -> Proposal | None:
        """One by id."""
        row = self._connection.execute(select(table).where(table.c.id == proposal_id)).first()
        return None if row is None else Proposal.model_validate(as_dict(row))

    def keyed(self, key: str) -> Proposal | None:
        """One by key."""
        row = self._connection.execute(select(table).where(table.c.key == key)).first()
        return None if row is None else Proposal.model_validate(as_dict(row))

    def decide(self, proposal_id: int, state: ProposalState, user_id: str) -> bool:
        """Close it and forget its text; False if somebody did before."""
        mine = (table.c.id == proposal_id, table.c.state == ProposalState.OPEN)
        values = {"state": state, "decided_by": user_id, **_EMPTY}
        return self._connection.execute(update(table).where(*mine).values(**values)).rowcount == 1

    def withdraw(self, incident_id: int, *, ts: str | None = None) -> bool:
        """Close the open ones of an incident, or those one reply asked for, and forget their text."""
        mine = [table.c.incident_id == incident_id, table.c.state == ProposalState.OPEN]
        mine += [] if ts is None else [table.c.ts == ts]
        gone = update(table).where(*mine).values(state=ProposalState.WITHDRAWN, **_EMPTY)
        return self._connection.execute(gone).rowcount > 0

    def cost(self, incident_id: int) -> Cost:
        """What a model used for all of an incident."""
        sums = [func.coalesce(func.sum(table.c[name]), 0).label(name) for name in Cost.model_fields]
        row = self._connection.execute(select(*sums).where(table.c.incident_id == incident_id)).one()
        return Cost.model_validate(as_dict(row))
