"""What a Home costs of Slack, and whom it shows what: on a chat in memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.incident import Scope, Status
from bot.ports.incidents import NewIncident
from bot.workflow.access import visible_channels
from bot.workflow.home import OPEN, PUBLISHED, home_of
from bot.workflow.world import World
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.workflow.worlds import a_desk


class Counting(FakeChat):
    """Counts who is asked for whom."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.asked: Counter[str] = Counter()

    def members(self, channel_id: str) -> frozenset[str]:
        """Who is in it, once more."""
        self.asked[channel_id] += 1
        return super().members(channel_id)


class House:
    """A workspace with private incident channels, one incident each, the oldest first."""

    def __init__(self, storage: Database, clock: ManualClock) -> None:
        desk = a_desk(storage, clock)
        self.chat = Counting(clock)
        self.maya = self.chat.add_person("maya")
        self.zoe = self.chat.add_person("zoe")
        self.world: World = replace(desk.world, directory=self.chat, poster=self.chat, history=self.chat)

    def incident(self, status: Status, *people: str, private: bool = True, owner: str | None = None) -> str:
        """One more, in a channel of its own; returns what people call it."""
        world, clock = self.world, self.world.clock
        channel = self.chat.add_channel("incident-x", members=people, private=private)
        with world.storage.begin() as records:
            number = len(records.incidents.recent(world.team_id, visible=None, limit=1_000))
            new = records.incidents.create(
                NewIncident(
                    team_id=world.team_id,
                    channel_id=channel,
                    scope=Scope.CHANNEL,
                    title="Checkout is down",
                    started_at=clock.now() + timedelta(minutes=number),
                    since_ts="1.0",
                    is_private=private,
                )
            )
            there = new.model_copy(update={"status": status, "owner_id": owner})
            return records.incidents.replace(there).key


@pytest.fixture
def house(storage: Database, clock: ManualClock) -> House:
    """Nothing has happened in it yet."""
    return House(storage, clock)


def test_only_channels_of_which_something_is_shown_are_asked_for(house: House) -> None:
    """Of twenty, for somebody who is in all of them: the newest published ones, each once."""
    keys = [house.incident(Status.PUBLISHED, house.maya) for _ in range(20)]
    home = home_of(house.world, house.maya)
    assert [one.key for one in home.published] == keys[: -PUBLISHED - 1 : -1]
    assert (house.chat.asked.total(), max(house.chat.asked.values())) == (PUBLISHED, 1)
    house.chat.asked.clear()
    visible_channels(house.world, house.maya)
    assert house.chat.asked.total() == 20


def test_what_is_closed_to_somebody_makes_way_for_what_is_not(house: House) -> None:
    """Zoe is in the older half: she sees of it as much as there is room for, and nothing of the other."""
    mine = [house.incident(Status.OPEN, house.maya, house.zoe) for _ in range(12)]
    for _ in range(12):
        house.incident(Status.OPEN, house.maya)
    public = house.incident(Status.PUBLISHED, house.maya, private=False)
    home = home_of(house.world, house.zoe)
    assert [one.key for one in home.open] == mine[: -OPEN - 2 : -1]
    assert [one.key for one in home.published] == [public]
    assert max(house.chat.asked.values()) == 1


def test_who_has_just_left_sees_nothing_and_who_has_just_come_sees_it(house: House) -> None:
    """What Slack says at this moment counts, not what it said at the last drawing."""
    key = house.incident(Status.IN_REVIEW, house.maya, owner=house.maya)
    assert [one.key for one in home_of(house.world, house.maya).waiting] == [key]
    for people in house.chat.inside.values():
        people.discard(house.maya)
    assert home_of(house.world, house.maya).waiting == ()
    for people in house.chat.inside.values():
        people.add(house.maya)
    assert [one.key for one in home_of(house.world, house.maya).waiting] == [key]


def test_reviews_of_others_crowd_nothing_out(house: House) -> None:
    """A hundred and twenty closed channels with newer reviews: what waits for her is found."""
    key = house.incident(Status.IN_REVIEW, house.zoe, owner=house.zoe)
    for _ in range(120):
        house.incident(Status.IN_REVIEW, house.maya, owner=house.maya)
    assert [one.key for one in home_of(house.world, house.zoe).waiting] == [key]
    assert house.chat.asked.total() == 1
