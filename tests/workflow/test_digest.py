"""The digest: once a month, on time or late, of public incidents only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.incident import Scope, Status
from bot.domain.job import JobState
from bot.domain.posting import Figures
from bot.handlers import handlers
from bot.pictures.painter import Painter
from bot.ports import NewIncident
from bot.worker import Worker
from bot.workflow.digest import ask_for_digest
from bot.workflow.erasure import forget
from bot.workflow.holding import restrict
from bot.workflow.turned import made_private
from bot.workflow.world import Policy
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import Said
from tests.workflow.worlds import Desk, a_desk


def a_desk_with_a_digest(
    storage: Database, clock: ManualClock, channel: str = "engineering", **policy: Any
) -> Desk:
    """A desk whose digest goes to #engineering on the first of April at nine."""
    desk = a_desk(storage, clock, policy=Policy(digest_channel=channel, **policy), artist=Painter())
    desk.chat.add_channel("engineering", members=[desk.maya])
    return desk


def an_incident(desk: Desk, *, day: int, channel: str = "", **given: Any) -> None:
    """One of March."""
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    usual = {
        "team_id": desk.world.team_id,
        "channel_id": channel or desk.channel,
        "scope": Scope.THREAD,
        "root_ts": f"{day}.000001",
        "title": f"Trouble on day {day}",
        "started_at": at,
        "since_ts": "0",
    }
    with desk.world.storage.begin() as records:
        incident = records.incidents.create(NewIncident.model_validate(usual | given))
        records.incidents.replace(incident.model_copy(update={"status": Status.PUBLISHED}))


def digests(desk: Desk) -> list[tuple[Said, Figures]]:
    """What was posted."""
    said = [one for room in desk.chat.said.values() for one in room]
    return [(one, one.post) for one in said if isinstance(one.post, Figures)]


def jobs(desk: Desk, *states: JobState) -> list[str]:
    with desk.world.storage.read() as records:
        return [job.key for job in records.jobs.listed(*states) if job.kind == "digest"]


