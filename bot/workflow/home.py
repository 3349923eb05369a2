"""What one person's Home shows: only what they may see, read in one short transaction.

It is drawn when they open it and after what they do there; for a week it follows what changes
(`bot/workflow/homes.py`). What they may see is asked anew each time.

Slack keeps whichever of two drawings reaches it last, and that may be the one that was read first: by a
process that was slower. (Its `hash` would refuse one of them only to who knows the other's, and is told to
whoever drew, not to who draws next.) So each notes that it begins, then reads, draws, and looks whether
another began meanwhile: if so, it draws again what is true by then. Where two were on their way at once, one
of which may have been cut off, the Homes are looked through once more a little later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from itertools import islice
from uuid import uuid4

from bot.domain.incident import Incident, Status
from bot.domain.postmortem import ActionState
from bot.domain.review import Decision, approvals
from bot.errors import ChatError, NotAllowed
from bot.ports import Home, Records
from bot.workflow.access import member
from bot.workflow.actions import today_of
from bot.workflow.membership import inside
from bot.workflow.turned import notice_private
from bot.workflow.world import World, follow_homes

OPEN, WAITING, ITEMS, PUBLISHED = 10, 8, 8, 5
"""How many of each are shown."""
_LOOKED_THROUGH = 100
TRIES = 3
"""Drawings in a row, each overtaken by another, until the rest is left to the job."""
Reading = Callable[[], Home | None]
"""Reads what a Home shows now; None for somebody who may see nothing."""


def show_home(world: World, user_id: str, note: str = "") -> None:
    """Draw somebody's Home, at which they look, as it is now: it follows what changes from then on. `note`
    is a line about what they just did.

    Raises:
        Retryable, ChatError: Slack or the database does not answer.
    """
    with world.storage.begin() as records:
        records.homes.look(world.team_id, user_id, at=world.clock.now())
    draw(world, user_id, partial(_now, world, user_id), note)


def draw(world: World, user_id: str, read: Reading, note: str = "") -> None:
    """Draw what `read` finds, and again what is true by then where another drawing began meanwhile.
    Remembers what it shows. Raises as `show_home`."""
    for _ in range(TRIES):
        if _drawn(world, user_id, read, note):
            return
        read = partial(_now, world, user_id)


def _drawn(world: World, user_id: str, read: Reading, note: str) -> bool:
    """Whether nobody else began to draw it since."""
    mark = uuid4().hex
    with world.storage.begin() as records:
        is_alone = records.homes.begin(world.team_id, user_id, mark)
    home = read()
    world.poster.show_home(user_id, home, note=note)
    with world.storage.begin() as records:
        shown = digest(home) if is_alone else ""
        is_last = records.homes.show(world.team_id, user_id, shown, mark=mark)
        if not (is_alone and is_last):
            follow_homes(records, world)
    return is_last


def _now(world: World, user_id: str) -> Home | None:
    try:
        return home_of(world, user_id)
    except NotAllowed:
        return None


def digest(home: Home | None) -> str:
    """What tells a Home from another."""
    return hashlib.sha256(repr(home).encode()).hexdigest()


def home_of(world: World, user_id: str) -> Home:
    """Everything for somebody's Home. Slack is asked, once, for the members of each private channel of which
    it would name an incident, and of no other: it names none of a channel that they are not in now.

    Raises:
        NotAllowed: a guest, somebody of another company, a bot or a deactivated account.
    """
    member(world, user_id)
    notice_private(world)
    reviews, sure = user_id in reviewers(world), frozenset[str]()
    with world.storage.read() as records:
        possible = frozenset(records.incidents.private_channels(world.team_id))
    while True:
        home = seen(world, user_id, visible=possible, reviews=reviews)
        asked = private_channels_of(home) - sure
        if not asked:
            return home
        inside_now = frozenset(one for one in asked if is_in(world, user_id, one))
        sure, possible = sure | inside_now, possible - (asked - inside_now)


def is_in(world: World, user_id: str, channel_id: str) -> bool:
    """Whether somebody is in a channel now, or was last, where Slack does not tell any more."""
    found = inside(world, channel_id)
    return found is not None and user_id in found.members


def private_channels_of(home: Home) -> frozenset[str]:
    """The channels of the private incidents that a Home names."""
    incidents = (*home.open, *home.waiting, *home.published, *(one.incident for one in home.items))
    return frozenset(one.channel_id for one in incidents if one.is_private)


def seen(world: World, user_id: str, *, visible: frozenset[str], reviews: bool) -> Home:
    """The Home of a full member who is in these private channels. `reviews` says that all reviews wait for
    them, not only those of the postmortems they see through."""
    today = today_of(world, user_id)
    with world.storage.read() as records:

        def standing(*statuses: Status, limit: int) -> tuple[Incident, ...]:
            return records.incidents.standing(world.team_id, *statuses, visible=visible, limit=limit)

        # more where channels may turn out to be closed to them, so that these crowd nothing out
        reviewed = standing(Status.IN_REVIEW, limit=_LOOKED_THROUGH + len(visible))
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
