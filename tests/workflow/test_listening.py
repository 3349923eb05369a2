"""What of an event must outlive a power cut, since Slack would not tell it again."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.events import Event, MessageDeleted, MessageSeen, ReactionChanged
from bot.domain.transcript import Message, as_ts
from bot.ports import Records
from bot.workflow.listen import record
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, a_desk


class Noted(Database):
    """Hands transactions on and notes which ones must last."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self.lasting: list[bool] = []

    def begin(self, *, lasting: bool = True) -> AbstractContextManager[Records]:  # type: ignore[override]  # the port's type
        """The other's transaction."""
        self.lasting.append(lasting)
        return self._inner.begin(lasting=lasting)

    def read(self) -> AbstractContextManager[Records]:  # type: ignore[override]  # the same
        """The other's."""
        return self._inner.read()

    def hear(self, event_id: str, message: Message, **more: Any) -> bool:
        """The other's short way, which need not last."""
        heard = self._inner.hear(event_id, message, **more)
        if heard:
            self.lasting.append(False)
        return heard


def _lasting(desk: Desk, event: Event) -> list[bool]:
    noted = Noted(desk.world.storage)  # type: ignore[arg-type]  # a desk's storage is a Database
    assert record(replace(desk.world, storage=noted), f"Ev{event!r}", event)
    return noted.lasting


def _said(desk: Desk, **more: object) -> MessageSeen:
    fields = {"channel_id": desk.channel, "ts": as_ts(desk.clock.now()), "author_id": desk.maya}
    return MessageSeen(message=Message.model_validate(fields | {"text": "It is down."} | more))


def test_a_new_message_need_not_wait_for_the_disk(storage: Database, clock: ManualClock) -> None:
    """Reading the channel brings it again, in a thread as outside; it is stored all the same."""
    desk = a_desk(storage, clock)
    root = _said(desk)
    assert _lasting(desk, root) == [False]
    clock.advance(seconds=1)
    assert _lasting(desk, _said(desk, thread_ts=root.message.ts)) == [False]
    with storage.read() as records:
        said = records.messages.in_channel(desk.world.team_id, desk.channel, oldest="0.0", latest="9" * 10)
    assert len(said) == 2


@pytest.mark.parametrize("more", [{"edited_ts": "1763722900.000000"}, {"deleted": True, "text": ""}])
def test_an_edit_and_a_tombstone_last(storage: Database, clock: ManualClock, more: dict[str, object]) -> None:
    """A thread that was read is not read again for them."""
    assert _lasting(a_desk(storage, clock), _said(a_desk(storage, clock), **more)) == [True]


def test_deletions_and_gestures_last(storage: Database, clock: ManualClock) -> None:
    """Slack tells of them once."""
    desk = a_desk(storage, clock)
    ts = _said(desk).message.ts
    assert _lasting(desk, MessageDeleted(channel_id=desk.channel, ts=ts)) == [True]
    reaction = ReactionChanged(
        channel_id=desk.channel, ts=ts, emoji="white_check_mark", user_id=desk.maya, added=True, event_ts=ts
    )
    assert _lasting(desk, reaction) == [True]


def test_a_reply_to_a_draft_lasts(storage: Database, clock: ManualClock) -> None:
    """It edits the postmortem, and nobody would read it again."""
    desk = a_desk(storage, clock)
    desk.resolved()
    desk.jump(hours=2)
    with storage.read() as records:
        incident = records.incidents.recent(desk.world.team_id, visible=None, limit=1)[0]
    assert incident.card_ts is not None
    assert _lasting(desk, _said(desk, thread_ts=incident.card_ts)) == [True]
