"""Reading long transcripts: what it costs in memory, and what Slack may do to a page."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, replace

from bot.domain.incident import Incident, StartRequest
from bot.domain.transcript import Message
from bot.ports import ArchiveState, Page
from bot.workflow import starting
from bot.workflow.archive import is_whole, read_transcript, shortcomings
from bot.workflow.world import World
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.workflow.worlds import a_desk


class LongHistory(FakeChat):
    """A channel of any length, made up page by page."""

    length = 0
    hidden = False
    leave_out: frozenset[int] = frozenset()

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """The next page, newest first."""
        first = int(cursor or 0)
        newest = self._newest()
        messages = tuple(
            Message(channel_id=channel_id, ts=f"{newest - number}.000000", text=f"line {number} of many")
            for number in range(first, min(first + limit, self.length))
            if number not in self.leave_out
        )
        more = first + limit < self.length
        return Page(
            messages=messages,
            present=tuple(message.ts for message in messages),
            next_cursor=str(first + limit) if more else "",
            hidden=self.hidden and not more,
        )

    def exists(self, channel_id: str, ts: str) -> bool:
        """Whether it was not left out."""
        return self._newest() - int(ts.partition(".")[0]) not in self.leave_out

    def _newest(self) -> int:
        return int(self._clock.now().timestamp()) - 600


@dataclass(frozen=True)
class Room:
    """An incident in a channel with a long past."""

    world: World
    history: LongHistory
    incident: Incident

    def read(self, name: str) -> ArchiveState:
        """One pass."""
        return read_transcript(self.world, self.incident, name, lambda: None)

    def standing(self) -> int:
        """How many messages are stored and not deleted."""
        with self.world.storage.read() as records:
            channel = self.incident.channel_id
            return len(
                records.messages.standing(self.world.team_id, channel, oldest="0", latest="9999999999.0")
            )


def a_room(storage: Database, clock: ManualClock, length: int) -> Room:
    """A channel of that many messages."""
    desk = a_desk(storage, clock)
    history = LongHistory(clock)
    history.length = length
    world = replace(desk.world, history=history)
    incident = starting.start(world, desk.channel, desk.maya, StartRequest(title="Long"))
    return Room(world, history, incident.model_copy(update={"since_ts": "1.000000"}))


def test_memory_does_not_grow_with_the_channel(storage: Database, clock: ManualClock) -> None:
    """A page is held at a time. (50,000 messages: 250 pages, 2 MB more than before.)"""
    room = a_room(storage, clock, 200)
    room.read("a small one")
    peaks = []
    for number, length in enumerate((200, 1_000)):
        room.history.length = length
        tracemalloc.start()
        room.read(f"pass {number}")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert room.standing() == 1_000
    assert peaks[1] < peaks[0] + 300_000  # held, the 800 messages more would be twice that


def test_what_slack_hides_is_not_taken_for_deleted(storage: Database, clock: ManualClock) -> None:
    """A free workspace forgets what is older than 90 days; the archive keeps it and the draft says so."""
    room = a_room(storage, clock, 300)
    room.read("all")
    room.history.length, room.history.hidden = 100, True
    state = room.read("later")

    assert room.standing() == 300
    assert "Slack hides older messages from this workspace." in shortcomings(state)


def test_what_is_missing_in_the_middle_was_deleted(storage: Database, clock: ManualClock) -> None:
    """Also where it stood between two pages."""
    room = a_room(storage, clock, 500)
    room.read("all")
    room.history.leave_out = frozenset({7, 199, 200, 499})
    state = room.read("later")

    assert room.standing() == 496
    assert is_whole(state)
