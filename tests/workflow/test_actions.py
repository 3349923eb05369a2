"""What becomes of action items, whatever happens to their document; and who is reminded of them when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.action import Terms, TrackedItem
from bot.domain.erasure import ERASED
from bot.domain.events import MessageSeen
from bot.domain.incident import Incident, StartRequest, Status
from bot.domain.item_words import ListAsked, Which
from bot.domain.job import JobState
from bot.domain.posting import Action, Line
from bot.domain.postmortem import ActionItem, ActionState, Claim, Commitment, Draft, Postmortem
from bot.domain.sections import lines_of
from bot.errors import NotAllowed, Retryable, UserError
from bot.handlers import handlers
from bot.ports import Home
from bot.publishers.templates import TemplateBook
from bot.worker import Worker
from bot.workflow import actions, erasure, life, listen, redrafting, review, saving
from bot.workflow.dossier import dossier, postmortem, settled
from bot.workflow.home import digest, home_of, show_home
from bot.workflow.membership import left
from bot.workflow.outcomes import redraw_reminders
from bot.workflow.show import labels
from bot.workflow.starting import start
from bot.workflow.turned import made_private
from bot.workflow.world import HOMES_FOLLOW, Policy, World
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat
from tests.workflow.worlds import Desk, ToldDrafter, a_desk

ALERT = ActionItem(text="Add an alert on the connection count.", evidence=(2,), owner="responder 2")
BOOK = ActionItem(text="Write a runbook for failovers.", evidence=(3,), kind=Commitment.COMMITMENT)
SAID = (
    "Checkout answers 502 for everybody.",
    "We should add an alert on the connection count.",
    "I will write a runbook for failovers.",
)
DUE = date(2026, 3, 20)  # a Friday
"""The desk begins on Monday 2026-03-02 at 09:00 UTC."""


def drafted(*items: ActionItem) -> Draft:
    """A draft with these action items."""
    summary = (Claim(text="Checkout answers 502 for everybody.", evidence=(1,)),)
    return Draft(title="Checkout is down", summary=summary, action_items=items)


@dataclass
class Floor:
    """A desk with an incident in review, Ben in its channel and Zoe outside."""

    desk: Desk
    drafter: ToldDrafter
    ben: str
    zoe: str
    number: int = 0

    @property
    def incident(self) -> Incident:
        """The incident as it stands."""
        with self.desk.world.storage.read() as records:
            found = records.incidents.get(self.number)
        assert found is not None
        return found

    def items(self) -> tuple[TrackedItem, ...]:
        """Its action items."""
        with self.desk.world.storage.read() as records:
            return records.actions.of(self.number)

    def item(self, place: int = 1) -> TrackedItem:
        """The one in this line of the document."""
        return next(one for one in self.items() if one.place == place)

    def accept(self, place: int = 1, owner: str | None = None, by: str | None = None, **terms: Any) -> None:
        """Accepted by Maya, for Ben unless said otherwise."""
        agreed = Terms.model_validate({"owner_id": owner or self.ben, "due": DUE} | terms)
        actions.accept(self.desk.world, self.item(place).id, by or self.desk.maya, agreed)
        self.desk.settle()

    def edit(self, section: str, text: str) -> None:
        """Maya rewrites a section in the form."""
        with self.desk.world.storage.read() as records:
            latest = records.revisions.latest(self.number)
        assert latest is not None
        saving.save_sections(self.desk.world, self.number, self.desk.maya, latest.number, {section: text})
        self.desk.settle()

    def lines(self) -> list[str]:
        """The action items as the form shows them."""
        with self.desk.world.storage.read() as records:
            latest = records.revisions.latest(self.number)
        assert latest is not None
        return list(lines_of(latest.draft, "action_items"))

    def shown(self) -> tuple[ActionItem, ...]:
        """The action items as the document shows them."""
        with self.desk.world.storage.read() as records:
            held = dossier(records, self.incident)
        assert held.revision is not None
        return postmortem(held, held.revision, labels(self.desk.world)).action_items

    def told(self, user_id: str) -> list[Line]:
        """The direct messages somebody got about action items."""
        room = user_id.replace("U", "D", 1)
        said = self.desk.chat.own(room) if room in self.desk.chat.said else []
        lines = [one.post for one in said if isinstance(one.post, Line)]
        return [line for line in lines if "action item" in line.text]


def a_floor(storage: Database, clock: ManualClock, **parts: Any) -> Floor:
    """An incident told, resolved and drafted."""
    drafter = ToldDrafter("offline", drafted(ALERT, BOOK))
    desk = a_desk(storage, clock, drafter=drafter, **parts)
    ben = desk.chat.add_person("ben", real_name="Ben Okafor")
    zoe = desk.chat.add_person("zoe", real_name="Zoe Marsh")
    floor = Floor(desk, drafter, ben, zoe)
    floor.number = start(desk.world, desk.channel, desk.maya, StartRequest(title="Checkout is down")).id
    desk.settle()
    for who, text in zip((desk.maya, ben, ben), SAID, strict=True):
        clock.advance(minutes=3)
        desk.chat.say(desk.channel, who, text)
    life.resolve(desk.world, floor.number, desk.maya)
    desk.jump(hours=2)
    assert floor.incident.status is Status.IN_REVIEW
    return floor


@pytest.fixture
def floor(sqlite_storage: Database, clock: ManualClock) -> Floor:
    """A public incident in review."""
    return a_floor(sqlite_storage, clock)


@pytest.fixture
def quiet(sqlite_storage: Database, clock: ManualClock) -> Floor:
    """The same, where nobody is reminded of the review."""
    return a_floor(sqlite_storage, clock, policy=Policy(review_reminder=timedelta(0)))


def test_a_draft_proposes_what_was_said(floor: Floor) -> None:
    """With its kind, and who said it; nothing is promised."""
    alert, book = floor.items()
    assert (alert.text, alert.kind, alert.said_owner) == (ALERT.text, Commitment.IDEA, "responder 2")
    assert (book.kind, book.said_by) == (Commitment.COMMITMENT, "responder 2")
    assert {alert.state, book.state} == {ActionState.PROPOSED}


def test_the_form_begins_with_who_was_said_to_do_it(floor: Floor) -> None:
    """Behind the role is a person, if they could take it on; else it is whoever asks."""
    world = floor.desk.world
    suggested = actions.suggested_terms(world, actions.held(world, floor.item(1).id, floor.desk.maya), "U9")
    assert suggested.owner_id == floor.ben
    floor.desk.chat.people[floor.ben] = floor.desk.chat.people[floor.ben].model_copy(update={"deleted": True})
    for place in (1, 2):
        held = actions.held(world, floor.item(place).id, floor.desk.maya)
        assert actions.suggested_terms(world, held, floor.desk.maya).owner_id == floor.desk.maya


def test_the_document_names_who_accepted_and_nobody_else(floor: Floor) -> None:
    """With what was agreed; the draft itself goes on naming roles."""
    floor.accept(1, priority="high")
    alert, book = floor.shown()
    assert (alert.owner, alert.due, alert.priority, alert.state) == ("Ben Okafor", DUE, "high", "accepted")
    assert (book.owner, book.state) == (None, "proposed")
    assert floor.lines()[0].startswith("Add an alert on the connection count. — owner: responder 2")


def test_an_edit_keeps_what_was_decided(floor: Floor) -> None:
    """The words of the line, of its neighbours and their order may change."""
    floor.accept(1)
    alert, book = floor.lines()
    edited = alert.replace("the connection count", "connections, at 80 % of the pool")
    floor.edit("action_items", f"{book}\nTell support sooner. [1]\n{edited}")
    item = floor.item(3)
    assert (item.owner_id, item.state) == (floor.ben, ActionState.ACCEPTED)
    assert "80 %" in item.text
    assert [one.state for one in floor.shown()] == ["proposed", "proposed", "accepted"]


def test_a_line_removed_withdraws_its_item_until_it_comes_back(floor: Floor) -> None:
    """In no list and no count meanwhile; with its decision afterwards."""
    floor.accept(1)
    whole = "\n".join(floor.lines())
    floor.edit("action_items", floor.lines()[1])
    world = floor.desk.world
    assert [item.place for item in floor.items()] == [1, None]
    assert actions.listed(world, floor.ben, ListAsked(owner_id=floor.ben)) == ()
    (gone,) = (item for item in floor.items() if item.place is None)
    with pytest.raises(UserError, match="not in the postmortem of INC-1 any more"):
        actions.finish(world, gone.id, floor.ben)
    floor.edit("action_items", whole)
    assert floor.item(1).owner_id == floor.ben
    assert len(floor.items()) == 2


def test_a_redraft_keeps_what_was_promised(floor: Floor) -> None:
    """A draft that lost the line gets it back; a declined proposal stays declined; others come and go."""
    world = floor.desk.world
    floor.accept(1)
    actions.decline(world, floor.item(2).id, floor.desk.maya, "No time.")
    new = ActionItem(text="Check checkout for everybody.", evidence=(1,))
    floor.drafter.answers = [drafted(BOOK, new)]
    redrafting.draft_now(world, floor.number, floor.desk.maya)
    floor.desk.settle()
    found = {item.text: (item.place, item.state.value) for item in floor.items()}
    assert found == {
        BOOK.text: (1, "declined"),
        new.text: (2, "proposed"),
        ALERT.text: (3, "accepted"),
    }


def test_taking_back_an_approval_changes_no_promise(floor: Floor) -> None:
    """Unpublished, reopened or approved anew: people promised the work, not the document."""
    floor.accept(1)
    world, maya = floor.desk.world, floor.desk.maya
    review.approve(world, floor.number, 1, maya)
    floor.desk.settle()
    review.unpublish(world, floor.number, maya)
    assert floor.item(1).is_open
    life.reopen(world, floor.number, maya)
    assert [one.item.id for one in actions.listed(world, maya, ListAsked())] == [floor.item(1).id]
    actions.finish(world, floor.item(1).id, floor.ben)


def test_a_discarded_postmortem_lets_its_items_rest(floor: Floor) -> None:
    """No list, no decision, no reminder; restoring brings all of that back."""
    floor.accept(1)
    world, maya = floor.desk.world, floor.desk.maya
    review.discard(world, floor.number, maya, "twice")
    assert actions.listed(world, maya, ListAsked()) == ()
    with pytest.raises(UserError, match="discarded"):
        actions.finish(world, floor.item(1).id, maya)
    floor.desk.jump(days=16, hours=5)
    assert floor.told(floor.ben) == []
    review.restore(world, floor.number, maya)
    floor.desk.settle()
    assert len(actions.listed(world, maya, ListAsked())) == 1
    floor.desk.jump(days=3)
    assert len(floor.told(floor.ben)) == 1


def test_what_was_published_shows_decisions_as_they_are_now(floor: Floor) -> None:
    """A decision asks for the documents to be written again, not for another revision."""
    world = floor.desk.world
    review.approve(world, floor.number, 1, floor.desk.maya)
    floor.desk.settle()
    floor.accept(1)
    with world.storage.read() as records:
        asked = [job.key for job in records.jobs.listed(limit=200) if job.kind == "republish"]
        latest = records.revisions.latest(floor.number)
    assert asked == [f"republish:{floor.number}:item{floor.item(1).id}:v{floor.item(1).version}"]
    assert latest is not None
    assert latest.number == 1


def test_erasing_a_message_takes_the_words_of_an_item(floor: Floor) -> None:
    """Also of one that has left the document; the decision stays, and what was told of it goes."""
    floor.accept(1)
    floor.desk.jump(days=16)
    assert ALERT.text in floor.told(floor.ben)[-1].text
    floor.edit("action_items", floor.lines()[1])
    chat, world = floor.desk.chat, floor.desk.world
    ts = next(one.message.ts for one in chat.said[floor.desk.channel] if one.message.text == SAID[1])
    with world.storage.begin() as records:
        listen.deletion(records, world, floor.desk.channel, ts)
    floor.desk.settle()
    alert = next(item for item in floor.items() if item.evidence == (2,))
    assert (alert.text, alert.said_owner, alert.owner_id) == (ERASED, None, floor.ben)
    assert floor.told(floor.ben) == []


def test_forgetting_an_incident_takes_items_reminders_and_messages(floor: Floor) -> None:
    """Nothing is left, not even in somebody's direct messages."""
    floor.accept(1)
    floor.desk.jump(days=16)
    assert len(floor.told(floor.ben)) == 1
    erasure.forget(floor.desk.world, floor.number, floor.desk.maya)
    floor.desk.jump(days=30)
    assert floor.items() == ()
    assert floor.told(floor.ben) == []


