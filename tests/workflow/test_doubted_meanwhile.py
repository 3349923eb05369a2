"""Events are missed while a draft is written, its evidence frozen already, or while it is reviewed."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.posting import ReviewCard
from bot.domain.transcript import Transcript
from bot.ports import Drafted
from bot.workflow.channels import come_back
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


def readings(desk: Desk) -> int:
    """How many readings of the channel were asked for."""
    with desk.world.storage.read() as records:
        return sum(job.kind == "archive" for job in records.jobs.listed())


def test_what_an_outage_hid_from_a_review_shows_on_its_card(storage: Database, clock: ManualClock) -> None:
    """An edit and a deletion while the bot was away: the card tells of both, and the sentence that rested on
    what was deleted is gone."""
    desk = drafted(storage, clock, lambda _desk: None)
    with storage.begin() as records:
        records.inbox.first_seen("Ev1", at=clock.now(), team_id=desk.world.team_id)
    clock.advance(minutes=10)
    edited, deleted = [one.message.ts for one in desk.chat.said[desk.channel] if not one.post]
    desk.chat.edit(desk.channel, edited, "Checkout answers 503 for everybody.")
    desk.chat.delete(desk.channel, deleted)
    come_back(desk.world, "a start")
    desk.jump(minutes=5)
    desk.jump(minutes=1)
    assert told(desk) == "2 messages changed since this draft: 1 edited, 1 deleted."
    with storage.read() as records:
        revision = records.revisions.latest(1)
    assert revision is not None
    assert "Rolled back" not in revision.draft.model_dump_json()


def test_events_that_are_missed_all_the_time_have_a_channel_read_now_and_then(
    storage: Database, clock: ManualClock
) -> None:
    """Slack says so once a minute: a review's channel is read every five."""
    desk = drafted(storage, clock, lambda _desk: None)
    before = readings(desk)
    for _ in range(10):
        missed_events(desk.world)
        desk.jump(minutes=1)
    assert 2 <= readings(desk) - before <= 3


def test_a_channel_that_is_closed_is_not_read_again_and_again(storage: Database, clock: ManualClock) -> None:
    """Once Slack has said no, that is that until somebody drafts again."""
    desk = drafted(storage, clock, lambda _desk: None)
    desk.chat.change_channel(desk.channel, is_archived=True, is_member=False)
    before = readings(desk)
    for _ in range(3):
        missed_events(desk.world)
        desk.jump(minutes=6)
    assert readings(desk) - before == 1
