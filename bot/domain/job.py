"""A durable piece of work with a due time, and how long to wait after it failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MAX_ATTEMPTS = 8
OUTAGE_ATTEMPTS = 150
"""So often is a service asked that does not answer: for about a day, with the longest back-off."""
FIRST_BACKOFF = timedelta(seconds=10)
LONGEST_BACKOFF = timedelta(minutes=10)
"""So long at most does work wait once a service is back."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    DONE = "done"
    BURIED = "buried"
    CANCELLED = "cancelled"


class NewJob(BaseModel):
    """Work to be done once at or after `due_at`. `key` is unique: asking twice is asking once."""

    model_config = ConfigDict(frozen=True)

    team_id: str
    kind: str
    key: str
    due_at: datetime
    incident_id: int | None = None
    payload: dict[str, Any] = Field(default_factory=dict)


class Job(NewJob):
    """A job as it is stored. `attempts` counts the claims, the running one included; `outages` how many of
    them ended because a service did not answer."""

    id: int
    state: JobState = JobState.WAITING
    attempts: int = 0
    outages: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = None
    last_error: str | None = None
    created_at: datetime
    finished_at: datetime | None = None


def backoff(attempts: int) -> timedelta:
    """How long to wait after the nth failed attempt: 10 s, 20 s, 40 s … at most 10 min."""
    doublings = max(0, min(attempts, 16) - 1)
    return min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF)


def is_exhausted(job: Job, *, outage: bool = False) -> bool:
    """Whether a job, whose running attempt has failed too, did so often enough for people to look at it. In
    an `outage` of a service it depends on nobody can do anything about it: it waits for about a day, and has
    as many attempts after it as before."""
    if outage:
        return job.outages + 1 >= OUTAGE_ATTEMPTS
    return job.attempts - job.outages >= MAX_ATTEMPTS