# Who may


def test_who_is_in_the_channel_decides_and_so_does_the_owner(floor: Floor) -> None:
    """Others may look at a public incident's items, and no more."""
    world, item = floor.desk.world, floor.item(1)
    with pytest.raises(NotAllowed):
        actions.accept(world, item.id, floor.zoe, Terms(owner_id=floor.zoe))
    floor.accept(1, owner=floor.zoe)
    assert actions.finish(world, item.id, floor.zoe).item.state is ActionState.DONE


@pytest.mark.parametrize("fact", ["is_guest", "is_external", "deleted", "is_bot"])
def test_nobody_without_a_full_account_takes_anything_on(floor: Floor, fact: str) -> None:
    """And they see no list."""
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={fact: True})
    with pytest.raises(UserError, match="Only a full member"):
        floor.accept(1)
    with pytest.raises(NotAllowed):
        actions.listed(floor.desk.world, floor.ben, ListAsked())
    assert floor.item(1).state is ActionState.PROPOSED


def test_items_of_private_incidents_are_seen_in_their_channel_only(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """In lists, by id and as an owner; who leaves sees nothing any more."""
    floor = a_floor(sqlite_storage, clock, private=True)
    world, item = floor.desk.world, floor.item(1)
    floor.accept(1)
    assert len(actions.listed(world, floor.ben, ListAsked())) == 1
    assert actions.listed(world, floor.zoe, ListAsked()) == ()
    with pytest.raises(UserError, match="no incident here that you can see"):
        actions.held(world, item.id, floor.zoe)
    with pytest.raises(UserError, match="There is no incident PRV-1"):
        actions.listed(world, floor.zoe, ListAsked(key="PRV-1"))
    with pytest.raises(UserError, match="not in the channel of PRV-1"):
        floor.accept(2, owner=floor.zoe)
    floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
    assert actions.listed(world, floor.ben, ListAsked()) == ()
    with pytest.raises(UserError, match="no incident here that you can see"):
        actions.finish(world, item.id, floor.ben)


def test_lists_tell_what_is_overdue_by_the_readers_own_day(floor: Floor) -> None:
    """The day after the due date has begun in Auckland before it has in London."""
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={"tz": "Pacific/Auckland"})
    floor.accept(1)
    floor.desk.clock.advance(days=18, hours=3)  # Friday evening by UTC
    asked = ListAsked(which=Which.OVERDUE)
    assert len(actions.listed(floor.desk.world, floor.ben, asked)) == 1
    assert actions.listed(floor.desk.world, floor.desk.maya, asked) == ()


