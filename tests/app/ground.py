"""A workspace for random histories, what people know of it, and what must be true whatever happened."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.demo.stage import Stage
from bot.domain.incident import Incident, Status
from bot.domain.job import JobState
from bot.domain.posting import Action
from bot.domain.review import Revision
from bot.sandbox import Channel, Message, Person
from tests.app import footprints
from tests.app.conftest import make_scene
from tests.app.scene import Scene, shown

Thing = TypeVar("Thing")
THREADS = 5
WORD = re.compile(r"(?:pub|sec)\d+q")


@dataclass
class Said:
    """A message that somebody wrote, and the word in it. `sure` is False once an event about it was lost."""

    message: Message
    word: str
    sure: bool = True
    kept: bool = True
    """Whether it must be in the archive: it was said where and while the bot listened."""


class Ground(RuleBasedStateMachine):
    """People in a public and in a private channel, an admin, and Zoe, who is in neither."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pm-turmoil-"))
        self.url = self.database()
        self.stage = Stage(
            self.folder,
            database_url=self.url,
            admins="admins",
            private_postmortem_dir=self.folder / "private",
        )
        self.stage.__enter__()
        self.scene: Scene = make_scene(self.stage)
        slack = self.stage.slack
        self.zoe = slack.person("zoe", real_name="Zoe Outsider")
        slack.usergroup("admins", members=[self.scene.priya])
        self.public: Channel = self.scene.channel
        self.private = slack.channel(
            "incident-merger", members=[self.scene.maya, self.scene.priya], private=True
        )
        self.said: list[Said] = []
        self.gone: set[str] = set()
        self.overwritten: set[str] = set()
        self.words = 0
        self.whispered: int | None = None
        """How much Zoe had been told when the public channel was made private, of which the bot heard."""
        self.strayed: set[str] = set()
        """Channels that were called what no incident channel is called; the bot may not know better yet."""
        self.losing = False
        self.revisions: dict[int, list[tuple[int, str]]] = {}

    def database(self) -> str:
        """The address of a database without a row."""
        raise NotImplementedError

    def teardown(self) -> None:
        """Let everything come to rest, look, and close."""
        try:
            if sys.exc_info()[0] is None:  # nothing has failed yet
                self.calm()
        finally:
            self.stage.__exit__(None, None, None)
            shutil.rmtree(self.folder, ignore_errors=True)

    def settle(self) -> None:
        """Wait for answers that follow an acknowledgement, then for all that they cause."""
        everyone = Barrier(THREADS + 1)
        for _ in range(THREADS):
            self.stage.bot.app.listener_runner.listener_executor.submit(everyone.wait)
        everyone.wait()
        self.stage.settle()

    def heard(self) -> None:
        """Let all events arrive that are on their way."""
        if self.stage.slack.faults.holding:
            self.stage.slack.release_events(None)
            self.settle()

    # Who and where

    def person(self, name: str) -> Person:
        """One of the three."""
        found: Person = getattr(self.scene, name)
        return found

    def inside(self, channel: Channel, name: str) -> Person | None:
        """Somebody who is in a channel that lives; None where they are not."""
        person = self.person(name)
        return None if channel.archived or person.id not in channel.members else person

    def room(self, secret: bool) -> Channel:
        """One of the two channels."""
        return self.private if secret else self.public

    def incidents(self) -> list[Incident]:
        """All there are, oldest first."""
        return list(reversed(self.scene.incidents()))

    def listening(self, channel: Channel) -> bool:
        """Whether the bot is in a channel whose talk it keeps."""
        return self.stage.slack.app.bot_user_id in channel.members and channel.id not in self.strayed

    def button(self, incident: Incident, action: Action) -> Message | None:
        """The newest message that offers this for an incident."""
        rooms = [self.public, self.private, *(p.direct() for p in self.everybody())]
        found = [
            one
            for room in rooms
            if not room.archived
            for one in room.messages
            for element in elements(one)
            if element.get("action_id") == action.value
            and f'"incident":{incident.id},' in element.get("value", "")
        ]
        return found[-1] if found else None

    def everybody(self) -> list[Person]:
        """All four."""
        return [self.scene.maya, self.scene.ben, self.scene.priya, self.zoe]

    # What must never be, and what must be in the end

    @invariant()
    def nothing_private_is_public(self) -> None:
        """Not in the public channel, not before Zoe, not in the public folder."""
        for text in (
            footprints.before(self.zoe),
            footprints.written(self.folder / "postmortems"),
            footprints.said_by_bot(self.scene, [self.public]),
        ):
            found = re.findall(r".{,30}sec\d+q", text)
            assert not found, found

    @invariant()
    def what_was_made_private_is_told_no_more(self) -> None:
        """To somebody outside, from the moment on when the bot heard of it."""
        if self.whispered is not None:
            later = "\n".join(shown(one) for one in self.zoe.ephemerals()[self.whispered :])
            found = re.findall(r"Checkout is down|pub\d+q", later)
            assert not found, found

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        """A key stands once in the place where it was posted."""
        rooms = list(self.stage.slack.workspace.channels.values())
        keys = [
            (room.id, one.metadata["event_payload"]["key"])
            for room in rooms
            for one in room.messages
            if one.metadata
        ]
        assert len(keys) == len(set(keys))
        assert self.stage.slack.rejections == []
        assert self.stage.slack.pings == []

    @invariant()
    def every_revision_is_kept(self) -> None:
        """Numbered from 1, none lost, none by somebody else than before."""
        for incident in self.incidents():
            with self.stage.bot.world.storage.read() as records:
                found = [(one.number, one.author) for one in records.revisions.all(incident.id)]
            before = self.revisions.get(incident.id, [])
            assert found[: len(before)] == before
            assert [number for number, _ in found] == list(range(1, len(found) + 1))
            self.revisions[incident.id] = found

    @rule()
    def calm(self) -> None:
        """All faults are healed, all events arrive, and time enough passes."""
        self.stage.slack.faults.clear()
        self.losing = False
        self.heard()
        for minutes in (1, 5, 20, 60, 180, 180):
            self.stage.jump(minutes=minutes)
        self.nothing_private_is_public()
        home = json.dumps(self.zoe.home.body) if self.zoe.home and self.whispered is not None else ""
        assert "Checkout is down" not in home
        self.all_work_is_done()
        self.what_is_gone_is_gone()
        self.what_was_said_is_kept()
        self.files_are_what_is_published()
        self.cards_show_the_newest_revision()

    def all_work_is_done(self) -> None:
        """No job was given up, and nothing stands half-way."""
        with self.stage.bot.world.storage.read() as records:
            buried = records.jobs.listed(JobState.BURIED)
        assert not buried, [(job.kind, job.last_error) for job in buried]
        stuck = [one for one in self.incidents() if one.status in (Status.RESOLVED, Status.APPROVED)]
        assert not stuck, stuck

    def what_is_gone_is_gone(self) -> None:
        """What people took back stands nowhere, what they wrote otherwise is in the archive no more: a draft
        quotes it until it is drafted again, and says so."""
        held = any(one.held for one in self.incidents())
        kept = footprints.stored(self.url, spared=("sealed",) if held else ())
        kept += footprints.said_by_bot(self.scene)
        for folder in ("postmortems", "private"):
            kept += footprints.written(self.folder / folder)
        kept += "".join(map(str, self.stage.slack.workspace.files.values()))
        found = self.gone & set(WORD.findall(kept))
        assert not found, (
            found,
            [kept[at.start() - 200 : at.end()] for at in WORD.finditer(kept) if at[0] in found],
        )
        with self.stage.bot.world.storage.read() as records:
            archived = [
                records.messages.get(self.stage.bot.world.team_id, room.id, one.message.ts)
                for room in (self.public, self.private)
                for one in self.said
                if one.message.channel is room
            ]
        assert self.overwritten & set(WORD.findall(str(archived))) == set()

    def what_was_said_is_kept(self) -> None:
        """Every message that the bot heard is in the archive as it reads now, its files' names too."""
        world = self.stage.bot.world
        with world.storage.read() as records:
            for one in self.said:
                if one.sure and one.kept:
                    kept = records.messages.get(world.team_id, one.message.channel.id, one.message.ts)
                    assert kept is not None, one.word
                    assert (kept.text, kept.deleted) == (one.message.text, False)
                    assert len(kept.files) == len(one.message.files)

    def files_are_what_is_published(self) -> None:
        """One document each, in the folder where it belongs."""
        names = {True: "private", False: "postmortems"}
        for private, folder in names.items():
            published = [
                one.key
                for one in self.incidents()
                if one.status is Status.PUBLISHED and one.is_private is private
            ]
            files = [path.name for path in (self.folder / folder).glob("*.md")]
            for key in published:
                assert len([name for name in files if name.startswith(f"{key}-")]) == 1, (key, files)
            assert len(files) == len({name.split("-")[1] for name in files}), files

    def cards_show_the_newest_revision(self) -> None:
        """What is approved is what people see."""
        for incident in self.incidents():
            if incident.status is Status.IN_REVIEW and (card := self.button(incident, Action.APPROVE)):
                shown = [
                    json.loads(one["value"])["revision"]
                    for one in elements(card)
                    if one.get("action_id") == Action.APPROVE.value
                ]
                assert shown == [self.revisions_of(incident)[-1].number]

    def revisions_of(self, incident: Incident) -> list[Revision]:
        """Oldest first."""
        with self.stage.bot.world.storage.read() as records:
            return list(records.revisions.all(incident.id))


def pick(which: int, things: Sequence[Thing]) -> Thing:
    """One of these. What is drawn depends on nothing that happened, so that histories repeat."""
    return things[which % len(things)]


def elements(message: Message) -> Iterator[dict[str, str]]:
    """The buttons of a message."""
    for block in message.blocks:
        yield from block.get("elements", ())
        if "accessory" in block:
            yield block["accessory"]


def offers(note: object, action: Action) -> bool:
    """Whether a whisper has a button."""
    return action.value in json.dumps(getattr(note, "blocks", []))
