"""What is forgotten once it is done with, and what must never be."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.job import Job, NewJob
from bot.errors import Permanent
from bot.handlers import handlers
from bot.ports import PostRow
from bot.worker import Keep, Worker
from bot.workflow.erasure import forget
from bot.workflow.pruning import BATCH, EVENTS_KEPT, JOBS_KEPT, SPENT, prune
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk


def _keys(desk: Desk) -> set[str]:
    with desk.world.storage.read() as records:
        return {job.key for job in records.jobs.listed(limit=2 * BATCH)}


def _add(desk: Desk, *keys: str) -> None:
    with desk.world.storage.begin() as records:
        for key in keys:
            kind = key.partition(":")[0]
            records.jobs.add(NewJob(team_id="T1", kind=kind, key=key, due_at=desk.clock.now()))


def _ended(desk: Desk, *keys: str) -> None:
    """Have these jobs done; one with `fail` in its key fails for good."""

    def done(job: Job, keep: Keep) -> None:
        del keep
        if "fail" in job.key:
            raise Permanent

    _add(desk, *keys)
    kinds = {key.partition(":")[0] for key in keys}
    Worker(desk.world.storage, desk.clock, dict.fromkeys(kinds, done), owner="test").run_due()


def test_ended_jobs_go_a_month_later(storage: Database, clock: ManualClock) -> None:
    """Those whose keys do not come back; what waits or failed stays, and so does what could come back."""
    desk = a_desk(storage, clock)
    _ended(desk, "sync:1", "refresh:1:v1", "reply:C1:1.0", "refresh:fail")
    clock.advance(days=JOBS_KEPT.days)
    _add(desk, "meet:first:C9")
    assert prune(desk.world) == 0
    clock.advance(minutes=1)
    assert prune(desk.world) == 2
    assert _keys(desk) == {"reply:C1:1.0", "refresh:fail", "meet:first:C9"}


def test_many_go_a_batch_at_a_time(sqlite_storage: Database, clock: ManualClock) -> None:
    """However many there are, none is left."""
    desk = a_desk(sqlite_storage, clock)
    _add(desk, *(f"sync:{number}" for number in range(BATCH + 1)))
    with sqlite_storage.begin() as records:
        later = clock.now() + timedelta(minutes=5)
        while job := records.jobs.claim(now=clock.now(), owner="test", lease_until=later):
            records.jobs.finish(job, at=clock.now())
    clock.advance(days=JOBS_KEPT.days, minutes=1)
    assert prune(desk.world) == BATCH + 1
    assert _keys(desk) == set()


def test_only_kinds_there_are_are_spent(sqlite_storage: Database, clock: ManualClock) -> None:
    """And never one that keeps an old gesture from counting again."""
    known = handlers(a_desk(sqlite_storage, clock).world).keys()
    assert set(SPENT) <= known
    assert not {"reply", "draft", "post", "publish"} & set(SPENT)


def test_an_event_is_known_for_longer_than_it_can_come_again(storage: Database, clock: ManualClock) -> None:
    """Then its id is forgotten."""
    desk = a_desk(storage, clock)
    with storage.begin() as records:
        records.inbox.first_seen("Ev1", at=clock.now())
    for passing, first in ((EVENTS_KEPT, False), (timedelta(minutes=1), True)):
        clock.advance(seconds=passing.total_seconds())
        prune(desk.world)
        with storage.begin() as records:
            assert records.inbox.first_seen("Ev1", at=clock.now()) is first


def test_posts_of_a_forgotten_incident_go_once_they_are_taken_back(
    storage: Database, clock: ManualClock
) -> None:
    """As long as they wait to be taken back, their places must be known; other incidents keep theirs."""
    desk = a_desk(storage, clock)
    incident = desk.resolved()
    desk.settle()
    stays = PostRow(key="stays", team_id="T1", channel_id=desk.channel, intended_at=clock.now())
    lost = stays.model_copy(update={"key": "lost", "incident_id": incident.id})
    with storage.begin() as records:
        records.posts.intend(stays)
        records.posts.intend(lost)
    clock.advance(days=JOBS_KEPT.days, minutes=1)
    prune(desk.world)
    with storage.read() as records:
        assert lost in records.posts.of(incident.id)

    forget(desk.world, incident.id, desk.maya)
    prune(desk.world)
    with storage.read() as records:
        assert lost in records.posts.of(incident.id)

    _settle_without_slack(desk)
    prune(desk.world)
    with storage.read() as records:
        assert records.posts.of(incident.id) == ()
        assert records.posts.get("stays") == stays


def _settle_without_slack(desk: Desk) -> None:
    """The posts are taken back, as far as Slack lets us: one whose place is unknown stays a row."""
    Worker(
        desk.world.storage,
        desk.clock,
        dict.fromkeys(handlers(desk.world), lambda _job, _keep: None),
        owner="t",
    ).run_due()
