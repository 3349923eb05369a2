"""Digests that were posted are counted again where an incident may not be told of any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.incident import Incident
from bot.domain.periods import Period, month_of
from bot.ports import Records
from bot.workflow.world import World, ask

MONTHS = 13
"""An incident is named in the digest of its month, and for a year as the earlier one of the same cause."""


def digest_key(world: World, month: str) -> str:
    """The post key of a month's digest (`2026-03`)."""
    return f"digest:{world.team_id}:{month}"


def recount(records: Records, world: World, incident: Incident) -> None:
    """Ask for every digest that may name an incident to be told anew, in the transaction that takes the
    incident back. The work names no incident: it is done for one that is forgotten, too."""
    now = world.clock.now()
    for month in _months(incident.started_at, now):
        row = records.posts.get(digest_key(world, month.name))
        if row is not None and row.ts is not None:
            name = f"{month.name}:without:{incident.id}:{now.isoformat()}"
            ask(records, world, "digest_again", name, month=month.name)


def _months(since: datetime, now: datetime) -> Iterator[Period]:
    """The months in which it may be named that are over."""
    month = month_of(since)
    for _ in range(MONTHS):
        if month.end > now:
            return
        yield month
        month = month_of(month.end)