def test_a_reason_is_masked_before_it_is_stored(floor: Floor) -> None:
    """What people type for the bot holds secrets too."""
    secret = "AKIA" + "IOSFODNN7EXAMPLX"
    actions.decline(floor.desk.world, floor.item(1).id, floor.desk.maya, f"the key {secret} is gone")
    assert secret not in floor.item(1).reason
    assert "[secret:" in floor.item(1).reason


def test_a_reason_goes_with_the_reply_that_gave_it(floor: Floor) -> None:
    """The decision stays."""
    desk, incident = floor.desk, floor.incident
    place, root = incident.review_place
    ts = desk.chat.say(place, desk.maya, "decline action 1: the shop of Jane is closed", thread=root)
    reply = desk.world.history.find(place, ts)
    assert reply is not None
    listen.record(desk.world, "Ev1", MessageSeen(message=reply))
    desk.settle()
    assert floor.item(1).reason == "the shop of Jane is closed"
    with desk.world.storage.begin() as records:
        listen.deletion(records, desk.world, place, ts)
    assert (floor.item(1).state, floor.item(1).reason) == (ActionState.DECLINED, "")


# Reminders


def test_an_owner_is_reminded_before_on_the_day_and_weekly(floor: Floor) -> None:
    """In working hours by their own clock: Wednesday, Friday, and two Fridays more; then never again."""
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={"tz": "America/New_York"})
    floor.accept(1)
    told: list[tuple[str, str]] = []
    for _ in range(60 * 4):
        before = len(floor.told(floor.ben))
        floor.desk.jump(hours=6)
        for line in floor.told(floor.ben)[before:]:
            told.append((f"{floor.desk.clock.now():%a %d %b}", line.text.partition(".")[0]))
    assert [when for when, _ in told] == ["Wed 18 Mar", "Fri 20 Mar", "Fri 27 Mar", "Fri 03 Apr"]
    assert "due in 2 days" in told[0][1]
    assert "due today" in told[1][1]
    last = floor.told(floor.ben)[-1]
    assert "This is the last reminder" in last.text
    assert [button.action for button in last.buttons] == [Action.ITEM_DONE, Action.ITEM_CHANGE]


