"""Where a document stands in the index: published above unpublished, recent above old.

The index is walked from the highest place down, so a search may stop at the first few hundred hits and
still have met the best of each kind. The places also hold a copy of all that a query can filter by, which
follows every write of the incident: a filter costs no look at the incident's own row.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.engine import Connection

from bot.domain.incident import Incident
from bot.ports import SearchDocument
from storage.rows import as_dict, insert_new
from storage.tables import incidents, search_places

A_DAY = 1024
"""Places of one day; if there are more documents, the next day's are used."""
PUBLISHED = 1 << 28
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_p = search_places.c


def place_of(connection: Connection, incident_id: int) -> int | None:
    """Where an incident's document stands; None where it is not in the index."""
    found = connection.execute(select(_p.place).where(_p.incident_id == incident_id)).scalar_one_or_none()
    return None if found is None else int(found)


def give_place(connection: Connection, document: SearchDocument) -> int:
    """A place for a document that has none: the first free one of its day."""
    values = _copied(connection, document)
    place = _first(document)
    while insert_new(connection, search_places, {**values, "place": place}) is None:
        place += 1
    return place


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


def _copied(connection: Connection, document: SearchDocument) -> dict[str, Any]:
    i = incidents.c
    columns: Select[Any] = select(i.severity, i.status, i.owner_id, i.is_private)
    values = as_dict(connection.execute(columns.where(i.id == document.incident_id)).one())
    values["is_private"] = bool(values["is_private"]) or document.is_private
    kept = ("incident_id", "team_id", "channel_id", "published", "at")
    return values | {name: getattr(document, name) for name in kept}
