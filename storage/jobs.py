"""The durable queue. A job is waiting until it is done, buried or cancelled; while a worker has it,
it is leased as well, and a lease that ran out makes it free again.

Leases are stored by the clock of the database's server, where there is one: hosts whose clocks differ agree
on who holds a job. Whoever calls tells and is told them by the host's own clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, and_, case, delete, func, literal, literal_column, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot.domain.job import Job, JobState, NewJob
from bot.errors import LeaseLost
from bot.ports import Clock
from storage.columns import Moment
from storage.rows import as_dict, insert_new
from storage.server_clock import ServerClock
from storage.tables import departures, jobs

# a literal, since no planner proves that a bound value matches the partial index
_WAITING = jobs.c.state == literal_column(f"'{JobState.WAITING}'")
_FREE = {"lease_owner": None, "lease_until": None}
WITHOUT_SLACK = frozenset({"erase_workspace", "wipe"})
"""Kinds that are done for a workspace that uninstalled the app, too: they need no Slack."""


class JobTable:
    """The Jobs port."""

    def __init__(self, connection: Connection, clock: Clock, server_clock: ServerClock) -> None:
        self._connection = connection
        self._clock = clock
        self._server_clock = server_clock

    def add(self, job: NewJob) -> bool:
        """Ask for work; False if a job with that key exists already, whatever its state."""
        fresh = {"state": JobState.WAITING, "attempts": 0, "created_at": self._clock.now()}
        return insert_new(self._connection, jobs, job.model_dump() | fresh) is not None

    def claim(self, *, now: datetime, owner: str, lease_until: datetime) -> Job | None:
        """Take the due job that has waited longest, or whose worker's lease ran out.

        `owner` should differ from claim to claim or at least from thread to thread: it is how a
        worker that outlived its lease is told from the one that took over.
        """
        ahead = self.server_ahead()
        statement = claim_statement(now, owner, lease_until + ahead, leased_at=now + ahead)
        row = self._connection.execute(statement).first()
        return None if row is None else self._job(row)

    def extend(self, job: Job, *, lease_until: datetime) -> None:
        """Keep the lease on long work. Raises `LeaseLost`."""
        self._release(job, lease_until=lease_until + self.server_ahead())

    def finish(self, job: Job, *, at: datetime) -> None:
        """It is done. One that this claim has finished already stays so. Raises `LeaseLost`."""
        try:
            self._release(job, state=JobState.DONE, finished_at=at, last_error=None, **_FREE)
        except LeaseLost:
            mine = (jobs.c.id == job.id, jobs.c.attempts == job.attempts, jobs.c.state == JobState.DONE)
            if self._connection.execute(select(jobs.c.id).where(*mine)).first() is None:
                raise

    def retry(self, job: Job, *, due_at: datetime, error: str, outage: bool = False) -> None:
        """It failed; try again later. The attempt counts, as one that an outage ended if it was one.

        Raises `LeaseLost`.
        """
        outages = jobs.c.outages + int(outage)
        self._release(job, due_at=due_at, last_error=error, outages=outages, **_FREE)

    def snooze(self, job: Job, *, due_at: datetime, payload: dict[str, Any] | None = None) -> None:
        """Release without counting the attempt, with another payload if one is given.

        Raises `LeaseLost`.
        """
        changed = {} if payload is None else {"payload": payload}
        self._release(job, due_at=due_at, attempts=jobs.c.attempts - 1, **changed, **_FREE)

    def bury(self, job: Job, *, at: datetime, error: str) -> None:
        """It failed for good; people must look. Raises `LeaseLost`."""
        self._release(job, state=JobState.BURIED, finished_at=at, last_error=error, **_FREE)

    def cancel(self, incident_id: int, *kinds: str, at: datetime) -> int:
        """Cancel an incident's waiting jobs of these kinds (of all if none is named).

        A running one is among them: its worker loses the lease, and with it what it did not commit.
        """
        chosen = [_WAITING, jobs.c.incident_id == incident_id]
        if kinds:
            chosen.append(jobs.c.kind.in_(kinds))
        values = {"state": JobState.CANCELLED, "finished_at": at, **_FREE}
        return self._connection.execute(update(jobs).where(*chosen).values(**values)).rowcount

    def cancel_one(self, job_id: int, *, at: datetime) -> bool:
        """Cancel one waiting job, whatever it belongs to; False if it is not waiting."""
        values = {"state": JobState.CANCELLED, "finished_at": at, **_FREE}
        return self._one(update(jobs).where(jobs.c.id == job_id, _WAITING).values(**values))

    def bring_forward(self, key: str, *, due_at: datetime) -> bool:
        """Make a waiting job due earlier, never later; False if there is none."""
        sooner = case((jobs.c.due_at > due_at, literal(due_at, Moment)), else_=jobs.c.due_at)
        return self._one(update(jobs).where(_WAITING, jobs.c.key == key).values(due_at=sooner))

    def revive(self, job_id: int, *, due_at: datetime) -> bool:
        """Give a buried or cancelled job another life, its attempts forgotten; False for any other."""
        ended = jobs.c.state.in_((JobState.BURIED, JobState.CANCELLED))
        values = {
            "state": JobState.WAITING,
            "attempts": 0,
            "outages": 0,
            "due_at": due_at,
            "finished_at": None,
        }
        return self._one(update(jobs).where(jobs.c.id == job_id, ended).values(**values))

    def prune(self, *kinds: str, before: datetime, limit: int = 1000) -> int:
        """Forget up to `limit` jobs of these kinds that were done or cancelled before then; returns how
        many. Their keys are free again."""
        ended = jobs.c.state.in_((JobState.DONE, JobState.CANCELLED))
        old = select(jobs.c.id).where(jobs.c.kind.in_(kinds), ended, jobs.c.finished_at < before)
        chosen = delete(jobs).where(jobs.c.id.in_(old.limit(limit).scalar_subquery()))
        return self._connection.execute(chosen).rowcount

    def get(self, key: str) -> Job | None:
        """One by key."""
        row = self._connection.execute(select(jobs).where(jobs.c.key == key)).first()
        return None if row is None else self._job(row)

    def listed(self, *states: JobState, limit: int = 50) -> tuple[Job, ...]:
        """Newest first, in any of the states (all if none is named)."""
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        if states:
            query = query.where(jobs.c.state.in_(states))
        return tuple(self._job(row) for row in self._connection.execute(query).all())

    def counts(self, *, now: datetime) -> dict[tuple[str, str], int]:
        """How many jobs there are by kind and state; a leased one counts as `running`."""
        held = and_(_WAITING, jobs.c.lease_until > now + self.server_ahead())
        state = case((held, literal("running")), else_=jobs.c.state).label("state")
        query = select(jobs.c.kind, state, func.count()).group_by(jobs.c.kind, state)
        return {(kind, state): count for kind, state, count in self._connection.execute(query)}

    def lag(self, *, now: datetime) -> float:
        """For how many seconds the oldest job that is due and free has waited."""
        free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now + self.server_ahead())
        query = select(func.min(jobs.c.due_at)).where(_WAITING, free, jobs.c.due_at <= now)
        oldest = self._connection.execute(query).scalar_one()
        return 0.0 if oldest is None else (now - oldest).total_seconds()

    def server_ahead(self) -> timedelta:
        """By how much the clock of the database's server is ahead of this host's."""
        return self._server_clock.ahead(self._connection)

    def _job(self, row: Row[Any]) -> Job:
        found = Job.model_validate(as_dict(row))
        if found.lease_until is None:
            return found
        return found.model_copy(update={"lease_until": found.lease_until - self.server_ahead()})

    def _release(self, job: Job, **values: Any) -> None:
        held = and_(
            jobs.c.id == job.id,
            jobs.c.lease_owner == job.lease_owner,
            jobs.c.attempts == job.attempts,
            _WAITING,
        )
        if not self._one(update(jobs).where(held).values(**values)):
            raise LeaseLost

    def _one(self, statement: Update) -> bool:
        return self._connection.execute(statement).rowcount == 1


def claim_statement(now: datetime, owner: str, lease_until: datetime, *, leased_at: datetime) -> Any:
    """The one statement that hands out work on both databases. `leased_at` is `now` by the clock that leases
    go by.

    SQLAlchemy leaves the lock clause out on SQLite, where the whole transaction holds the write lock.
    """
    due = (
        select(jobs.c.id)
        .where(_WAITING, jobs.c.due_at <= now)
        .where(or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= leased_at))
        .where(or_(jobs.c.team_id.not_in(select(departures.c.team_id)), jobs.c.kind.in_(WITHOUT_SLACK)))
        .order_by(jobs.c.due_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = {"lease_owner": owner, "lease_until": lease_until, "attempts": jobs.c.attempts + 1}
    return update(jobs).where(jobs.c.id == due).values(**taken).returning(*jobs.c)