def test_a_weekend_is_left_alone(floor: Floor) -> None:
    """Due on a Monday, the heads-up comes on the Friday before; due on a Sunday, the day's on Monday."""
    floor.accept(1, due=date(2026, 3, 16))
    floor.accept(2, due=date(2026, 3, 15), owner=floor.desk.maya)
    for day in range(13):
        floor.desk.jump(days=1)
        if day == 11:  # Saturday
            assert len(floor.told(floor.ben)) == len(floor.told(floor.desk.maya)) == 1
    floor.desk.jump(days=2)
    assert len(floor.told(floor.ben)) == len(floor.told(floor.desk.maya)) == 2


def test_a_promise_made_late_is_not_reminded_of_what_has_passed(floor: Floor) -> None:
    """Accepted the day before, only the day itself is told."""
    floor.accept(1, due=date(2026, 3, 3))
    floor.desk.jump(hours=1)
    assert floor.told(floor.ben) == []
    floor.desk.jump(days=1)
    assert ["due today" in line.text for line in floor.told(floor.ben)] == [True]


def test_a_bot_that_was_away_reminds_once_not_of_everything_it_missed(floor: Floor) -> None:
    """And keeps its distance afterwards."""
    floor.accept(1)
    floor.desk.jump(days=35)
    assert len(floor.told(floor.ben)) == 1
    floor.desk.jump(days=3)
    assert len(floor.told(floor.ben)) == 1


@pytest.mark.parametrize("end", ["done", "declined", "other date"])
def test_reminders_stop_when_there_is_nothing_left_to_remind_of(floor: Floor, end: str) -> None:
    """Done, declined or agreed anew."""
    floor.accept(1)
    world, item = floor.desk.world, floor.item(1)
    if end == "done":
        actions.finish(world, item.id, floor.ben)
    elif end == "declined":
        actions.decline(world, item.id, floor.ben, "no")
    elif end == "other date":
        floor.accept(1, due=date(2026, 12, 1))
    floor.desk.jump(days=20)
    assert floor.told(floor.ben) == []


def test_nobody_is_reminded_where_the_operator_does_not_want_it(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """No job waits for it either."""
    floor = a_floor(sqlite_storage, clock, policy=Policy(action_reminders=False))
    floor.accept(1)
    with floor.desk.world.storage.read() as records:
        assert "remind_action" not in {job.kind for job in records.jobs.listed(limit=100)}


def test_reopening_reminds_again(floor: Floor) -> None:
    """What was thought done is promised still."""
    floor.accept(1)
    actions.finish(floor.desk.world, floor.item(1).id, floor.ben)
    actions.reopen(floor.desk.world, floor.item(1).id, floor.desk.maya)
    floor.desk.jump(days=16, hours=3)
    assert len(floor.told(floor.ben)) == 1


def test_an_owner_whose_account_is_gone_is_not_written_to(floor: Floor) -> None:
    """Who sees the postmortem through is told instead, once."""
    floor.accept(1)
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={"deleted": True})
    for _ in range(6):
        floor.desk.jump(days=7)
    assert floor.told(floor.ben) == []
    (line,) = floor.told(floor.desk.maya)
    assert "Ben Okafor took on an action item of INC-1 and has no full account here any more" in line.text


