"""A channel became private and nobody was told: whichever way somebody asks first, Slack is asked before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.incident import StartRequest
from bot.errors import Retryable
from bot.workflow import browse
from bot.workflow.access import may_see
from bot.workflow.home import home_of
from bot.workflow.searching import find
from bot.workflow.starting import start
from bot.workflow.statistics import statistics
from bot.workflow.turned import notice_private
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.workflow.worlds import Desk, a_desk

SURFACES: dict[str, Callable[[Desk, str], object]] = {
    "list": lambda desk, who: browse.recent(desk.world, who),
    "search": lambda desk, who: find(desk.world, who, "checkout").hits,
    "statistics": lambda desk, who: statistics(desk.world, who, "all").total,
    "home": lambda desk, who: home_of(desk.world, who).open,
    "show": lambda desk, who: browse.opened(desk.world, 1, who),
}


@pytest.mark.parametrize("surface", SURFACES)
def test_nobody_outside_is_shown_an_incident_whose_channel_turned(
    storage: Database, clock: ManualClock, surface: str
) -> None:
    """Members see it as before, and it is private from then on."""
    desk, ask = a_desk(storage, clock), SURFACES[surface]
    zoe = desk.chat.add_person("zoe")
    incident = start(desk.world, desk.channel, desk.maya, StartRequest(title="Checkout is down"))
    desk.jump(minutes=1)
    assert ask(desk, zoe)

    desk.chat.change_channel(desk.channel, is_private=True)

    assert not ask(desk, zoe)
    assert not may_see(desk.world, incident, zoe)
    assert ask(desk, desk.maya)
    assert browse.recent(desk.world, desk.maya)[0].is_private


def test_the_next_incident_of_a_channel_that_turned_begins_as_private(
    storage: Database, clock: ManualClock
) -> None:
    """Though what is stored of the channel said otherwise until somebody asked."""
    desk = a_desk(storage, clock)
    zoe = desk.chat.add_person("zoe")
    desk.resolved()
    desk.chat.change_channel(desk.channel, is_private=True)
    notice_private(desk.world)

    second = start(desk.world, desk.channel, desk.maya, StartRequest(title="Checkout again"))

    assert second.is_private
    assert browse.recent(desk.world, zoe) == ()


class Away(FakeChat):
    """A Slack that tells nothing of its channels."""

    def private_channels(self) -> frozenset[str]:
        """Nothing."""
        raise Retryable("Slack is away")


def test_where_slack_is_away_what_was_known_counts(sqlite_storage: Database, clock: ManualClock) -> None:
    """Looking something up does not fail for it."""
    desk = a_desk(sqlite_storage, clock)
    desk.world = a_desk(sqlite_storage, clock, directory=Away(clock)).world
    assert notice_private(desk.world) == frozenset()
