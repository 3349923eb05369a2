"""Random histories against a simple model: whatever is delivered late, twice, out of order or never,
and whenever the bot is restarted, an incident ends where what people did says it ends.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.demo.stage import Stage
from bot.domain.incident import Status
from bot.domain.posting import Action
from bot.domain.postmortem import ActionState
from bot.domain.review import DRAFTER_AUTHOR
from bot.sandbox import Message, Person
from tests.app.conftest import make_scene
from tests.app.histories import asked_for, databases
from tests.app.scene import CHECK, Scene

LATE = timedelta(minutes=1)
DELAY = timedelta(hours=2)
WHO = st.sampled_from(("maya", "ben", "priya"))
SHOWN = frozenset({Status.IN_REVIEW, Status.PUBLISHED})
RESOLVED = frozenset({Status.RESOLVED, Status.IN_REVIEW, Status.PUBLISHED, Status.DISMISSED})


@dataclass
class Model:
    """What must be true of the incident, in as few words as possible.

    `due` is when its draft comes, `reopened` when somebody last reopened it, `by_mark` whether a check
    mark resolved it. `summary` is the last one that somebody wrote. `item` is the state of the only action
    item, once it was proposed.
    """

    status: Status = Status.OPEN
    generation: int = 0
    due: datetime | None = None
    shown: datetime | None = None
    reopened: datetime | None = None
    by_mark: bool = False
    drafted: set[int] = field(default_factory=set)
    drafts: int = 0
    edits: int = 0
    summary: str = ""
    published: int = 0
    item: ActionState | None = None

    def resolve(self, now: datetime, *, by_mark: bool) -> None:
        """Open → resolved; the draft is due two hours later."""
        if self.status is Status.OPEN:
            self.status, self.generation, self.by_mark = Status.RESOLVED, self.generation + 1, by_mark
            self.due = now + DELAY

    def reopen(self, now: datetime) -> None:
        """Back to open; what was pending is cancelled."""
        self.status, self.due, self.reopened, self.by_mark = Status.OPEN, None, now, False

    def dismiss(self) -> None:
        """No postmortem is wanted."""
        self.status, self.due = Status.DISMISSED, None

    def mark_changed(self, added: bool, at: datetime, present: bool, now: datetime) -> None:
        """A reaction event arrived, of a mark that was set or taken `at` some time."""
        if self.status is not Status.OPEN:
            if self.by_mark and self.status is Status.RESOLVED and not present:
                self.reopen(now)
        elif added and present and (self.reopened is None or at >= self.reopened - LATE):
            self.resolve(now, by_mark=True)

    def pass_time(self, now: datetime) -> None:
        """What is due is drafted, once a resolution."""
        if self.status is Status.RESOLVED and self.due is not None and self.due <= now:
            self.status, self.shown = Status.IN_REVIEW, now
            self.drafted.add(self.generation)
            self.draft()

    def draft(self) -> None:
        """Drafted, or drafted again: the item is proposed once, whatever people decided about it since."""
        self.drafts += 1
        self.item = self.item or ActionState.PROPOSED

    def reply(self, text: str, at: datetime) -> None:
        """A summary written under the draft; what was said before there was one is no edit of it."""
        if self.status is Status.IN_REVIEW and self.shown is not None and at >= self.shown:
            self.edits += 1
            self.summary = text

    def approve(self) -> None:
        """Approved and published."""
        self.status, self.published = Status.PUBLISHED, self.drafts + self.edits


class Histories(RuleBasedStateMachine):
    """Rules are what people and the network do; after each, the bot must be where the model is."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pm-history-"))
        self.stage = Stage(self.folder, database_url=self.database())
        self.stage.__enter__()
        self.scene: Scene = make_scene(self.stage)
        self.model = Model()
        self.held: list[tuple[str, tuple[object, ...]]] = []
        self.said: list[Message] = []
        self.deleted: list[Message] = []
        self.numbers = 0
        self.losing, self.lossless = False, True

    def database(self) -> str:
        """The address of a database without a row."""
        raise NotImplementedError

    def teardown(self) -> None:
        """Close everything."""
        self.stage.__exit__(None, None, None)
        shutil.rmtree(self.folder, ignore_errors=True)

    # What happened

    @property
    def now(self) -> datetime:
        """The time on the stage."""
        return self.stage.clock.now()

    @property
    def card(self) -> Message:
        """The incident's card."""
        found = self.scene.channel.find(self.scene.incident().card_ts or "")
        assert found is not None
        return found

    def person(self, name: str) -> Person:
        """One of the three."""
        found: Person = getattr(self.scene, name)
        return found

    def sending(self) -> None:
        """Somebody is about to do something that Slack tells the bot of, unless it gets lost."""
        if self.losing:
            self.stage.slack.faults.clear()
            self.stage.slack.faults.lose_events(1)

    def happened(self, kind: str, *details: object) -> None:
        """An event is on its way: it counts now, or when it is released, or never."""
        if self.losing:
            self.losing, self.lossless = False, False
        elif self.stage.slack.faults.holding:
            self.held.append((kind, details))
        else:
            self.arrived(kind, details)
        self.stage.settle()

    def arrived(self, kind: str, details: tuple[object, ...]) -> None:
        """The model hears of an event."""
        if kind == "mark":
            added, at = details
            assert isinstance(added, bool)
            assert isinstance(at, datetime)
            self.model.mark_changed(added, at, bool(self.card.reactions.get(CHECK)), self.now)
        elif kind == "reply":
            text, at = details
            assert isinstance(at, datetime)
            self.model.reply(str(text), at)

    # Rules

    @initialize()
    def start(self) -> None:
        """Somebody opens an incident, and says what would help."""
        self.scene.start()
        self.scene.priya.say(self.scene.channel, "We should add an alert on the connection count.")
        self.stage.settle()

    @rule(who=WHO)
    def say(self, who: str) -> None:
        """Talk in the channel."""
        self.sending()
        self.numbers += 1
        self.said.append(self.person(who).say(self.scene.channel, f"Checkout fails, sample {self.numbers}."))
        self.happened("said")

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """Correct what one said."""
        self.sending()
        message = data.draw(st.sampled_from(self.said))
        self.numbers += 1
        people = (self.scene.maya, self.scene.ben, self.scene.priya)
        author = next(person for person in people if person.id == message.user)
        author.edit(message, f"Checkout fails, corrected {self.numbers}.")
        self.happened("edited")

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """Take back what one said."""
        self.sending()
        message = data.draw(st.sampled_from(self.said))
        self.said.remove(message)
        self.deleted.append(message)
        self.scene.maya.delete(message)
        self.happened("deleted")

    @rule(who=WHO)
    def mark(self, who: str) -> None:
        """Set a check mark on the card, or take it away."""
        self.sending()
        person, set_already = self.person(who), self.person(who).id in self.card.reactions.get(CHECK, [])
        if set_already:
            person.unreact(self.card, CHECK)
        else:
            person.react(self.card, CHECK)
        self.happened("mark", not set_already, self.now)

    @rule(who=WHO)
    def reply(self, who: str) -> None:
        """Write a summary under the card."""
        self.sending()
        self.numbers += 1
        text = f"Checkout failed, as written in reply {self.numbers}."
        self.person(who).say(self.scene.channel, f"summary: {text}", thread=self.card)
        self.happened("reply", text, self.now)

    def offered(self, action: Action) -> bool:
        """Whether some message of the bot offers a button."""
        return self.scene.offers(action)

    @precondition(lambda self: self.model.status is Status.OPEN)
    @rule(who=WHO)
    def resolve(self, who: str) -> None:
        """Press Resolve."""
        self.scene.press(self.person(who), Action.RESOLVE)
        self.model.resolve(self.now, by_mark=False)

    @precondition(lambda self: self.model.status in RESOLVED)
    @rule(who=WHO)
    def reopen(self, who: str) -> None:
        """Press Reopen."""
        self.scene.press(self.person(who), Action.REOPEN, self.card)
        self.model.reopen(self.now)

    @precondition(lambda self: self.model.status in (Status.OPEN, Status.RESOLVED))
    @rule(who=WHO)
    def dismiss(self, who: str) -> None:
        """Say that no postmortem is needed."""
        self.scene.press(self.person(who), Action.DISMISS, self.card)
        self.person(who).submit(self.person(who).views[-1], {"reason": "A drill."})
        self.stage.settle()
        self.model.dismiss()

    @precondition(lambda self: self.model.status is Status.IN_REVIEW)
    @rule(who=WHO)
    def approve(self, who: str) -> None:
        """Press Approve."""
        self.scene.press(self.person(who), Action.APPROVE)
        self.model.approve()

    @precondition(lambda self: self.model.status is Status.IN_REVIEW)
    @rule(who=WHO)
    def redraft(self, who: str) -> None:
        """Have it drafted again."""
        self.scene.redraft(self.person(who))
        self.model.draft()

    @precondition(lambda self: self.model.status in SHOWN and self.model.item is ActionState.PROPOSED)
    @rule(who=WHO)
    def accept(self, who: str) -> None:
        """Take the action item on."""
        person = self.person(who)
        self.scene.press(person, Action.ITEMS)
        assert person.press(person.views[-1], Action.ITEM_ACCEPT.value).ok
        terms = {"owner": {"owner": person.id}, "due": {"due": "2026-12-01"}}
        assert person.submit(person.views[-1], terms).ok
        self.closed(person)
        self.model.item = ActionState.ACCEPTED

    @precondition(lambda self: self.model.status in SHOWN and self.model.item is ActionState.ACCEPTED)
    @rule(who=WHO)
    def finish(self, who: str) -> None:
        """Say that it is done."""
        person = self.person(who)
        self.scene.press(person, Action.ITEMS)
        assert person.press(person.views[-1], Action.ITEM_DONE.value).ok
        self.closed(person)
        self.model.item = ActionState.DONE

    def closed(self, person: Person) -> None:
        """Look away from the window of action items."""
        self.stage.settle()
        for view in reversed(person.views):
            person.close(view)

    @rule(minutes=st.sampled_from((1, 30, 120)))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.stage.jump(minutes=minutes)
        self.model.pass_time(self.now)

    @rule()
    def restart(self) -> None:
        """The bot is gone for a while."""
        self.stage.stop_bot()
        self.stage.clock.jump(timedelta(minutes=10))
        self.stage.start_bot()
        self.model.pass_time(self.now)

    @rule()
    def duplicate(self) -> None:
        """The next events come twice."""
        self.stage.slack.faults.duplicate_events(2)

    @precondition(lambda self: not self.stage.slack.faults.holding)
    @rule()
    def hold(self) -> None:
        """Events are on their way for a while."""
        self.stage.slack.hold_events()

    @precondition(lambda self: self.stage.slack.faults.holding)
    @rule(backwards=st.booleans())
    def release(self, backwards: bool) -> None:
        """They all arrive."""
        self.stage.slack.release_events("reversed" if backwards else None)
        self.stage.settle()
        order: Sequence[tuple[str, tuple[object, ...]]] = self.held[::-1] if backwards else self.held
        marks = [event for event in order if event[0] == "mark"]
        for kind, details in [*marks, *(event for event in self.held if event[0] == "reply")]:
            self.arrived(kind, details)
        self.held = []

    @precondition(lambda self: not self.losing)
    @rule()
    def lose(self) -> None:
        """The next event never arrives."""
        self.losing = True

    # What must be true

    @invariant()
    def agreed(self) -> None:
        """The bot is where the model is."""
        if not self.scene.incidents():
            return
        self.the_incident_is_where_the_model_is()
        self.everything_is_posted_once()
        self.it_is_published_once()
        self.the_action_item_is_what_people_decided()
        self.the_archive_is_what_slack_shows()
        assert self.stage.slack.rejections == []
        assert self.stage.slack.pings == []

    def the_incident_is_where_the_model_is(self) -> None:
        """Status, resolutions, drafts, edits."""
        incident = self.scene.incident()
        assert (incident.status, incident.generation) == (self.model.status, self.model.generation)
        revisions = self.scene.revisions()
        drafts = [one for one in revisions if one.author == DRAFTER_AUTHOR]
        assert (len(drafts), len(revisions) - len(drafts)) == (self.model.drafts, self.model.edits)
        if self.model.summary:
            assert [claim.text for claim in revisions[-1].draft.summary] == [self.model.summary]

    def the_archive_is_what_slack_shows(self) -> None:
        """The newest text of every message, and none of a deleted one, once all events have arrived."""
        if not self.lossless or self.stage.slack.faults.holding:
            return
        world = self.stage.bot.world
        with world.storage.begin() as records:
            for message in [*self.said, *self.deleted]:
                kept = records.messages.get(world.team_id, self.scene.channel.id, message.ts)
                assert kept is not None
                assert (kept.text, kept.deleted) == (
                    ("", True) if message in self.deleted else (message.text, False)
                )

    def everything_is_posted_once(self) -> None:
        """One card, one review and one document a drafted resolution."""
        keys = [one.metadata["event_payload"]["key"] for one in self.scene.everything() if one.metadata]
        assert len(keys) == len(set(keys))
        assert keys.count("card:1") == 1
        for kind in ("review", "document"):
            posted = {key for key in keys if key.startswith(f"{kind}:")}
            assert posted == {f"{kind}:1:g{generation}" for generation in self.model.drafted}

    def the_action_item_is_what_people_decided(self) -> None:
        """One, whatever was drafted again."""
        incident = self.scene.incident()
        with self.stage.bot.world.storage.begin() as records:
            items = records.actions.of(incident.id)
        assert [item.state for item in items] == ([self.model.item] if self.model.item else [])

    def it_is_published_once(self) -> None:
        """One Markdown file, of the revision that was approved."""
        incident = self.scene.incident()
        with self.stage.bot.world.storage.begin() as records:
            published = records.publications.of(incident.id)
        assert [one.revision for one in published] == ([self.model.published] if self.model.published else [])
        files = list((self.folder / "postmortems").glob("*.md"))
        assert len(files) == len(published)


def test_histories_end_where_people_meant_them_to(request: pytest.FixtureRequest) -> None:
    """Random histories, the same ones every time where CI runs them."""
    fresh = databases(request)

    class OfThisTest(Histories):
        def database(self) -> str:
            return fresh(self.folder)

    run_state_machine_as_test(OfThisTest, settings=asked_for(examples=12, steps=25))