def test_who_left_a_private_channel_is_told_nothing(sqlite_storage: Database, clock: ManualClock) -> None:
    """Not even that something waits there; who sees the postmortem through hears of it once."""
    floor = a_floor(sqlite_storage, clock, private=True)
    floor.accept(1)
    floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
    for _ in range(6):
        floor.desk.jump(days=7)
    assert floor.told(floor.ben) == []
    (line,) = floor.told(floor.desk.maya)
    assert "Ben Okafor took on an action item of PRV-1 and is not in its channel any more" in line.text


def test_who_comes_back_is_reminded_again(sqlite_storage: Database, clock: ManualClock) -> None:
    """The promise stands while they are away."""
    floor = a_floor(sqlite_storage, clock, private=True)
    floor.accept(1)
    floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
    floor.desk.jump(days=16, hours=3)
    assert floor.told(floor.ben) == []
    floor.desk.chat.inside[floor.desk.channel].add(floor.ben)
    floor.desk.jump(days=7)
    assert len(floor.told(floor.ben)) == 1


def test_once_its_channel_is_private_nobody_outside_keeps_a_reminder(floor: Floor) -> None:
    """Ben has left it while it was public; Maya is in it."""
    floor.accept(1)
    floor.accept(2, owner=floor.desk.maya)
    floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
    floor.desk.jump(days=16, hours=3)
    assert len(floor.told(floor.ben)) == len(floor.told(floor.desk.maya)) == 1
    with floor.desk.world.storage.begin() as records:
        made_private(records, floor.desk.world, floor.desk.channel)
    floor.desk.settle()
    assert floor.told(floor.ben) == []
    assert len(floor.told(floor.desk.maya)) == 1


# What people were told, once it is decided


def reminded(floor: Floor) -> Line:
    """The heads-up Ben got of the first item, two days before it is due."""
    floor.accept(1)
    floor.desk.jump(days=16, hours=3)
    (line,) = [one for one in floor.told(floor.ben) if ALERT.text in one.text]
    assert line.buttons
    return line


def said_to(floor: Floor, user_id: str) -> list[Line]:
    """All direct messages somebody has, those about the whole review left out."""
    room = user_id.replace("U", "D", 1)
    said = floor.desk.chat.own(room) if room in floor.desk.chat.said else []
    lines = [one.post for one in said if isinstance(one.post, Line)]
    return [line for line in lines if "waited for its review" not in line.text]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("done", f"Done: {ALERT.text}"),
        ("declined", f"Declined: {ALERT.text}"),
        ("proposed again", f"Proposed again: {ALERT.text}"),
        ("other date", f"Ben Okafor takes that on, due 2026-12-01: {ALERT.text}"),
        ("line removed", f"Not in the postmortem of INC-1 any more: {ALERT.text}"),
        ("discarded", f"INC-1 was put away, and this action item of it rests: {ALERT.text}"),
    ],
)
def test_a_reminder_says_what_became_of_its_item(floor: Floor, step: str, words: str) -> None:
    """Wherever it was decided, and offers nothing any more."""
    reminded(floor)
    world, item, maya = floor.desk.world, floor.item(1), floor.desk.maya
    if step == "done":
        actions.finish(world, item.id, maya)
    elif step in ("declined", "proposed again"):
        actions.decline(world, item.id, maya, "no")
        if step == "proposed again":
            actions.reopen(world, item.id, maya)
    elif step == "other date":
        floor.accept(1, due=date(2026, 12, 1))
    elif step == "line removed":
        floor.edit("action_items", floor.lines()[1])
    elif step == "discarded":
        review.discard(world, floor.number, maya, "twice")
    floor.desk.settle()
    assert said_to(floor, floor.ben) == [Line(text=words)]


def test_what_rested_with_its_postmortem_can_be_pressed_again_once_it_is_back(floor: Floor) -> None:
    """The reminder reads as of today; a line that is put back does the same."""
    reminded(floor)
    world, lines = floor.desk.world, "\n".join(floor.lines())
    review.discard(world, floor.number, floor.desk.maya, "twice")
    floor.desk.jump(days=1)
    review.restore(world, floor.number, floor.desk.maya)
    floor.desk.settle()
    (line,) = said_to(floor, floor.ben)
    assert line.text.startswith("A heads-up: an action item you took on is due tomorrow")
    assert [button.action for button in line.buttons] == [Action.ITEM_DONE, Action.ITEM_CHANGE]
    floor.edit("action_items", floor.lines()[1])
    assert not said_to(floor, floor.ben)[0].buttons
    floor.edit("action_items", lines)
    assert said_to(floor, floor.ben) == [line]


def test_an_incident_closed_without_a_postmortem_takes_its_reminders_along(floor: Floor) -> None:
    """And reopened, they are there again, with those still to come."""
    reminded(floor)
    world, maya = floor.desk.world, floor.desk.maya
    life.reopen(world, floor.number, maya)
    life.dismiss(world, floor.number, maya, "no")
    floor.desk.jump(days=1)
    assert not said_to(floor, floor.ben)[0].buttons
    life.reopen(world, floor.number, maya)
    floor.desk.jump(days=1)
    assert [bool(line.buttons) for line in said_to(floor, floor.ben)] == [True, True]


