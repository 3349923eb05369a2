"""Incidents as statistics see them, one keyword a fact."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.domain.causes import CauseClass
from bot.domain.incident import Severity, Status
from bot.domain.patterns import Case

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""
_IDS = count(1)


def a_case(*, days: float = 0, **facts: Any) -> Case:
    """An incident `days` before noon of 2 March 2026; `terms` may be words in one string."""
    number = next(_IDS)
    given: dict[str, Any] = {
        "incident_id": number,
        "key": f"INC-{number}",
        "title": f"Incident {number}",
        "started_at": NOON - timedelta(days=days),
        "severity": Severity.SEV2,
        "services": ("checkout",),
        "status": Status.PUBLISHED,
        "is_private": False,
        "drafted": True,
        "cause": CauseClass.CAPACITY,
        "terms": "",
        "to_resolve": timedelta(minutes=30),
    }
    given |= facts
    return Case(**given | {"terms": frozenset(given["terms"].split())})
