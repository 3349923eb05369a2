"""Events are missed while a draft is written, its evidence frozen already."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.posting import ReviewCard
from bot.domain.transcript import Transcript
from bot.ports import Drafted
from bot.workflow.listen import missed_events
from storage import Database
from tests.clock import ManualClock
from tests.workflow.worlds import Desk, ToldDrafter, a_desk, a_small_draft


class Interrupted(ToldDrafter):
    """Something happens while it writes, of which no event tells."""

    def __init__(self) -> None:
        super().__init__("offline", a_small_draft())
        self.happens: Callable[[], None] = lambda: None

    def draft(self, transcript: Transcript) -> Drafted:
        """The small draft, a while later."""
        self.happens()
        return super().draft(transcript)


def drafted(storage: Database, clock: ManualClock, happens: Callable[[Desk], None]) -> Desk:
    """An incident whose draft was written while that happened, and the next minute."""
    drafter = Interrupted()
    desk = a_desk(storage, clock, drafter=drafter)
    drafter.happens = lambda: happens(desk)
    desk.resolved()
    desk.jump(hours=2)
    desk.jump(minutes=1)
    return desk


def told(desk: Desk) -> str:
    """What the draft's card says of what changed since."""
    with desk.world.storage.read() as records:
        incident = records.incidents.get(1)
    assert incident is not None
    (card,) = [
        one.post for one in desk.chat.own(desk.channel, incident.card_ts) if isinstance(one.post, ReviewCard)
    ]
    return card.changes


def outage(desk: Desk) -> None:
    """An edit and a word of Slack that events were dropped."""
    desk.clock.advance(seconds=20)
    said = next(one for one in desk.chat.said[desk.channel] if "502" in one.message.text)
    desk.chat.edit(desk.channel, said.message.ts, "Checkout answers 503 for everybody.")
    missed_events(desk.world)


def test_an_edit_missed_while_a_draft_is_written_shows_on_its_card(
    storage: Database, clock: ManualClock
) -> None:
    """The channel is read once more behind the draft, which tells what changed since it was frozen."""
    assert told(drafted(storage, clock, outage)) == "1 message changed since this draft: 1 edited."


def test_where_nothing_was_missed_nothing_is_read_again(storage: Database, clock: ManualClock) -> None:
    """The draft's own pass was the last one."""
    desk = drafted(storage, clock, lambda _desk: None)
    with storage.read() as records:
        asked = [job.key for job in records.jobs.listed() if job.kind == "archive"]
    assert asked == ["archive:1:g1"]
    assert told(desk) == ""
