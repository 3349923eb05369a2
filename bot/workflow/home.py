"""What one person's Home shows: only what they may see, read in one short transaction.

It is drawn when they open it and after what they do there; for a week it follows what changes
(`bot/workflow/homes.py`). What they may see is asked anew each time.
"""

from __future__ import annotations

import hashlib
from itertools import islice

from bot.domain.incident import Incident, Status
from bot.domain.postmortem import ActionState
from bot.domain.review import Decision, approvals
from bot.errors import ChatError, NotAllowed
from bot.ports import Home, Records
from bot.workflow.access import visible_channels
from bot.workflow.actions import today_of
from bot.workflow.world import World

OPEN, WAITING, ITEMS, PUBLISHED = 10, 8, 8, 5
"""How many of each are shown."""
_LOOKED_THROUGH = 100


def show_home(world: World, user_id: str, note: str = "") -> None:
    """Draw somebody's Home as it is now. `note` is a line about what they just did.

    Raises:
        Retryable, ChatError: Slack or the database does not answer.
    """
    try:
        home: Home | None = home_of(world, user_id)
    except NotAllowed:
        home = None
    draw(world, user_id, home, note)


def draw(world: World, user_id: str, home: Home | None, note: str = "") -> None:
    """Draw a Home, None for somebody who may see nothing, and remember what it shows. Raises as
    `show_home`."""
    world.poster.show_home(user_id, home, note=note)
    with world.storage.begin() as records:
        records.homes.show(world.team_id, user_id, digest(home))


def opened(world: World, user_id: str) -> None:
    """Somebody opened their Home: it follows what changes from now on. Raises as `show_home`."""
    with world.storage.begin() as records:
        records.homes.look(world.team_id, user_id, at=world.clock.now())
    show_home(world, user_id)


def digest(home: Home | None) -> str:
    """What tells a Home from another."""
    return hashlib.sha256(repr(home).encode()).hexdigest()


def home_of(world: World, user_id: str) -> Home:
    """Everything for somebody's Home.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    visible = visible_channels(world, user_id)
    return seen(world, user_id, visible=visible, reviews=user_id in reviewers(world))


def seen(world: World, user_id: str, *, visible: frozenset[str], reviews: bool) -> Home:
    """The Home of a full member who is in these private channels. `reviews` says that all reviews wait for
    them, not only those of the postmortems they see through."""
    today = today_of(world, user_id)
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


def reviewers(world: World) -> frozenset[str]:
    """Who is in the reviewers' group; where there is none, reviews wait for their owners."""
    group = world.policy.reviewers
    if not group:
        return frozenset()
    try:
        return world.directory.group(group)
    except ChatError:
        return frozenset()  # a group that cannot be read lets nobody in: the doctor tells the operator


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
