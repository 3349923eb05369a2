"""The evidence table: labels that never change once given."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from bot.domain.transcript import Evidence
from bot.errors import Conflict
from storage.columns import storable
from storage.rows import as_dicts, team_of
from storage.tables import evidence as table

_IDENTITY = ("source", "channel", "ts")
_REFRESHED = (
    "thread_ts",
    "author_id",
    "role",
    "text",
    "permalink",
    "reactions",
    "after_resolution",
    "deleted",
)


class EvidenceTable:
    """The EvidenceStore port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, incident_id: int) -> tuple[Evidence, ...]:
        """All of an incident, by label."""
        query = select(table).where(table.c.incident_id == incident_id).order_by(table.c.label)
        return tuple(map(Evidence.model_validate, as_dicts(self._connection.execute(query))))

    def some(self, incident_id: int, labels: Collection[int]) -> tuple[Evidence, ...]:
        """Those under these labels, by label."""
        mine = (table.c.incident_id == incident_id, table.c.label.in_(sorted(set(labels))))
        rows = self._connection.execute(select(table).where(*mine).order_by(table.c.label))
        return tuple(map(Evidence.model_validate, as_dicts(rows)))

    def erased(self, incident_id: int) -> frozenset[int]:
        """The labels whose messages are deleted."""
        gone = select(table.c.label).where(table.c.incident_id == incident_id, table.c.deleted)
        return frozenset(self._connection.execute(gone).scalars())

    def save(self, incident_id: int, evidence: Sequence[Evidence]) -> None:
        """Insert new labels and refresh known ones: everything but source, channel and `ts`, which
        are what a label was given to.

        Raises:
            Conflict: a label is already given to another message.
            LookupError: there is no such incident.
        """
        team = team_of(self._connection, incident_id)
        known = self._among(incident_id, [item.label for item in evidence])
        fresh: dict[int, Evidence] = {}
        for item in evidence:
            before = fresh.get(item.label) or known.get(item.label)
            if before is not None and _identity(before) != _identity(item):
                raise Conflict(f"Evidence [{item.label}] is another message already. Nothing was changed.")
            if before != item:
                fresh[item.label] = item
        self._insert(
            [_values(item, incident_id, team) for label, item in fresh.items() if label not in known]
        )
        self._refresh(incident_id, [item for label, item in fresh.items() if label in known])

    def _among(self, incident_id: int, labels: Sequence[int]) -> dict[int, Evidence]:
        """What is known under labels from the lowest to the highest of these."""
        between = table.c.label.between(min(labels, default=0), max(labels, default=0))
        rows = self._connection.execute(select(table).where(table.c.incident_id == incident_id, between))
        return {item.label: item for item in map(Evidence.model_validate, as_dicts(rows))}

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _refresh(self, incident_id: int, items: list[Evidence]) -> None:
        if not items:
            return
        this = (table.c.incident_id == incident_id, table.c.label == bindparam("of_label"))
        statement = update(table).where(*this).values({name: bindparam(f"new_{name}") for name in _REFRESHED})
        self._connection.execute(
            statement,
            [
                {"of_label": item.label} | {f"new_{name}": getattr(item, name) for name in _REFRESHED}
                for item in items
            ],
        )


def _values(item: Evidence, incident_id: int, team_id: str) -> dict[str, Any]:
    named = {name: getattr(item, name) for name in (*_IDENTITY, *_REFRESHED)}
    return {"incident_id": incident_id, "team_id": team_id, "label": item.label, **named}


def _identity(item: Evidence) -> tuple[str, ...]:
    return tuple(storable(getattr(item, name)) for name in _IDENTITY)
