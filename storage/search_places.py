"""Where a document stands in the index: published above unpublished, recent above old.

The index is walked from the highest place down, so a search may stop at the first few hundred hits and
still have met the best of each kind. The places also hold a copy of all that a query can filter by, which
follows every write of the incident: a filter costs no look at the incident's own row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.incident import Incident
from bot.ports import SearchDocument
from storage.rows import as_dict
from storage.tables import incidents, search_places

A_DAY = 1024
"""Places of one day; if there are more documents, the next day's are used."""
PUBLISHED = 1 << 28
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_p = search_places.c


def places_of(connection: Connection, incident_ids: Sequence[int]) -> dict[int, int]:
    """Where the documents of some incidents stand, of those that are in the index."""
    found = select(_p.incident_id, _p.place).where(_p.incident_id.in_(incident_ids))
    return {row.incident_id: row.place for row in connection.execute(found)}


def give_places(
    connection: Connection, documents: Sequence[SearchDocument], terms: Sequence[str | None]
) -> list[int]:
    """A place for each of some documents that have none, the first free one of its day, with its `terms`
    beside it (None where the index is a table of its own)."""
    waiting = _rows(connection, documents, terms)
    given: dict[int, int] = {}
    while waiting:
        for row in connection.execute(_insert(connection.dialect.name), list(waiting.values())).all():
            given[row.incident_id] = row.place
            del waiting[row.incident_id]
        for taken in waiting.values():
            taken["place"] += 1
    return [given[one.incident_id] for one in documents]


def give_up_place(connection: Connection, incident_id: int) -> None:
    """Forget where it stood."""
    connection.execute(delete(search_places).where(_p.incident_id == incident_id))


def follow(connection: Connection, changed: Incident) -> None:
    """Bring the copy of what can be filtered by up to date with the incident, if it is in the index."""
    values: dict[str, Any] = {name: getattr(changed, name) for name in ("severity", "status", "owner_id")}
    values["channel_id"] = changed.channel_id
    values |= {"is_private": True} if changed.is_private else {}
    connection.execute(update(search_places).where(_p.incident_id == changed.id).values(**values))


def _first(document: SearchDocument) -> int:
    days = max(0, (document.at - EPOCH).days)
    return PUBLISHED * document.published + days * A_DAY + document.incident_id % (A_DAY // 2)


def _rows(
    connection: Connection, documents: Sequence[SearchDocument], terms: Sequence[str | None]
) -> dict[int, dict[str, Any]]:
    i = incidents.c
    columns: Select[Any] = select(i.id, i.severity, i.status, i.owner_id, i.is_private)
    wanted = columns.where(i.id.in_([one.incident_id for one in documents]))
    known = {row.id: as_dict(row) for row in connection.execute(wanted)}
    kept = ("incident_id", "team_id", "channel_id", "published", "at")
    found = {}
    for one, words in zip(documents, terms, strict=True):
        values = known[one.incident_id]
        values["is_private"] = bool(values["is_private"]) or one.is_private
        del values["id"]
        values |= {name: getattr(one, name) for name in kept}
        found[one.incident_id] = values | {"place": _first(one), "terms": words}
    return found


@cache
def _insert(dialect: str) -> ReturningInsert[Any]:
    """One statement for the places and the lexemes: on PostgreSQL an update would write the row and its
    entries in every index a second time."""
    new = sqlite.insert(search_places) if dialect == "sqlite" else postgresql.insert(search_places)
    return new.on_conflict_do_nothing(index_elements=["place"]).returning(_p.incident_id, _p.place)
