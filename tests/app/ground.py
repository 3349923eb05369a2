"""A workspace for random histories, and what people know of it."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from pydantic import SecretStr

from bot.demo.stage import Stage
from bot.domain.incident import Incident
from bot.domain.posting import Action
from bot.sandbox import Channel, Message, Person
from tests.app.conftest import make_scene
from tests.app.scene import Scene
from tests.openai_server import ScriptedServer, failure

Thing = TypeVar("Thing")
WHICH = st.integers(0, 99)
WHO = st.sampled_from(("maya", "ben", "priya"))
THREADS = 5
RETENTION = timedelta(days=7)
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
    """People in a public and in a private channel, an admin, Zoe, who is in neither, and Eve, who is of
    another company. The model would help, but refuses every key; what it was asked is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pm-turmoil-"))
        self.url = self.database()
        self.model = ScriptedServer(lambda _asked: failure(401))
        self.model.__enter__()
        self.stage = Stage(
            self.folder,
            database_url=self.url,
            admins="admins",
            private_postmortem_dir=self.folder / "private",
            transcript_retention=RETENTION,
            drafter="openai",
            openai_api_key=SecretStr("refused"),
            openai_base_url=self.model.url,
        )
        self.stage.__enter__()
        self._let_people_in()
        self._know_nothing()

    def _let_people_in(self) -> None:
        self.scene: Scene = make_scene(self.stage)
        slack = self.stage.slack
        self.zoe = slack.person("zoe", real_name="Zoe Outsider")
        self.eve = slack.person("eve", real_name="Eve Foreign", external=True)
        slack.usergroup("admins", members=[self.scene.priya])
        self.public: Channel = self.scene.channel
        self.private = slack.channel(
            "incident-merger", members=[self.scene.maya, self.scene.priya], private=True
        )

    def _know_nothing(self) -> None:
        self.known_as = {room.id: room for room in (self.public, self.private)}
        """Every id that a channel ever had."""
        self.moved_unheard = False
        """Whether a channel got another id of which the bot will hear only later."""
        self.said: list[Said] = []
        self.gone: set[str] = set()
        self.overwritten: set[str] = set()
        self.words = 0
        self.whispered: int | None = None
        """How much Zoe had been told when the public channel was made private, of which the bot heard."""
        self.strayed = False
        """Whether the public channel was called what no incident channel is; the bot may not know better."""
        self.losing = False
        self.away_since: datetime | None = None
        """When Slack as a whole went away."""
        self.asked_of_model = 0
        self.was_all_restricted = False
        self.revisions: dict[int, list[tuple[int, str]]] = {}

    def database(self) -> str:
        """The address of a database without a row."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop everything and leave nothing behind."""
        self.stage.__exit__(None, None, None)
        self.model.__exit__(None, None, None)
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
        self.moved_unheard = False

    def mend(self) -> None:
        """Heal all faults, an outage too, and let all events arrive."""
        self.stage.slack.faults.clear()
        self.losing, self.away_since = False, None
        self.heard()

    def sending(self) -> bool:
        """Whether Slack tells the bot of what somebody is about to do."""
        lost, self.losing = self.losing, False
        if lost:
            self.stage.slack.faults.lose_events(1)
        return not lost

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

    def room_of(self, incident: Incident) -> Channel:
        """Where it lives, whatever its channel's id was when the bot last heard."""
        return self.known_as[incident.channel_id]

    def listening(self, channel: Channel) -> bool:
        """Whether the bot is in a channel whose talk it keeps, and knows it by its id."""
        known = not (channel is self.public and self.strayed) and not self.moved_unheard
        return known and self.stage.slack.app.bot_user_id in channel.members

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

    def pressed(self, which: int, who: str, action: Action) -> tuple[Person, Incident] | None:
        """Press a button of any incident; None where there is none."""
        person = self.person(who)
        incidents = self.incidents()
        for incident in incidents if which % 2 else incidents[::-1]:
            message = self.button(incident, action)
            if message is None or person.id not in message.channel.members:
                continue
            self.stage.clock.jump(timedelta(seconds=20))
            person.press(message, action.value)
            self.settle()
            return person, incident
        return None

    def everybody(self) -> list[Person]:
        """All five."""
        return [self.scene.maya, self.scene.ben, self.scene.priya, self.zoe, self.eve]


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
