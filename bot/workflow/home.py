"""What one person's Home shows: only what they may see, read in one short transaction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from bot.domain.incident import Incident, Status
from bot.domain.postmortem import ActionState
from bot.domain.review import Decision, approvals
from bot.errors import ChatError
from bot.ports import Listed, Records
from bot.workflow.access import visible_channels
from bot.workflow.world import World

OPEN, WAITING, ITEMS, PUBLISHED = 10, 8, 8, 5
"""How many of each are shown."""
_LOOKED_THROUGH = 100


@dataclass(frozen=True)
class Home:
    """What is open, what waits for this person, what they promised, and what was learnt last. One more
    than is shown stands for all the others."""

    open: tuple[Incident, ...] = ()
    waiting: tuple[Incident, ...] = ()
    items: tuple[Listed, ...] = ()
    published: tuple[Incident, ...] = ()


def home_of(world: World, user_id: str) -> Home:
    """Everything for somebody's Home.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    visible = visible_channels(world, user_id)
    reviews = _is_reviewer(world, user_id)
    with world.storage.read() as records:

        def standing(*statuses: Status, limit: int) -> tuple[Incident, ...]:
            return records.incidents.standing(world.team_id, *statuses, visible=visible, limit=limit)

        reviewed = standing(Status.IN_REVIEW, limit=_LOOKED_THROUGH)
        return Home(
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
