"""What one person's Home shows: only what they may see, read in one short transaction.

It is drawn when they open it, after what they do there, and for a week after they opened it when
something changes: one job for all that changes within a while, which publishes only what looks
different. What they may see is asked anew each time.
"""

from __future__ import annotations

import hashlib
from itertools import islice

from bot.domain.incident import Incident, Status
from bot.domain.job import Job
from bot.domain.postmortem import ActionState
from bot.domain.review import Decision, approvals
from bot.errors import ChatError, NotAllowed
from bot.log import get_logger
from bot.ports import Home, Records
from bot.workflow.access import visible_channels
from bot.workflow.actions import today_of
from bot.workflow.world import HOMES_FOLLOW, HOMES_MOST, World

OPEN, WAITING, ITEMS, PUBLISHED = 10, 8, 8, 5
"""How many of each are shown."""
_LOOKED_THROUGH = 100


def show_home(world: World, user_id: str, note: str = "") -> None:
    """Draw somebody's Home as it is now. `note` is a line about what they just did.

    Raises:
        Retryable, ChatError: Slack or the database does not answer.
    """
    home = _home(world, user_id)
    world.poster.show_home(user_id, home, note=note)
    with world.storage.begin() as records:
        records.homes.show(world.team_id, user_id, _digest(home))


def opened(world: World, user_id: str) -> None:
    """Somebody opened their Home: it follows what changes from now on. Raises as `show_home`."""
    with world.storage.begin() as records:
        records.homes.look(world.team_id, user_id, at=world.clock.now())
    show_home(world, user_id)


def redraw_homes(world: World, job: Job) -> None:
    """Job: bring the Homes that were opened lately to what is true now. Slack takes about a hundred a
    minute (views.publish, Tier 4); where it takes no more, the next attempt goes on with the rest."""
    del job
    since = world.clock.now() - HOMES_FOLLOW
    with world.storage.read() as records:
        looked = records.homes.lately(world.team_id, since=since, limit=HOMES_MOST)
    for user_id, shown in looked:
        if _digest(_home(world, user_id)) != shown:
            _redraw(world, user_id)


def _redraw(world: World, user_id: str) -> None:
    try:
        show_home(world, user_id)
    except ChatError as error:
        get_logger("home").info("home_not_drawn", error=error.code)
        with world.storage.begin() as records:
            records.homes.forget(world.team_id, user_id)


def _home(world: World, user_id: str) -> Home | None:
    try:
        return home_of(world, user_id)
    except NotAllowed:
        return None


def _digest(home: Home | None) -> str:
    return hashlib.sha256(repr(home).encode()).hexdigest()


def home_of(world: World, user_id: str) -> Home:
    """Everything for somebody's Home.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    visible = visible_channels(world, user_id)
    reviews, today = _is_reviewer(world, user_id), today_of(world, user_id)
    with world.storage.read() as records:

        def standing(*statuses: Status, limit: int) -> tuple[Incident, ...]:
            return records.incidents.standing(world.team_id, *statuses, visible=visible, limit=limit)

        reviewed = standing(Status.IN_REVIEW, limit=_LOOKED_THROUGH)
        return Home(
            today=today,
            open=standing(Status.OPEN, limit=OPEN + 1),
            waiting=tuple(
                islice(
                    (one for one in reviewed if _waits(records, one, user_id, reviews=reviews)), WAITING + 1
                )
            ),
            items=records.actions.listed(
                world.team_id, ActionState.ACCEPTED, visible=visible, owner_id=user_id, limit=ITEMS + 1
            ),
            published=standing(Status.PUBLISHED, limit=PUBLISHED),
        )


def _is_reviewer(world: World, user_id: str) -> bool:
    """Whether somebody is in the reviewers' group; where there is none, reviews wait for their owners."""
    group = world.policy.reviewers
    if not group:
        return False
    try:
        return user_id in world.directory.group(group)
    except ChatError:
        return False  # a group that cannot be read lets nobody in: the doctor tells the operator


def _waits(records: Records, incident: Incident, user_id: str, *, reviews: bool) -> bool:
    """Whether a review waits for this person: its owner until it is decided, a reviewer until they have
    approved what there is now."""
    if incident.owner_id == user_id:
        return True
    if not reviews or incident.imported:
        return False
    said = records.reviews.of(incident.id)
    if not any(one.user_id == user_id and one.decision is Decision.APPROVED for one in said):
        return True
    latest = records.revisions.latest(incident.id)  # read last: a draft is large
    return latest is not None and user_id not in {one.user_id for one in approvals(said, latest.number)}
