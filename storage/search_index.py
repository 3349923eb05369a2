"""Writing the full-text index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.engine import Connection

from bot.ports import SearchDocument
from storage.rows import as_dict, put
from storage.search_lexemes import Indexed, indexed
from storage.search_places import give_place, give_up_place, place_of
from storage.tables import search_documents, search_services

_INSERT = text("INSERT INTO search_terms (rowid, lexemes) VALUES (:at_place, :lexemes)")
_DELETE = text(
    "INSERT INTO search_terms (search_terms, rowid, lexemes) VALUES ('delete', :at_place, :lexemes)"
)
"""A contentless table forgets a row when it is told what stood in it (https://www.sqlite.org/fts5.html,
"The 'delete' Command")."""
_MERGE = text("INSERT INTO search_terms (search_terms, rank) VALUES ('merge', :pages)")
A_FEW_PAGES, MANY_PAGES = 200, 1_000
_SET = text("UPDATE search_places SET terms = CAST(:lexemes AS tsvector) WHERE place = :at_place")


def put_document(connection: Connection, document: SearchDocument) -> None:
    """Index, replacing what was there for that incident."""
    was_there = _take_out(connection, document.incident_id)
    found = indexed(document)
    put(connection, search_documents, document.model_dump() | {"profile": found.profile})
    _add(connection, document, found)
    if was_there:
        tidy(connection, A_FEW_PAGES)


def remove_document(connection: Connection, incident_id: int) -> None:
    """Take out of the index; that it is not there is fine."""
    if _take_out(connection, incident_id):
        tidy(connection, A_FEW_PAGES)


def tidy(connection: Connection, pages: int) -> bool:
    """Merge up to so many pages of SQLite's index, so that words of what was taken out do not stay in its
    file: of a small index all, of a large one a part. True if there is more to do.

    https://www.sqlite.org/fts5.html, "The 'merge' Command": negative counts merge everything into one, and
    two changes or more say that something was done.
    """
    if connection.dialect.name != "sqlite":
        return False
    before = _changes(connection)
    connection.execute(_MERGE, {"pages": -pages})
    return _changes(connection) - before >= 2


def _changes(connection: Connection) -> int:
    return int(connection.execute(text("SELECT total_changes()")).scalar_one())


def _take_out(connection: Connection, incident_id: int) -> bool:
    place = place_of(connection, incident_id)
    if place is not None:
        if connection.dialect.name == "sqlite":
            _forget_lexemes(connection, incident_id, place)
        give_up_place(connection, incident_id)
        for table in (search_services, search_documents):
            connection.execute(delete(table).where(table.c.incident_id == incident_id))
    return place is not None


def rebuild(connection: Connection) -> None:
    """Index every stored document anew, into an index that is empty. To be called by a migration whenever
    what `indexed` returns changes: until then the old lexemes could not be taken out of SQLite's index."""
    for incident_id in list(connection.execute(select(search_documents.c.incident_id)).scalars()):
        document = _stored(connection, incident_id)
        found = indexed(document)
        mine = search_documents.c.incident_id == incident_id
        connection.execute(update(search_documents).where(mine).values(profile=found.profile))
        _add(connection, document, found)


def _stored(connection: Connection, incident_id: int) -> SearchDocument:
    columns = [search_documents.c[name] for name in SearchDocument.model_fields]
    query = select(*columns).where(search_documents.c.incident_id == incident_id)
    return SearchDocument.model_validate(as_dict(connection.execute(query).one()))


def _add(connection: Connection, document: SearchDocument, found: Indexed) -> None:
    place = give_place(connection, document)
    services = [
        {"team_id": document.team_id, "service": service, "incident_id": document.incident_id}
        for service in dict.fromkeys(document.services)
    ]
    if services:
        connection.execute(insert(search_services), services)
    if connection.dialect.name == "sqlite":
        connection.execute(_INSERT, {"at_place": place, "lexemes": _spaced(found.lexemes)})
    else:
        quoted = " ".join(f"'{one}'" for one in found.lexemes)
        connection.execute(_SET, {"at_place": place, "lexemes": quoted})


def _forget_lexemes(connection: Connection, incident_id: int, place: int) -> None:
    found = indexed(_stored(connection, incident_id))
    connection.execute(_DELETE, {"at_place": place, "lexemes": _spaced(found.lexemes)})


def _spaced(lexemes: Iterable[str]) -> str:
    return " ".join(sorted(lexemes))
