"""Full-text search: FTS5 on SQLite, tsvector on PostgreSQL, over terms made in Python."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    cast,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection, Row

from bot.domain.incident import Scope
from bot.ports import Hit, SearchDocument
from storage.rows import put
from storage.snippets import snippet
from storage.tables import incidents, search_documents
from storage.terms import Indexed, Wanted, indexed, wanted

_SQLITE_TERMS = table("search_terms", column("rowid"))
_POSTGRES_TERMS = table("search_terms", column("incident_id"), column("terms"))


class SearchTable:
    """The SearchIndex port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_sqlite = connection.dialect.name == "sqlite"

    def put(self, document: SearchDocument) -> None:
        """Index, replacing what was there for that incident."""
        put(self._connection, search_documents, document.model_dump())
        self._forget_terms(document.incident_id)
        found = indexed(document)
        if self._on_sqlite:
            statement = (
                "INSERT INTO search_terms (rowid, head, summary, body, forms) VALUES (:id, :a, :b, :c, :d)"
            )
            fields = {name: _fts_text(part) for name, part in zip("abc", found[:3], strict=True)}
            fields["d"] = " _ ".join(found.forms)
        else:
            statement = "INSERT INTO search_terms VALUES (:id, :team, CAST(:terms AS tsvector))"
            fields = {"team": document.team_id, "terms": _tsvector(found)}
        self._connection.execute(text(statement), {"id": document.incident_id, **fields})

    def remove(self, incident_id: int) -> None:
        """Take out of the index."""
        self._forget_terms(incident_id)
        self._connection.execute(
            delete(search_documents).where(search_documents.c.incident_id == incident_id)
        )

    def query(
        self, team_id: str, words: str, *, visible: frozenset[str] | None, limit: int = 10, offset: int = 0
    ) -> tuple[Hit, ...]:
        """Every word must occur, the last one may be only begun. Published ones first, then by score
        (title, services and cause weigh most), the newest of equals; the score compares within one
        answer only. Private incidents only from the `visible` channels, all of them where it is None.
        Input without a word finds nothing."""
        asked = wanted(words)
        if not asked:
            return ()
        found = self._matching(asked).where(incidents.c.team_id == team_id)
        if visible is not None:
            private = incidents.c.is_private | search_documents.c.is_private
            found = found.where(~private | incidents.c.channel_id.in_(visible))
        best_first: tuple[ColumnElement[Any], ...] = (
            search_documents.c.published.desc(),
            column("score").desc(),
            search_documents.c.at.desc(),
            search_documents.c.incident_id.desc(),
        )
        rows = self._connection.execute(found.order_by(*best_first).limit(limit).offset(offset))
        return tuple(_hit(row, asked) for row in rows)

    def _matching(self, asked: tuple[Wanted, ...]) -> Select[Any]:
        ours = search_documents.join(incidents, incidents.c.id == search_documents.c.incident_id)
        if self._on_sqlite:
            score: ColumnElement[float] = literal_column("-bm25(search_terms, 10.0, 4.0, 1.0, 0.5)")
            joined = ours.join(_SQLITE_TERMS, _SQLITE_TERMS.c.rowid == incidents.c.id)
            matches: ColumnElement[bool] | TextClause = text("search_terms MATCH :asked").bindparams(
                asked=_fts_query(asked)
            )
        else:
            query = cast(literal(_tsquery(asked)), TSQUERY)
            # weights of D, C, B, A; 1 divides by the logarithm of the length
            weights: ColumnElement[Any] = literal_column("'{0.1, 0.2, 0.4, 1.0}'::float4[]")
            score = func.ts_rank(weights, _POSTGRES_TERMS.c.terms, query, 1)
            joined = ours.join(_POSTGRES_TERMS, _POSTGRES_TERMS.c.incident_id == incidents.c.id)
            matches = _POSTGRES_TERMS.c.terms.op("@@")(query)
        return select(*_SHOWN, score.label("score")).select_from(joined).where(matches)

    def _forget_terms(self, incident_id: int) -> None:
        index = _SQLITE_TERMS if self._on_sqlite else _POSTGRES_TERMS
        key = index.c.rowid if self._on_sqlite else index.c.incident_id
        self._connection.execute(delete(index).where(key == incident_id))


_SHOWN = (
    search_documents.c.incident_id,
    search_documents.c.title,
    search_documents.c.cause,
    search_documents.c.summary,
    search_documents.c.body,
    search_documents.c.published,
    incidents.c.series,
    incidents.c.number,
    incidents.c.severity,
    incidents.c.status,
    incidents.c.started_at,
    incidents.c.channel_id,
    incidents.c.scope,
    incidents.c.root_ts,
    incidents.c.card_ts,
)


def _hit(row: Row[Any], asked: tuple[Wanted, ...]) -> Hit:
    return Hit(
        incident_id=row.incident_id,
        key=f"{row.series}-{row.number}",
        title=row.title,
        severity=row.severity,
        status=row.status,
        published=row.published,
        started_at=row.started_at,
        channel_id=row.channel_id,
        thread_ts=row.root_ts if row.scope == Scope.THREAD else row.card_ts,
        snippet=snippet((row.cause, row.summary, row.body, row.title), asked),
        score=row.score,
    )


def _fts_text(slots: tuple[str | None, ...]) -> str:
    return " ".join(slot or "_" for slot in slots)


def _fts_query(asked: tuple[Wanted, ...]) -> str:
    """FTS5's language (https://www.sqlite.org/fts5.html#full_text_query_syntax). Terms are ASCII
    letters, digits and `_`, so nothing in them needs escaping, here as in `_tsquery`."""
    parts = []
    for one in asked:
        phrase = f'"{" ".join(one.stems)}"' + (" *" if one.begun else "")
        parts.append(f'({phrase} OR "{one.form}" *)' if one.begun and one.form else phrase)
    return " AND ".join(parts)


def _tsquery(asked: tuple[Wanted, ...]) -> str:
    parts = []
    for one in asked:
        row = [f"'{stem}'" for stem in one.stems]
        row[-1] += ":*" if one.begun else ""
        phrase = f"({' <-> '.join(row)})"
        parts.append(f"({phrase} | '{one.form}':*)" if one.begun and one.form else phrase)
    return " & ".join(parts)


def _tsvector(found: Indexed) -> str:
    """`'pool':1A,7D 'connections'`: lexemes with their places and weights."""
    places: dict[str, list[str]] = defaultdict(list)
    at = 0
    for weight, slots in zip("ABD", found[:3], strict=True):
        for slot in slots:
            at += 1
            if slot is not None:
                places[slot].append(f"{at}{weight}")
    with_places = [f"'{stem}':{','.join(where)}" for stem, where in places.items()]
    return " ".join([*with_places, *(f"'{form}'" for form in found.forms)])