def test_reminders_of_other_items_and_of_the_promise_that_stands_stay(floor: Floor) -> None:
    """Both items are Ben's; one is agreed anew and reminded of again."""
    floor.accept(2)
    reminded(floor)
    floor.accept(1, due=date(2026, 3, 26))
    floor.desk.jump(days=6)
    lines = said_to(floor, floor.ben)
    silent = [line.text for line in lines if not line.buttons]
    assert silent == [f"Ben Okafor takes that on, due 2026-03-26: {ALERT.text}"]
    asking = [line.text for line in lines if line.buttons]
    assert sum(BOOK.text in text for text in asking) == len(asking) - 1
    assert any("due in 2 days" in text and ALERT.text in text for text in asking)


def test_who_sees_it_through_is_not_asked_any_more_once_somebody_else_is_chosen(floor: Floor) -> None:
    """The message about an owner who is gone follows too."""
    floor.accept(1)
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={"deleted": True})
    floor.desk.jump(days=16, hours=3)
    (line,) = said_to(floor, floor.desk.maya)
    assert line.buttons
    floor.accept(1, owner=floor.zoe)
    assert said_to(floor, floor.desk.maya) == [
        Line(text=f"Zoe Marsh takes that on, due 2026-03-20: {ALERT.text}")
    ]


