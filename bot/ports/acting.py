"""The table of action items: what was said of them, what was decided, and how many get done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.domain.action import Priority, TrackedItem
from bot.domain.incident import Incident
from bot.domain.postmortem import ActionState, Commitment
from bot.ports.value import Value


class NewItem(Value):
    """An action item that a document proposes."""

    incident_id: int
    place: int
    kind: Commitment = Commitment.IDEA
    text: str
    evidence: tuple[int, ...] = ()
    said_by: str | None = None
    said_owner: str | None = None
    said_due: date | None = None
    said_priority: Priority | None = None
    proposed_at: datetime


class Listed(Value):
    """An action item with the incident it belongs to."""

    item: TrackedItem
    incident: Incident


class ActionCounts(Value):
    """What became of action items. `accepted` counts those first accepted within the time asked about;
    `done`, `in_time` and `overdue` are those among them that are done by its end, that were done by
    their due date, and that were due before its end and are open still. `proposed` counts what was
    proposed in that time and nobody has decided about, `declined` what was proposed then and declined.
    """

    accepted: int = 0
    done: int = 0
    in_time: int = 0
    overdue: int = 0
    proposed: int = 0
    declined: int = 0

    @property
    def rate(self) -> float | None:
        """Done of accepted, 0 to 1; None where nothing was accepted."""
        return self.done / self.accepted if self.accepted else None


class Actions(Protocol):
    """Action items, one row each, for good: a row whose line has gone from the document stays."""

    def add(self, new: NewItem) -> TrackedItem:
        """Store a proposed one."""
        ...

    def get(self, item_id: int) -> TrackedItem | None:
        """One by its id."""
        ...

    def replace(self, changed: TrackedItem) -> TrackedItem:
        """Store a changed item read earlier; `version` must still match, and is returned + 1.

        Raises:
            Conflict: somebody else changed it since it was read.
        """
        ...

    def of(self, incident_id: int) -> tuple[TrackedItem, ...]:
        """All of an incident in the order of its document, those that have left it last."""
        ...

    def open_of(self, incident_id: int) -> tuple[TrackedItem, ...]:
        """Those in an incident's document that are neither done nor declined: accepted ones first, then
        what is only proposed (see `state`)."""
        ...

    def listed(
        self,
        team_id: str,
        *states: ActionState,
        visible: frozenset[str],
        owner_id: str | None = None,
        due_before: date | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> tuple[Listed, ...]:
        """Items in the documents of incidents (discarded and dismissed ones left out), in any of the
        states: what is due first comes first, what has no due date last, what is done newest first.
        Of private incidents only those from the `visible` channels."""
        ...

    def closing(
        self,
        team_id: str,
        *,
        since: datetime,
        until: datetime,
        visible: frozenset[str],
        incidents: Sequence[int] | None = None,
        without: Collection[int] = (),
    ) -> ActionCounts:
        """What became of the items of `since` ≤ time < `until`, for statistics: restricted, discarded and
        dismissed incidents never count, private ones only from the `visible` channels. `incidents`
        narrows it down to those (a service, a severity); the few of `without` never count."""
        ...
