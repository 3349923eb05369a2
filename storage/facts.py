"""What statistics need of each drafted incident: told once from its newest revision, and kept beside it.

It is written with the revision and redacted with it, in the same transaction; so whoever writes revisions
need not know of it. Reading the drafts of thousands of incidents would take minutes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, select
from sqlalchemy.engine import Connection

from bot.domain.patterns import Facts, facts_of
from bot.domain.postmortem import Draft
from storage.rows import put_all
from storage.tables import case_facts, revisions

_AT_A_TIME = 200
"""Drafts in memory at once: they are long."""
_r = revisions.c


def keep_facts(connection: Connection, incident_id: int, team_id: str, draft: Draft) -> None:
    """Keep what the newest draft of an incident tells, replacing what was there for it."""
    put_all(connection, case_facts, [_row(incident_id, team_id, facts_of(draft))])


def rebuild(connection: Connection) -> int:
    """Tell the facts of all incidents anew; returns how many have a draft. To be called by a migration
    whenever the rules that tell them change."""
    connection.execute(delete(case_facts))
    last = done = 0
    while rows := _drafts(connection, after=last):
        told = [_row(number, team, facts_of(Draft.model_validate(draft))) for number, team, draft in rows]
        put_all(connection, case_facts, told)
        last, done = rows[-1][0], done + len(rows)
    return done


def _drafts(connection: Connection, *, after: int) -> list[tuple[int, str, Any]]:
    """The newest drafts of the next incidents. Names its columns, so that migrations may call it."""
    newest = (
        select(_r.incident_id, func.max(_r.number).label("number"))
        .where(_r.incident_id > after)
        .group_by(_r.incident_id)
        .order_by(_r.incident_id)
        .limit(_AT_A_TIME)
        .subquery()
    )
    same = and_(_r.incident_id == newest.c.incident_id, _r.number == newest.c.number)
    query = select(_r.incident_id, _r.team_id, _r.draft).join(newest, same).order_by(_r.incident_id)
    return [(row.incident_id, row.team_id, row.draft) for row in connection.execute(query)]


def _row(incident_id: int, team_id: str, facts: Facts) -> dict[str, object]:
    spans = {name: _seconds(getattr(facts, name)) for name in ("to_detect", "to_mitigate", "to_resolve")}
    return {
        "incident_id": incident_id,
        "team_id": team_id,
        "title": facts.title,
        "cause": facts.cause.value,
        "terms": " ".join(sorted(facts.terms)),
        **spans,
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
