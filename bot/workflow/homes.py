"""Homes that follow what changes: one job for all that changes within a while, for who looked lately.

It asks Slack little, since changes come in bursts and Homes are many: who is in the reviewers' group once,
and who is in a private channel once, right before a Home that names an incident of it is drawn. Whether
a Home looks different is told by who was last known to be there: somebody who joined since sees what is
theirs when they open it next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bot.domain.job import Job
from bot.domain.transcript import Person
from bot.errors import ChatError, NotAllowed
from bot.log import get_logger
from bot.ports import Home
from bot.workflow.access import full_member, member
from bot.workflow.home import digest, draw, private_channels_of, reviewers, seen
from bot.workflow.membership import inside
from bot.workflow.turned import notice_private
from bot.workflow.world import HOMES_FOLLOW, HOMES_MOST, World


def redraw_homes(world: World, job: Job) -> None:
    """Job: bring the Homes that were opened lately to what is true now. Slack takes about a hundred a
    minute (views.publish, Tier 4); where it takes no more, the next attempt goes on with the rest."""
    del job
    since = world.clock.now() - HOMES_FOLLOW
    with world.storage.read() as records:
        looked = records.homes.lately(world.team_id, since=since, limit=HOMES_MOST)
    if looked:
        notice_private(world)
    around = _Round(world) if looked else None
    for user_id, shown in looked:
        if around is not None and digest(around.home(user_id)) != shown:
            _redraw(world, around, user_id)


class _Round:
    """What is asked once for all Homes of a round."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._reviewers = reviewers(world)
        self._known = _last_known(world)
        self._now: dict[str, frozenset[str]] = {}

    def home(self, user_id: str) -> Home | None:
        """Somebody's Home, by who was last known to be where, and to be what, when the round began."""
        known = partial(full_member, self._world.directory.person(user_id))
        return self._seen(user_id, _channels_of(user_id, self._known), known)

    def fresh(self, user_id: str) -> Home | None:
        """Somebody's Home to be drawn, of private incidents only what they may see at this moment: they are
        in the channel by what Slack said in this round, and nobody has told that they left it since."""
        now = partial(member, self._world, user_id)
        home = self._seen(user_id, _channels_of(user_id, _last_known(self._world)), now)
        named = private_channels_of(home) if home else frozenset()
        if not named:
            return home
        inside_now = frozenset(one for one in named if self._is_in(user_id, one))
        return self._seen(user_id, inside_now, now)

    def _seen(self, user_id: str, visible: frozenset[str], who: Callable[[], Person]) -> Home | None:
        try:
            who()
        except NotAllowed:
            return None
        return seen(self._world, user_id, visible=visible, reviews=user_id in self._reviewers)

    def _is_in(self, user_id: str, channel_id: str) -> bool:
        if channel_id not in self._now:
            found = inside(self._world, channel_id)
            self._now[channel_id] = found.members if found else frozenset()
        return user_id in self._now[channel_id]


def _last_known(world: World) -> dict[str, frozenset[str]]:
    with world.storage.read() as records:
        private = records.incidents.private_channels(world.team_id)
        found = {channel: records.members.get(world.team_id, channel) for channel in private}
    return {channel: known.members for channel, known in found.items() if known is not None}


def _channels_of(user_id: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(channel for channel, people in known.items() if user_id in people)


def _redraw(world: World, around: _Round, user_id: str) -> None:
    try:
        draw(world, user_id, partial(around.fresh, user_id))
    except ChatError as error:
        get_logger("home").info("home_not_drawn", error=error.code)
        with world.storage.begin() as records:
            records.homes.forget(world.team_id, user_id)
