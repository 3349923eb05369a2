"""Full-text search, the same hits in the same order on both databases.

Ids first: the index gives a few hundred candidates at most (`search_candidates`), which are ranked by their
profiles (`search_ranking`). Only the page that is shown is read in full and gets its snippets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Connection, Row

from bot.domain.incident import Scope as Covers
from bot.domain.search_query import Order, SearchQuery
from bot.ports import Hit, SearchDocument
from storage import search_index
from storage.search_asked import Asked, Groups, asked
from storage.search_candidates import Scope, candidates
from storage.search_ranking import Candidate, Ranked, ranked
from storage.snippets import has_phrase, snippet
from storage.tables import incidents, publications, search_documents, search_services

_d, _i = search_documents.c, incidents.c


class SearchTable:
    """The SearchIndex port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, document: SearchDocument) -> None:
        """Index, replacing what was there for that incident."""
        search_index.put_document(self._connection, document)

    def remove(self, incident_id: int) -> None:
        """Take out of the index."""
        search_index.remove_document(self._connection, incident_id)

    def rebuild(self) -> int:
        """Index every document anew; returns how many there are."""
        return search_index.rebuild(self._connection)

    def query(
        self,
        team_id: str,
        query: SearchQuery,
        *,
        visible: frozenset[str] | None,
        limit: int = 10,
        offset: int = 0,
        synonyms: Groups = (),
    ) -> tuple[Hit, ...]:
        """Every word must occur, as it is or by a synonym; the last one may be only begun. Best first (see
        `search_ranking`), or in the order asked for. Private incidents only from the `visible` channels, all
        of them where it is None. Input without a word or filter finds nothing."""
        terms = asked(query, synonyms)
        if (terms.is_empty and not query.is_filtered) or (query.words and not terms.wanted):
            return ()
        found = candidates(self._connection, Scope(team_id, visible), query, terms)
        known = self._profiles(found.ids, found.near)
        if terms.exact:
            known = self._word_for_word(known, terms)
        shown = _ordered(known, found.ids, terms, query)[offset : offset + limit]
        return self._hits(shown, terms, visible)

    def tidy(self) -> bool:
        """Take a step in clearing the index's own files of words that were taken out; True if there is more
        to do."""
        return search_index.tidy(self._connection, search_index.A_FEW_PAGES)

    def services(self, team_id: str) -> tuple[str, ...]:
        """The names of all services that indexed incidents concern, private ones too: to compare with, not
        to show. One look-up a name (https://wiki.postgresql.org/wiki/Loose_indexscan)."""
        s = search_services.c
        first = select(func.min(s.service).label("service")).where(s.team_id == team_id).cte(recursive=True)
        next_one = (
            select(func.min(s.service))
            .where(s.team_id == team_id, s.service > first.c.service)
            .scalar_subquery()
        )
        names = first.union_all(select(next_one).where(first.c.service.is_not(None)))
        found = self._connection.execute(select(names.c.service).where(names.c.service.is_not(None)))
        return tuple(found.scalars())

    def _profiles(self, ids: Sequence[int], near: frozenset[int]) -> list[Candidate]:
        columns = (_d.incident_id, _d.profile, _d.published, _d.at)
        rows = self._connection.execute(select(*columns).where(_d.incident_id.in_(ids))) if ids else ()
        return [Candidate(*row, near=row[0] in near) for row in rows]

    def _word_for_word(self, known: Sequence[Candidate], terms: Asked) -> list[Candidate]:
        """Those that have the phrases as they were typed: the index knows stems only."""
        ids = [one.incident_id for one in known]
        texts = select(_d.incident_id, _d.title, _d.cause, _d.summary, _d.body, _d.services)
        rows = self._connection.execute(texts.where(_d.incident_id.in_(ids))) if ids else ()
        kept = {
            row.incident_id
            for row in rows
            if all(has_phrase((*row[1:5], *row.services), phrase) for phrase in terms.exact)
        }
        return [one for one in known if one.incident_id in kept]

    def _hits(self, shown: Sequence[Ranked], terms: Asked, visible: frozenset[str] | None) -> tuple[Hit, ...]:
        ids = [one.incident_id for one in shown]
        if not ids:
            return ()
        found: Select[Any] = (
            select(*_SHOWN).join(incidents, _i.id == _d.incident_id).where(_d.incident_id.in_(ids))
        )
        if visible is not None:
            found = found.where(or_(~_i.is_private, _i.channel_id.in_(visible)))
        rows = {row.incident_id: row for row in self._connection.execute(found)}
        places = self._locations(ids)
        return tuple(
            _hit(rows[one.incident_id], terms, one.score, places.get(one.incident_id, ""))
            for one in shown
            if one.incident_id in rows
        )

    def _locations(self, ids: Sequence[int]) -> dict[int, str]:
        """Where the publication can be opened, for those that have an address."""
        p = publications.c
        linked = select(p.incident_id, p.location).where(p.incident_id.in_(ids), p.location.like("http%"))
        rows = self._connection.execute(linked.order_by(p.incident_id, p.publisher.desc()))
        return {row.incident_id: row.location for row in rows}


def _ordered(
    known: Sequence[Candidate], ids: Sequence[int], terms: Asked, query: SearchQuery
) -> list[Ranked]:
    found = ranked(known, terms)
    if query.order in (Order.RECENT, Order.SEVERITY):
        place = {incident_id: number for number, incident_id in enumerate(ids)}
        return sorted(found, key=lambda one: place[one.incident_id])
    if query.order is Order.TITLE:
        titles = {one.incident_id: one.profile.partition("\n")[0] for one in known}
        return sorted(found, key=lambda one: titles[one.incident_id])
    return found


_SHOWN = (
    _d.incident_id,
    _d.title,
    _d.cause,
    _d.summary,
    _d.body,
    _d.published,
    _i.series,
    _i.number,
    _i.severity,
    _i.status,
    _i.started_at,
    _i.resolved_at,
    _i.channel_id,
    _i.scope,
    _i.root_ts,
    _i.card_ts,
)


def _hit(row: Row[Any], terms: Asked, score: float, location: str) -> Hit:
    return Hit(
        incident_id=row.incident_id,
        key=f"{row.series}-{row.number}",
        title=row.title,
        severity=row.severity,
        status=row.status,
        published=row.published,
        started_at=row.started_at,
        resolved_at=row.resolved_at,
        channel_id=row.channel_id,
        thread_ts=row.root_ts if row.scope == Covers.THREAD else row.card_ts,
        location=location,
        snippet=snippet((row.cause, row.summary, row.body, row.title), terms),
        score=score,
    )
