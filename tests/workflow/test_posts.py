"""Saying something exactly once, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.posting import Line, Post
from bot.errors import Retryable
from bot.ports import Clock, Place, Posted
from bot.workflow.posts import post_once
from bot.workflow.world import World
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.workflow.worlds import a_desk

KEY = "hello:C1"


class SlowChat(FakeChat):
    """Slack, while whose answer is on its way another worker wants the same message."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.world: World | None = None
        self.refused: list[Retryable] = []

    def post(self, key: str, place: Place, post: Post) -> Posted:
        """Post, after somebody else has tried to."""
        world, self.world = self.world, None
        if world is not None:
            with pytest.raises(Retryable) as refused:
                _say(world, place.channel_id)
            self.refused.append(refused.value)
        return super().post(key, place, post)


def _say(world: World, channel_id: str) -> Posted:
    return post_once(world, KEY, Place(channel_id=channel_id), Line(text="Hello!"), incident_id=None)


def _world(storage: Database, clock: ManualClock) -> tuple[World, SlowChat, str]:
    chat = SlowChat(clock)
    channel = chat.add_channel("incident-slow")
    world = replace(a_desk(storage, clock).world, history=chat, directory=chat, poster=chat)
    return world, chat, channel


def test_two_workers_post_a_message_once(storage: Database, clock: ManualClock) -> None:
    """The second does not look for what the first has not posted yet: it comes again, and finds it."""
    world, chat, channel = _world(storage, clock)
    chat.world = world
    posted = _say(world, channel)
    assert [error.retry_after for error in chat.refused] == [1.0]
    assert _say(world, channel) == posted
    assert len(chat.said[channel]) == 1


def test_a_lost_answer_is_found_at_once(storage: Database, clock: ManualClock) -> None:
    """Nobody else is posting it, so that the next attempt need not wait."""
    world, chat, channel = _world(storage, clock)
    chat.lose_next_answer()
    with pytest.raises(Retryable):
        _say(world, channel)
    _say(world, channel)
    assert len(chat.said[channel]) == 1


def test_what_a_crash_left_is_taken_over_after_the_lease(storage: Database, clock: ManualClock) -> None:
    """Until then it may still be posted by somebody who is only slow."""
    world, chat, channel = _world(storage, clock)

    class PowerCut(BaseException):
        """No code of ours sees it coming."""

    chat.fail_next(PowerCut())  # type: ignore[arg-type]  # ends the attempt, as SIGKILL would
    with pytest.raises(PowerCut):
        _say(world, channel)
    with pytest.raises(Retryable):
        _say(world, channel)
    clock.advance(seconds=world.policy.lease / timedelta(seconds=1))
    _say(world, channel)
    assert len(chat.said[channel]) == 1