def test_the_digest_of_a_month_is_posted_once_with_its_picture(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """However often it is asked for; the next one is asked for at once."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    for day in (3, 9, 9 + 7):
        an_incident(desk, day=day)
    for _ in range(3):
        ask_for_digest(desk.world)
    assert len(jobs(desk)) == 1
    clock.set(datetime(2026, 4, 1, 8, 59, tzinfo=UTC))
    desk.settle()
    assert digests(desk) == []
    desk.jump(minutes=1)
    ((said, post),) = digests(desk)
    assert (post.title, post.overview.total, post.overview.private) == ("Incidents in March 2026", 3, 0)
    assert desk.chat.rooms[said.message.channel_id].name == "engineering"
    (file,) = desk.chat.files
    assert (file.name, file.place.thread_ts) == ("incidents-2026-03.png", said.message.ts)
    assert file.words.startswith("Incidents, April 2025 to March 2026.")
    assert jobs(desk, JobState.WAITING) == [f"digest:{desk.world.team_id}:2026-04"]


def test_several_processes_post_one_digest(storage: Database, clock: ManualClock) -> None:
    """Each asks for it and each works; there is one job, one post and one picture."""
    desk = a_desk_with_a_digest(storage, clock)
    an_incident(desk, day=3)
    others = [Worker(storage, clock, handlers(desk.world), owner=f"process {n}") for n in range(3)]
    for _ in others:
        ask_for_digest(desk.world)
    clock.set(datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    taken = [worker.run_due() for worker in (*others, desk.worker)]
    assert sum(taken) == 1
    assert (len(digests(desk)), len(desk.chat.files)) == (1, 1)


def test_private_and_restricted_incidents_are_not_counted(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Nor those of a channel that has become private without our hearing of it."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    secret = desk.chat.add_channel("incident-secret", members=[desk.maya], private=True)
    turned = desk.chat.add_channel("incident-turned", members=[desk.maya])
    an_incident(desk, day=3)
    an_incident(desk, day=4, restricted=True)
    an_incident(desk, day=5, channel=secret, is_private=True)
    an_incident(desk, day=6, channel=turned)
    desk.chat.change_channel(turned, is_private=True)
    ask_for_digest(desk.world)
    desk.jump(days=31)
    ((_, post),) = digests(desk)
    assert post.overview.total == 1


@pytest.mark.parametrize("end", ["private", "restricted", "forgotten"])
def test_a_posted_digest_loses_what_may_not_be_told_any_more(
    sqlite_storage: Database, clock: ManualClock, end: str
) -> None:
    """The post is brought up to date; nothing further is posted."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    turned = desk.chat.add_channel("incident-turned", members=[desk.maya])
    an_incident(desk, day=3)
    an_incident(desk, day=6, channel=turned)
    ask_for_digest(desk.world)
    desk.jump(days=31)
    ((_, before),) = digests(desk)
    assert before.overview.total == 2
    if end == "private":
        desk.chat.change_channel(turned, is_private=True)
        with desk.world.storage.begin() as records:
            made_private(records, desk.world, turned)
    elif end == "restricted":
        restrict(desk.world, 2, desk.maya, on=True)
    else:
        forget(desk.world, 2, desk.maya)
    desk.settle()
    ((_, post),) = digests(desk)
    assert post.overview.total == 1


def test_a_digest_missed_is_posted_late(sqlite_storage: Database, clock: ManualClock) -> None:
    """Nobody was there on the day; it still tells of its month, and so does the next one."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    an_incident(desk, day=3)
    ask_for_digest(desk.world)
    clock.set(datetime(2026, 5, 20, tzinfo=UTC))
    ask_for_digest(desk.world)
    desk.settle()
    ((_, post),) = digests(desk)
    assert post.title == "Incidents in March 2026"
    assert jobs(desk, JobState.WAITING) == [f"digest:{desk.world.team_id}:2026-05"]


def test_a_lost_answer_posts_no_second_digest(sqlite_storage: Database, clock: ManualClock) -> None:
    """The message is looked for before it is posted again."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    ask_for_digest(desk.world)
    clock.set(datetime(2026, 4, 1, 9, 0, tzinfo=UTC))
    desk.chat.lose_next_answer()
    desk.settle()
    desk.jump(minutes=10)
    assert len(digests(desk)) == 1


def test_a_month_without_incidents_has_a_short_digest(sqlite_storage: Database, clock: ManualClock) -> None:
    """Good news is news; there is nothing to draw."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    ask_for_digest(desk.world)
    desk.jump(days=31)
    ((_, post),) = digests(desk)
    assert post.overview.total == 0
    assert desk.chat.files == []


def test_moving_the_digest_moves_the_one_that_waits(sqlite_storage: Database, clock: ManualClock) -> None:
    """To an earlier day or a later one, and still once."""
    desk = a_desk_with_a_digest(sqlite_storage, clock, digest_day=20)
    ask_for_digest(desk.world)
    earlier = a_desk(sqlite_storage, clock, policy=Policy(digest_channel="engineering", digest_day=10))
    earlier.chat.add_channel("engineering")
    ask_for_digest(earlier.world)
    clock.set(datetime(2026, 3, 10, 9, 0, tzinfo=UTC))
    later = a_desk(sqlite_storage, clock, policy=Policy(digest_channel="engineering", digest_day=12))
    later.chat.add_channel("engineering")
    later.settle()
    assert digests(later) == []
    later.jump(days=2)
    assert [post.title for _, post in digests(later)] == ["Incidents in February 2026"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [({"is_shared": True}, "shared with another company"), ({"name": "elsewhere"}, "There is no channel")],
)
def test_a_channel_that_will_not_do_buries_the_digest_with_the_reason(
    sqlite_storage: Database, clock: ManualClock, facts: dict[str, Any], told: str
) -> None:
    """`postmortem jobs` tells it; nothing is posted."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    room = next(one.id for one in desk.chat.rooms.values() if one.name == "engineering")
    desk.chat.change_channel(room, **facts)
    ask_for_digest(desk.world)
    desk.jump(days=31)
    assert digests(desk) == []
    with desk.world.storage.read() as records:
        (job,) = records.jobs.listed(JobState.BURIED)
    assert told in (job.last_error or "")


def test_a_public_channel_is_joined(sqlite_storage: Database, clock: ManualClock) -> None:
    """Nobody has to invite the bot."""
    desk = a_desk(sqlite_storage, clock, policy=Policy(digest_channel="news"))
    room = desk.chat.add_channel("news", joined=False)
    ask_for_digest(desk.world)
    desk.jump(days=31)
    assert desk.chat.rooms[room].is_member
    assert len(digests(desk)) == 1


def test_without_a_channel_there_is_no_digest(sqlite_storage: Database, clock: ManualClock) -> None:
    """It is off unless asked for, and off again when the setting goes."""
    desk = a_desk_with_a_digest(sqlite_storage, clock)
    ask_for_digest(desk.world)
    silent = a_desk(sqlite_storage, clock)
    ask_for_digest(silent.world)
    silent.jump(days=40)
    assert digests(silent) == []
    assert jobs(silent, JobState.WAITING) == []
