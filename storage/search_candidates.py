"""Finding candidates: from the best kind of hit to any, no more than ranking can look at.

Each stage walks its matches from the highest place down and stops when it has enough. So a query for words
that stand in every second document costs no more than one for rare words, and its candidates are the
published and recent ones of the best kind there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    not_,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from bot.domain.search_query import Order, SearchQuery
from storage.search_asked import Asked
from storage.search_language import FTS5, Stage
from storage.search_language import TSQUERY as TSQUERY_LANGUAGE
from storage.tables import search_places

MOST = 100
"""Candidates of one stage."""
ENOUGH = 20
"""With fewer hits than this the last word may be only begun."""

_p = search_places.c
_TERMS = table("search_terms", column("rowid"))


class Scope(NamedTuple):
    """Whose incidents are searched, and which private ones: None is all of them."""

    team_id: str
    visible: frozenset[str] | None


class Found(NamedTuple):
    """The candidates, by incident, and which of them have the words side by side."""

    ids: list[int]
    near: frozenset[int]


def candidates(connection: Connection, scope: Scope, query: SearchQuery, asked: Asked) -> Found:
    """The best few hundred, in no order yet; for an order other than by relevance the first in that order.

    Where all in the head are enough, nothing else is looked at; where there are few anywhere, these are all.
    """
    walk = _Walk(connection, scope, query, asked)
    if query.order in _ORDERS:
        return Found(walk.first(Stage.ANYWHERE, most=2 * MOST), frozenset())
    ids = dict.fromkeys(walk.first(Stage.HEAD)) if asked.wanted else {}
    near: frozenset[int] = frozenset()
    if len(ids) < MOST:
        anywhere = walk.first(Stage.ANYWHERE)
        if len(anywhere) >= MOST and len(asked.wanted) > 1:
            ids |= dict.fromkeys(walk.first(Stage.PARTLY_HEAD))
        if len(anywhere) > 1 and asked.near:
            near = frozenset(walk.first(Stage.NEAR))
        ids |= dict.fromkeys((*sorted(near), *anywhere))
    if len(ids) < ENOUGH and any(one.form for one in asked.wanted):
        ids |= dict.fromkeys(walk.first(Stage.BEGUN))
    return Found(list(ids), near)


class _Walk:
    """One statement, built once and run for each stage: building it takes longer than most stages."""

    def __init__(self, connection: Connection, scope: Scope, query: SearchQuery, asked: Asked) -> None:
        self._connection = connection
        self._asked = asked
        on_sqlite = connection.dialect.name == "sqlite"
        self._language = FTS5 if on_sqlite else TSQUERY_LANGUAGE
        found: Select[Any] = select(_p.incident_id).where(*_conditions(scope, query))
        found = found.order_by(*_ORDERS.get(query.order, ()))
        if asked.is_empty:
            found = found.where(*self._without(on_sqlite=on_sqlite)).order_by(_p.place.desc())
        elif on_sqlite:
            joined = search_places.join(_TERMS, _TERMS.c.rowid == _p.place)
            place = _p.place if query.order in _ORDERS else _TERMS.c.rowid
            found = found.select_from(joined).where(text(_MATCH)).order_by(place.desc())
        else:
            _by_index_alone(connection)
            # `+ 0` keeps it from walking the places in order and looking into each document
            found = found.where(_HAS).order_by((_p.place + 0).desc())
        self._statement = found.limit(bindparam("most", type_=Integer))

    def first(self, stage: Stage, *, most: int = MOST) -> list[int]:
        """The first incidents from the highest place down that have all that the stage wants."""
        asked = self._asked
        words = self._language.unwanted(asked) if asked.is_empty else self._language.write(asked, stage)
        given: dict[str, Any] = {"most": most} | ({"asked": words} if words else {})
        return list(self._connection.execute(self._statement, given).scalars())

    def _without(self, *, on_sqlite: bool) -> Iterator[ColumnElement[bool]]:
        if self._asked.excluded and on_sqlite:
            yield _p.place.not_in(select(_TERMS.c.rowid).where(text(_MATCH)))
        elif self._asked.excluded:
            yield not_(_HAS)


def _by_index_alone(connection: Connection) -> None:
    """Keep PostgreSQL to its index for the rest of the transaction: it does not know that looking into a
    document's lexemes costs a hundred times as much as into its other columns, and for a word that stands
    in every second one it would read them all. Nor does a helper pay that starts for a few milliseconds."""
    connection.execute(_KEEP_TO_INDEX)


_KEEP_TO_INDEX = text(
    "SELECT set_config('enable_seqscan', 'off', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)


_MATCH = "search_terms MATCH :asked"
_HAS: ColumnElement[bool] = _p.terms.op("@@", is_comparison=True)(
    cast(bindparam("asked", type_=Text), TSQUERY)
)


def _conditions(scope: Scope, query: SearchQuery) -> Iterator[ColumnElement[bool]]:
    yield _p.team_id == scope.team_id
    if scope.visible is not None:
        yield or_(~_p.is_private, _p.channel_id.in_(scope.visible))
    if query.private:
        yield _p.is_private
    if query.severities:
        yield _p.severity.in_(query.severities)
    if query.statuses:
        yield _p.status.in_(sorted(query.statuses))
    if query.owners:
        yield _p.owner_id.in_(query.owners)
    span = [_p.at >= query.after] if query.after else []
    yield and_(True, *span, *([_p.at < query.before] if query.before else []))


_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    Order.RECENT: (_p.at.desc(),),
    Order.SEVERITY: (case((_p.severity.is_(None), "sev9"), else_=_p.severity), _p.at.desc()),
}
