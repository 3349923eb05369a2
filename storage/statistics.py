"""Reading incidents for statistics, each with what its newest draft told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, select, type_coerce
from sqlalchemy.engine import Connection

from bot.domain.causes import CauseClass
from bot.domain.incident import Scope, Severity, Status
from bot.domain.patterns import Case
from storage import facts
from storage.tables import case_facts, incidents

_AT_A_TIME = 2_000
"""Rows held at once: there may be a hundred thousand of them."""
_i, _f = incidents.c, case_facts.c
_COLUMNS = (
    _i.id,
    _i.series,
    _i.number,
    _i.title,
    _f.title.label("drafted_title"),
    _i.started_at,
    _i.severity,
    type_coerce(_i.services, Text).label("services"),
    _i.status,
    _i.is_private,
    _i.channel_id,
    _i.scope,
    _i.root_ts,
    _i.card_ts,
    _f.cause,
    _f.terms,
    _f.to_detect,
    _f.to_mitigate,
    _f.to_resolve,
)


class StatisticsTables:
    """The Counting port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cases(
        self,
        team_id: str,
        *,
        since: datetime,
        until: datetime,
        visible: frozenset[str],
    ) -> Iterator[Case]:
        """Incidents that began at `since` ≤ time < `until`, newest first, one after the other."""
        query = (
            select(*_COLUMNS)
            .select_from(incidents.outerjoin(case_facts, _f.incident_id == _i.id))
            .where(_counted(team_id, since, until, visible))
            .order_by(_i.started_at.desc(), _i.id.desc())
        )
        for row in self._connection.execute(query).yield_per(_AT_A_TIME):
            yield _case(tuple(row))

    def rebuild(self) -> int:
        """Tell anew what each newest draft tells; returns how many incidents have one."""
        return facts.rebuild(self._connection)


def _case(row: tuple[Any, ...]) -> Case:
    (number, series, count, title, drafted, at, severity, services, status, private, channel, *rest) = row
    scope, root_ts, card_ts, cause, terms, to_detect, to_mitigate, to_resolve = rest
    return Case(
        incident_id=number,
        key=f"{series}-{count}",
        title=title if drafted is None else drafted,
        started_at=at,
        severity=severity and _SEVERITIES[severity],
        services=_names(services),
        status=_STATUSES[status],
        is_private=private,
        drafted=cause is not None,
        cause=_CAUSES.get(cause, CauseClass.UNKNOWN),
        terms=frozenset(terms.split()) if terms else frozenset(),
        to_detect=_span(to_detect),
        to_mitigate=_span(to_mitigate),
        to_resolve=_span(to_resolve),
        channel_id=channel,
        thread_ts=root_ts if scope == Scope.THREAD.value else card_ts,
    )


_SEVERITIES = {one.value: one for one in Severity}
_STATUSES = {one.value: one for one in Status}
_CAUSES = {one.value: one for one in CauseClass}


@lru_cache(maxsize=4_096)
def _names(services: str) -> tuple[str, ...]:
    """Most incidents share their services with others: a list of names is read once."""
    return tuple(json.loads(services))


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _counted(team_id: str, since: datetime, until: datetime, visible: frozenset[str]) -> ColumnElement[bool]:
    """Restricted incidents never count, private ones only for who may see them."""
    return and_(
        _i.team_id == team_id,
        _i.started_at >= since,
        _i.started_at < until,
        ~_i.restricted,
        ~_i.is_private | _i.channel_id.in_(sorted(visible)),
    )
