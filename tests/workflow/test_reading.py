"""Reading long transcripts: what it costs in memory, and what Slack may do to a page."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.incident import Incident, StartRequest
from bot.domain.transcript import Message
from bot.ports import ArchiveState, Page
from bot.workflow import starting
from bot.workflow.archive import ROUNDS, is_whole, read_transcript, shortcomings
from bot.workflow.listen import missed_events
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
    asked = 0
    happens: Sequence[Callable[[], None]] = ()
    """What comes in between whenever a page is asked for."""

    def history(
        self, channel_id: str, *, oldest: str, latest: str, cursor: str = "", limit: int = 200
    ) -> Page:
        """The next page, newest first."""
        self.asked += 1
        for happens in self.happens:
            happens()
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


def test_where_slack_drops_events_all_the_time_a_reading_ends_and_says_so(
    storage: Database, clock: ManualClock
) -> None:
    """The first page's time included, of which nothing was stored yet; and what is asked for once more later
    reads once more."""
    room = a_room(storage, clock, 50)
    room.history.happens = [lambda: missed_events(room.world)]
    state = room.read("draft")
    assert (room.history.asked, state.complete, state.is_doubted) == (ROUNDS, True, True)
    assert "Events from Slack were missed" in " ".join(shortcomings(state))

    room.history.happens = ()
    state = room.read("draft")
    assert (room.history.asked, state.is_doubted) == (ROUNDS + 1, False)
    assert shortcomings(state) == ()
    assert room.read("draft") == state
    assert room.history.asked == ROUNDS + 1


def test_a_doubt_in_the_middle_of_a_long_thread_counts_for_what_was_read_of_it(
    storage: Database, clock: ManualClock
) -> None:
    """Its first page was read before the doubt, its last one after: it is read again."""
    desk = a_desk(storage, clock)
    incident = starting.start(desk.world, desk.channel, desk.maya, StartRequest(title="Long"))
    clock.advance(minutes=1)
    root = desk.chat.say(desk.channel, desk.maya, "Orders fail.")
    replies = [desk.chat.say(desk.channel, desk.maya, f"line {n}", thread=root) for n in range(250)]
    clock.advance(minutes=10)
    pages = list[str]()

    def kept() -> None:
        pages.append("")
        if len(pages) == 2:  # the roots, and the first page of the thread
            desk.chat.edit(desk.channel, replies[0], "It is the pool.")
            missed_events(desk.world)

    read_transcript(desk.world, incident, "draft", kept)
    with storage.read() as records:
        first = records.messages.get(desk.world.team_id, desk.channel, replies[0])
    assert first is not None
    assert first.text == "It is the pool."
    assert len(pages) == 2 * 3