def test_what_became_of_a_private_item_is_told_to_nobody_outside(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Who has left its channel without Slack telling so loses the message instead."""
    floor = a_floor(sqlite_storage, clock, private=True)
    floor.accept(2, owner=floor.desk.maya)
    reminded(floor)
    floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
    for place in (1, 2):
        actions.decline(floor.desk.world, floor.item(place).id, floor.desk.maya, "no")
    floor.desk.settle()
    assert said_to(floor, floor.ben) == []
    assert [line.text for line in said_to(floor, floor.desk.maya)] == [f"Declined: {BOOK.text}"]


def test_who_is_no_full_member_any_more_is_told_nothing_new(floor: Floor) -> None:
    """A press of what stands there is refused."""
    line = reminded(floor)
    people = floor.desk.chat.people
    people[floor.ben] = people[floor.ben].model_copy(update={"is_guest": True})
    actions.finish(floor.desk.world, floor.item(1).id, floor.desk.maya)
    floor.desk.settle()
    assert said_to(floor, floor.ben) == [line]


def test_a_reminder_whose_answer_was_lost_follows_all_the_same(quiet: Floor) -> None:
    """It stands in Slack, and nobody noted where."""
    quiet.accept(1)
    quiet.desk.clock.advance(days=16, hours=3)
    quiet.desk.chat.lose_next_answer()
    quiet.desk.settle()
    actions.finish(quiet.desk.world, quiet.item(1).id, quiet.ben)
    quiet.desk.settle()
    assert said_to(quiet, quiet.ben) == [Line(text=f"Done: {ALERT.text}")]


def test_a_reminder_that_never_arrived_is_not_waited_for_for_ever(quiet: Floor) -> None:
    """Slack was away when it was to be sent, and it is decided by the time Slack is back."""
    quiet.accept(1)
    quiet.desk.clock.advance(days=16, hours=3)
    quiet.desk.chat.fail_next(Retryable("Slack is away.", retry_after=60))
    quiet.desk.settle()
    actions.finish(quiet.desk.world, quiet.item(1).id, quiet.ben)
    for _ in range(13):
        quiet.desk.jump(minutes=1)
    assert said_to(quiet, quiet.ben) == []
    with quiet.desk.world.storage.read() as records:
        assert "redraw_reminders" not in {
            job.kind for job in records.jobs.listed(JobState.WAITING, limit=100)
        }


class Interrupted:
    """A chat: right before `method` is next asked for, something else happens."""

    def __init__(self, chat: FakeChat, method: str, meanwhile: Callable[[], object]) -> None:
        self._chat, self._method = chat, method
        self._meanwhile: Callable[[], object] | None = meanwhile

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._meanwhile is not None:
            happens, self._meanwhile = self._meanwhile, None
            happens()
        return getattr(self._chat, name)


def interrupted(floor: Floor, method: str, meanwhile: Callable[[], object], port: str = "poster") -> Desk:
    """The same desk with a second worker, during one of whose calls to Slack something else happens."""
    chat: Any = Interrupted(floor.desk.chat, method, meanwhile)
    world = replace(floor.desk.world, **{port: chat})
    worker = Worker(world.storage, world.clock, handlers(world), owner="second")
    return replace(floor.desk, world=world, worker=worker)


@pytest.mark.parametrize(("port", "method"), [("directory", "person"), ("poster", "post")])
def test_a_decision_made_while_a_reminder_is_sent_reaches_it(quiet: Floor, port: str, method: str) -> None:
    """Whether the intention to post it was stored by then or not."""

    def decided() -> None:
        actions.finish(quiet.desk.world, quiet.item(1).id, quiet.ben)
        quiet.desk.settle()

    quiet.accept(1)
    interrupted(quiet, method, decided, port).jump(days=16, hours=3)
    quiet.desk.jump(minutes=1)
    assert said_to(quiet, quiet.ben) == [Line(text=f"Done: {ALERT.text}")]


def test_of_two_decisions_shown_at_once_the_newer_one_stays(floor: Floor) -> None:
    """A worker that was slower with the older one looks again."""
    reminded(floor)
    world, item, maya = floor.desk.world, floor.item(1), floor.desk.maya

    def declined() -> None:
        actions.reopen(world, item.id, maya)
        actions.decline(world, item.id, maya, "no")
        floor.desk.settle()

    actions.finish(world, item.id, floor.ben)
    with world.storage.read() as records:
        waiting = records.jobs.listed(JobState.WAITING, limit=9)
    (job,) = [one for one in waiting if one.kind == "redraw_reminders"]
    redraw_reminders(interrupted(floor, "update", declined).world, job)
    assert said_to(floor, floor.ben) == [Line(text=f"Declined: {ALERT.text}")]


# Home


def test_home_shows_what_is_open_what_waits_and_what_was_promised(floor: Floor) -> None:
    """To each their own: a review waits for its owner, an item for whoever took it on."""
    world, maya = floor.desk.world, floor.desk.maya
    floor.accept(1)
    other = floor.desk.chat.add_channel("incident-search", members=[maya])
    with world.storage.begin() as records:
        channel = records.channels.get(world.team_id, floor.desk.channel)
        assert channel is not None
        records.channels.save(channel.model_copy(update={"id": other, "name": "incident-search"}))
    opened = start(world, other, maya, StartRequest(title="Search is slow"))
    mine, bens = home_of(world, maya), home_of(world, floor.ben)
    assert [one.id for one in mine.open] == [opened.id]
    assert [one.id for one in mine.waiting] == [floor.number]
    assert (mine.items, bens.waiting) == ((), ())
    assert [one.item.id for one in bens.items] == [floor.item(1).id]
    review.approve(world, floor.number, 1, maya)
    floor.desk.settle()
    assert (home_of(world, maya).waiting, len(home_of(world, maya).published)) == ((), 1)


def test_home_shows_nothing_of_private_incidents_to_others(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Nor anything at all to people who are no full members."""
    floor = a_floor(sqlite_storage, clock, private=True)
    floor.accept(1)
    assert home_of(floor.desk.world, floor.desk.maya).waiting
    zoes = home_of(floor.desk.world, floor.zoe)
    assert (zoes.open, zoes.waiting, zoes.items, zoes.published) == ((), (), (), ())
    floor.desk.chat.people[floor.zoe] = floor.desk.chat.people[floor.zoe].model_copy(
        update={"is_guest": True}
    )
    with pytest.raises(NotAllowed):
        home_of(floor.desk.world, floor.zoe)


def test_reviews_wait_for_the_reviewers_until_they_have_approved(floor: Floor) -> None:
    """Who has approved what there is now has done their part."""
    policy = replace(floor.desk.world.policy, reviewers="reviewers", approvals_needed=2)
    world = replace(floor.desk.world, policy=policy)
    floor.desk.chat.groups["reviewers"] = {floor.zoe, floor.ben}
    assert [one.id for one in home_of(world, floor.zoe).waiting] == [floor.number]
    review.approve(world, floor.number, 1, floor.zoe)
    assert home_of(world, floor.zoe).waiting == ()
    assert home_of(world, floor.ben).waiting
    floor.desk.chat.groups.clear()
    assert home_of(world, floor.ben).waiting == ()


def overlapping(floor: Floor, meanwhile: Callable[[], object]) -> World:
    """A second process, which has read what a Home shows and is slow to draw it: something else happens
    before Slack gets it."""
    return interrupted(floor, "show_home", meanwhile).world


def homes_shown(floor: Floor) -> list[int]:
    """The action items on Ben's Home."""
    home = floor.desk.chat.homes[floor.ben]
    assert home is not None
    return [one.item.id for one in home.items]


def test_of_two_drawings_of_a_home_the_newer_one_stays(floor: Floor) -> None:
    """The slower one was read before the item was done, and reaches Slack after the other: it is drawn
    again at once, by who was slower, and what is noted of it is true."""
    world, item = floor.desk.world, floor.item(1)
    show_home(world, floor.ben)
    floor.accept(1)
    drawn = len(floor.desk.chat.drawn)

    def done() -> None:
        actions.finish(world, item.id, floor.ben)
        show_home(world, floor.ben, "Done.")

    show_home(overlapping(floor, done), floor.ben, "Changed.")

    assert homes_shown(floor) == []
    assert [note for _, note in floor.desk.chat.drawn[drawn:]] == ["Done.", "Changed.", "Changed."]
    floor.desk.jump(minutes=1)
    assert len(floor.desk.chat.drawn) == drawn + 3
    with world.storage.read() as records:
        (looked,) = records.homes.lately(world.team_id, since=floor.desk.clock.now() - HOMES_FOLLOW, limit=9)
    assert looked.shown == digest(home_of(world, floor.ben))


class Killed(BaseException):
    """The process ends here."""


def test_a_drawing_that_was_cut_off_after_it_overtook_another_is_mended(floor: Floor) -> None:
    """Slack got the older one last, and who drew it was killed before it could look again."""
    world, item = floor.desk.world, floor.item(1)
    show_home(world, floor.ben)
    floor.accept(1)

    def done() -> None:
        actions.finish(world, item.id, floor.ben)
        show_home(world, floor.ben)

    class Last(Interrupted):
        """Draws, and ends the process."""

        def show_home(self, user_id: str, home: Home | None, *, note: str = "") -> None:
            done()
            floor.desk.chat.show_home(user_id, home, note=note)
            raise Killed

    poster: Any = Last(floor.desk.chat, "", done)
    with pytest.raises(Killed):
        show_home(replace(world, poster=poster), floor.ben)
    assert homes_shown(floor) == [item.id]
    for _ in range(3):
        floor.desk.jump(seconds=20)
    assert homes_shown(floor) == []


def test_drawings_that_keep_overtaking_each_other_end(floor: Floor) -> None:
    """Each is drawn a few times; the rest is left to the job."""
    world = floor.desk.world
    show_home(world, floor.ben)
    drawn = len(floor.desk.chat.drawn)

    class Restless(Interrupted):
        """Somebody else begins to draw right before each of these reaches Slack."""

        def show_home(self, user_id: str, home: Home | None, *, note: str = "") -> None:
            with world.storage.begin() as records:
                records.homes.begin(world.team_id, user_id, "other")
            floor.desk.chat.show_home(user_id, home, note=note)

    poster: Any = Restless(floor.desk.chat, "", lambda: None)
    show_home(replace(world, poster=poster), floor.ben)
    assert len(floor.desk.chat.drawn) == drawn + 3
    for _ in range(3):
        floor.desk.jump(seconds=20)
    with world.storage.read() as records:
        (looked,) = records.homes.lately(world.team_id, since=floor.desk.clock.now() - HOMES_FOLLOW, limit=9)
    assert looked.shown == digest(home_of(world, floor.ben))


def test_a_round_shows_nothing_to_who_left_during_it(sqlite_storage: Database, clock: ManualClock) -> None:
    """Who is in a channel is asked once a round; that somebody left since is heard all the same."""
    floor = a_floor(sqlite_storage, clock, private=True)
    world = floor.desk.world
    for user_id in (floor.ben, floor.desk.maya):  # Maya looked last, hers is drawn first
        show_home(world, user_id)
        floor.desk.clock.advance(seconds=1)

    def leaves() -> None:
        floor.desk.chat.inside[floor.desk.channel].remove(floor.ben)
        with world.storage.begin() as records:
            left(records, world, floor.desk.channel, floor.ben)

    floor.accept(1, owner=floor.ben)
    floor.accept(2, owner=floor.desk.maya)
    interrupted(floor, "show_home", leaves).jump(seconds=20)
    assert homes_shown(floor) == []
    mayas = floor.desk.chat.homes[floor.desk.maya]
    assert mayas is not None
    assert len(mayas.items) == 1


class SlowShelf:
    """A publisher during whose work something else happens, once."""

    name = "shelf"

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] | None = None
        self.written: list[tuple[str, ...]] = []

    def publish(self, postmortem: Postmortem, *, private: bool) -> str:
        """Keep the states of the action items."""
        del private
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        self.written.append(tuple(item.state.value for item in postmortem.action_items))
        return "shelf/1"

    def withdraw(self, location: str) -> None:
        """Nothing to remove."""


