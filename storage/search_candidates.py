"""Finding candidates: from the best kind of hit to any, no more than ranking can look at.

Each stage walks its matches from the highest place down and stops when it has enough. So a query for words
that stand in every second document costs no more than one for rare words, and its candidates are the
published and recent ones of the best kind there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    cast,
    column,
    literal,
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

MOST = 120
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
    """The best few hundred, in no order yet; for an order other than by relevance the first in that order."""
    conditions = list(_conditions(scope, query))
    if query.order in (Order.RECENT, Order.SEVERITY):
        stage = Stage.ANYWHERE
        found = _stage(connection, asked, stage, conditions, order=_ORDERS[query.order], limit=2 * MOST)
        return Found(found, frozenset())
    ids: dict[int, None] = {}
    near: frozenset[int] = frozenset()
    for stage in _stages(asked):
        some = _stage(connection, asked, stage, conditions)
        near |= frozenset(some) if stage is Stage.NEAR else frozenset()
        ids |= dict.fromkeys(some)
        if len(some) >= MOST:
            break
    if len(ids) < ENOUGH and any(one.form for one in asked.wanted):
        ids |= dict.fromkeys(_stage(connection, asked, Stage.BEGUN, conditions))
    return Found(list(ids), near)


def _stages(asked: Asked) -> Iterator[Stage]:
    if asked.wanted:
        yield Stage.HEAD
    if asked.near:
        yield Stage.NEAR
    if len(asked.wanted) > 1:
        yield Stage.PARTLY_HEAD
    yield Stage.ANYWHERE


def _stage(
    connection: Connection,
    asked: Asked,
    stage: Stage,
    conditions: Sequence[ColumnElement[bool]],
    *,
    order: tuple[ColumnElement[Any], ...] = (),
    limit: int = MOST,
) -> list[int]:
    query = _matching(connection, asked, stage).where(*conditions).order_by(*order)
    query = query.order_by(_highest_first(connection, is_sorted=bool(order), is_free=asked.is_empty))
    return list(connection.execute(query.limit(limit)).scalars())


def _matching(connection: Connection, asked: Asked, stage: Stage) -> Select[Any]:
    found: Select[Any] = select(_p.incident_id)
    on_sqlite = connection.dialect.name == "sqlite"
    if asked.is_empty:
        return found.where(_without(asked, on_sqlite=on_sqlite)) if asked.excluded else found
    if on_sqlite:
        joined = search_places.join(_TERMS, _TERMS.c.rowid == _p.place)
        return found.select_from(joined).where(_match(FTS5.write(asked, stage)))
    return found.where(_has(TSQUERY_LANGUAGE.write(asked, stage)))


def _without(asked: Asked, *, on_sqlite: bool) -> ColumnElement[bool]:
    if on_sqlite:
        return _p.place.not_in(select(_TERMS.c.rowid).where(_match(FTS5.unwanted(asked))))
    return not_(_has(TSQUERY_LANGUAGE.unwanted(asked)))


def _match(expression: str) -> TextClause:
    return text("search_terms MATCH :asked").bindparams(bindparam("asked", expression, unique=True))


def _has(expression: str) -> ColumnElement[bool]:
    return _p.terms.op("@@", is_comparison=True)(cast(literal(expression), TSQUERY))


def _highest_first(connection: Connection, *, is_sorted: bool, is_free: bool) -> ColumnElement[Any]:
    """PostgreSQL must not walk the places in order and look into each: its index gives all matches at once,
    and `+ 0` keeps it to that."""
    if connection.dialect.name == "sqlite":
        return (_p.place if is_free or is_sorted else _TERMS.c.rowid).desc()
    return (_p.place if is_free else _p.place + 0).desc()


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
