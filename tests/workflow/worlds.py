"""The use cases on a chat in memory and a real database, with drafters that say what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.incident import Incident, Severity, StartRequest
from bot.domain.postmortem import Claim, Draft
from bot.domain.transcript import Transcript
from bot.errors import BotError
from bot.handlers import handlers
from bot.ports import Drafted, StoredChannel
from bot.publishers.templates import TemplateBook
from bot.redaction import SecretRedactor
from bot.worker import Worker
from bot.workflow import life, starting
from bot.workflow.world import Policy, World
from storage import Database
from tests.clock import ManualClock
from tests.fakes.chat import FakeChat


class ToldDrafter:
    """Returns what it is given, or raises it; keeps the transcripts it saw."""

    def __init__(self, name: str, *answers: Draft | BotError) -> None:
        self.name = name
        self.answers = list(answers)
        self.saw: list[Transcript] = []

    def draft(self, transcript: Transcript) -> Drafted:
        """The next answer; the last one stays."""
        self.saw.append(transcript)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BotError):
            raise answer
        return Drafted(draft=answer, drafter=self.name)


@dataclass
class Desk:
    """A world with everything in reach."""

    world: World
    chat: FakeChat
    clock: ManualClock
    worker: Worker
    channel: str
    maya: str

    def settle(self) -> None:
        """Do everything due."""
        while self.worker.run_due():
            pass

    def jump(self, **span: float) -> None:
        """Let time pass, then do what became due."""
        self.clock.advance(**span)
        self.settle()

    def resolved(self, **request: Any) -> Incident:
        """An incident started, told and resolved by Maya."""
        asked = StartRequest(title="Checkout is down", severity=Severity.SEV2, **request)
        incident = starting.start(self.world, self.channel, self.maya, asked)
        self.settle()
        for text in ("Checkout answers 502 for everybody.", "Rolled back, it works again."):
            self.clock.advance(minutes=3)
            self.chat.say(self.channel, self.maya, text)
        return life.resolve(self.world, incident.id, self.maya)


def a_desk(storage: Database, clock: ManualClock, *, private: bool = False, **parts: Any) -> Desk:
    """A desk with one person and one channel; `parts` replace parts of the world."""
    chat = FakeChat(clock)
    maya = chat.add_person("maya", real_name="Maya Lindqvist")
    channel = chat.add_channel("incident-checkout", members=[maya], private=private)
    fields: dict[str, Any] = {
        "team_id": chat.identity().team_id,
        "clock": clock,
        "storage": storage,
        "history": chat,
        "directory": chat,
        "poster": chat,
        "redactor": SecretRedactor(),
        "drafter": ToldDrafter("offline", a_small_draft()),
        "documents": TemplateBook(),
        "policy": Policy(),
    }
    world = World(**(fields | parts))
    with storage.begin() as records:
        records.channels.save(
            StoredChannel(
                team_id=world.team_id,
                id=channel,
                name="incident-checkout",
                is_private=private,
                is_member=True,
            )
        )
    worker = Worker(storage, clock, handlers(world), owner="test")
    return Desk(world=world, chat=chat, clock=clock, worker=worker, channel=channel, maya=maya)


def a_small_draft() -> Draft:
    """A draft whose sentences stand on the two messages that were said."""
    return Draft(
        title="Checkout is down",
        summary=(Claim(text="Checkout answers 502 for everybody.", evidence=(1,)),),
        resolution=(Claim(text="Rolled back, it works again.", evidence=(2,)),),
    )
