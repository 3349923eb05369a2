"""The tables of work to be done and work that was: jobs, events seen, the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from pydantic import Field

from bot.domain.job import Job, JobState, NewJob
from bot.ports.value import Value


class Jobs(Protocol):
    """The durable queue (`storage/jobs.py`). Finish, retry and bury need the lease and expect one row.

    They raise `LeaseLost` when another worker has taken the job over.
    """

    def add(self, job: NewJob) -> bool:
        """Ask for work; False if a job with that key exists already, whatever its state."""
        ...

    def claim(self, *, now: datetime, owner: str, lease_until: datetime) -> Job | None:
        """Take the due job that has waited longest."""
        ...

    def extend(self, job: Job, *, lease_until: datetime) -> None:
        """Keep the lease on long work."""
        ...

    def finish(self, job: Job, *, at: datetime) -> None:
        """It is done. A job may finish itself, together with what it changes, so that after a crash it is
        not done again; that its worker finishes it once more changes nothing."""
        ...

    def retry(self, job: Job, *, due_at: datetime, error: str, outage: bool = False) -> None:
        """It failed; try again later. The attempt counts, as one that an outage ended if it was one."""
        ...

    def snooze(self, job: Job, *, due_at: datetime, payload: dict[str, Any] | None = None) -> None:
        """It is not its time yet, or it goes on later: release without counting the attempt."""
        ...

    def bury(self, job: Job, *, at: datetime, error: str) -> None:
        """It failed for good; people must look."""
        ...

    def cancel(self, incident_id: int, *kinds: str, at: datetime) -> int:
        """Cancel an incident's waiting jobs of these kinds; returns how many."""
        ...

    def bring_forward(self, key: str, *, due_at: datetime) -> bool:
        """Make a waiting job due earlier; False if there is none."""
        ...

    def revive(self, job_id: int, *, due_at: datetime) -> bool:
        """Give a buried or cancelled job another life, its attempts forgotten."""
        ...

    def prune(self, *kinds: str, before: datetime, limit: int = 1000) -> int:
        """Forget up to `limit` jobs of these kinds that were done or cancelled before then; returns how
        many. Their keys are free again."""
        ...

    def get(self, key: str) -> Job | None:
        """One by key."""
        ...

    def listed(self, *states: JobState, limit: int = 50) -> tuple[Job, ...]:
        """Newest first, in any of the states (all if none is named)."""
        ...


class Inbox(Protocol):
    """Event ids seen, so that Slack's redeliveries change nothing."""

    def first_seen(self, event_id: str, *, at: datetime, team_id: str = "") -> bool:
        """True the first time. `team_id` says whose event it was, for erasing a workspace."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forget old ids; returns how many."""
        ...

    def last_heard(self, team_id: str) -> datetime | None:
        """When the newest event was taken in."""
        ...


class AuditLine(Value):
    """Who changed what, when. `detail` carries ids and numbers, never message text."""

    team_id: str
    incident_id: int | None = None
    actor: str
    action: str
    detail: dict[str, Any] = Field(default_factory=dict)
    at: datetime


class Audit(Protocol):
    """The audit trail."""

    def add(self, line: AuditLine) -> None:
        """Append."""
        ...

    def of(self, incident_id: int) -> tuple[AuditLine, ...]:
        """All of an incident, oldest first."""
        ...