def test_a_decision_made_while_the_document_is_written_reaches_it(
    sqlite_storage: Database, clock: ManualClock
) -> None:
    """Whether it is written for the first time or again."""
    shelf = SlowShelf()
    floor = a_floor(sqlite_storage, clock, publishers={"shelf": shelf})
    world, item = floor.desk.world, floor.item(1)

    def accepts() -> None:
        actions.accept(world, item.id, floor.desk.maya, Terms(owner_id=floor.ben))

    def finishes() -> None:
        actions.finish(world, item.id, floor.ben)

    shelf.meanwhile = accepts
    review.approve(world, floor.number, 1, floor.desk.maya)
    floor.desk.settle()
    assert shelf.written[-1] == ("accepted", "proposed")
    shelf.meanwhile = finishes
    actions.decline(world, floor.item(2).id, floor.ben, "no")
    floor.desk.settle()
    assert shelf.written[-1] == ("done", "declined")


def test_what_the_template_missed_is_remarked_no_longer_once_it_is_agreed(
    sqlite_storage: Database, clock: ManualClock, tmp_path: Path
) -> None:
    """On the card, in the document and in what is published."""
    (tmp_path / "default.toml").write_text('[action_items]\nrequire = ["owner", "due"]\n', encoding="utf-8")
    floor = a_floor(sqlite_storage, clock, documents=TemplateBook(tmp_path))

    def remarks() -> list[str]:
        with floor.desk.world.storage.read() as records:
            held = dossier(records, floor.incident)
        assert held.revision is not None
        found = settled(floor.desk.world, held, held.revision, labels(floor.desk.world)).findings
        return [one for one in found if "due date" in one]

    assert len(remarks()) == 2
    floor.accept(1)
    (left,) = remarks()
    assert "Write a runbook for failovers”, has no owner and no due date" in left
    floor.accept(2, due=None)
    (left,) = remarks()
    assert "Write a runbook for failovers”, has no due date" in left
    floor.accept(2)
    assert remarks() == []
