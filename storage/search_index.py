"""Writing the full-text index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.engine import Connection

from bot.ports import SearchDocument
from storage.rows import as_dict, put
from storage.search_lexemes import Indexed, indexed
from storage.search_places import give_places, give_up_place, places_of
from storage.tables import search_documents, search_places, search_services

_INSERT = text("INSERT INTO search_terms (rowid, lexemes) VALUES (:at_place, :lexemes)")
_DELETE = text(
    "INSERT INTO search_terms (search_terms, rowid, lexemes) VALUES ('delete', :at_place, :lexemes)"
)
"""A contentless table forgets a row when it is told what stood in it (https://www.sqlite.org/fts5.html,
"The 'delete' Command")."""
_MERGE = text("INSERT INTO search_terms (search_terms, rank) VALUES ('merge', :pages)")
A_FEW_PAGES = 200
_EMPTY = text("INSERT INTO search_terms (search_terms) VALUES ('delete-all')")
_DROP = text("DROP INDEX IF EXISTS search_terms")
_CREATE = text("CREATE INDEX search_terms ON search_places USING gin (terms) WITH (fastupdate = off)")
AT_A_TIME = 500
"""Documents in memory while many are indexed."""


def put_document(connection: Connection, document: SearchDocument) -> None:
    """Index, replacing what was there for that incident; nothing is done for what is indexed as it is."""
    if _stored(connection, after=document.incident_id - 1, most=1) == [document]:
        return
    was_there = _take_out(connection, document.incident_id)
    found = indexed(document)
    put(connection, search_documents, document.model_dump() | {"profile": found.profile})
    _add(connection, [document], [found])
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
    place = places_of(connection, [incident_id]).get(incident_id)
    if place is not None:
        if connection.dialect.name == "sqlite":
            _forget_lexemes(connection, incident_id, place)
        give_up_place(connection, incident_id)
        for table in (search_services, search_documents):
            connection.execute(delete(table).where(table.c.incident_id == incident_id))
    return place is not None


def rebuild(connection: Connection) -> int:
    """Index every stored document anew; returns how many there are. To be called by a migration whenever
    what `indexed` returns changes: until then the old lexemes could not be taken out of SQLite's index.

    PostgreSQL's index is made at the end, of everything at once: one that grows with every document takes
    several times as long (postgresql.org/docs, "GIN Tips and Tricks").
    """
    on_sqlite = connection.dialect.name == "sqlite"
    connection.execute(_EMPTY if on_sqlite else _DROP)
    for table in (search_places, search_services):
        connection.execute(delete(table))
    last = done = 0
    while documents := _stored(connection, after=last):
        found = [indexed(one) for one in documents]
        connection.execute(_PROFILE, [_told(*pair) for pair in zip(documents, found, strict=True)])
        _add(connection, documents, found)
        last, done = documents[-1].incident_id, done + len(documents)
    if not on_sqlite:
        connection.execute(_CREATE)
    return done


_PROFILE = (
    update(search_documents)
    .where(search_documents.c.incident_id == bindparam("of"))
    .values(profile=bindparam("told"))
)


def _told(document: SearchDocument, found: Indexed) -> dict[str, object]:
    return {"of": document.incident_id, "told": found.profile}


def _stored(connection: Connection, *, after: int, most: int = AT_A_TIME) -> list[SearchDocument]:
    """The stored documents from the next incident on, in the order of their incidents."""
    columns = [search_documents.c[name] for name in SearchDocument.model_fields]
    number = search_documents.c.incident_id
    query = select(*columns).where(number > after).order_by(number).limit(most)
    return [SearchDocument.model_validate(as_dict(row)) for row in connection.execute(query)]


def _add(connection: Connection, documents: Sequence[SearchDocument], found: Sequence[Indexed]) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    written = [None if on_sqlite else " ".join(f"'{one}'" for one in doc.lexemes) for doc in found]
    places = give_places(connection, documents, written)
    services = [
        {"team_id": document.team_id, "service": service, "incident_id": document.incident_id}
        for document in documents
        for service in dict.fromkeys(document.services)
    ]
    if services:
        connection.execute(insert(search_services), services)
    if on_sqlite:
        pairs = zip(places, found, strict=True)
        connection.execute(
            _INSERT, [{"at_place": place, "lexemes": _spaced(doc.lexemes)} for place, doc in pairs]
        )


def _forget_lexemes(connection: Connection, incident_id: int, place: int) -> None:
    (document,) = _stored(connection, after=incident_id - 1, most=1)
    found = indexed(document)
    connection.execute(_DELETE, {"at_place": place, "lexemes": _spaced(found.lexemes)})


def _spaced(lexemes: Iterable[str]) -> str:
    return " ".join(sorted(lexemes))
