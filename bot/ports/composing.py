"""Composing a draft: the part of it that is computing and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.checking import Checked
from bot.domain.incident import Incident
from bot.domain.postmortem import Coverage, Draft
from bot.domain.transcript import Evidence, Person, Transcript
from bot.ports.drafting import Drafted
from bot.ports.value import Value


class Order(Value):
    """What is to be composed: the archive of an incident up to the Slack timestamp `until`.

    `url` is the workspace's address, for links to messages. `offline` also has the offline drafter write.
    """

    incident: Incident
    until: str
    url: str
    offline: bool


class Composed(Value):
    """A transcript to draft from, and what it covers; `fresh` is the evidence the database has not, or has
    otherwise. `drafted` and `checked` only where the offline drafter wrote."""

    transcript: Transcript
    fresh: tuple[Evidence, ...]
    coverage: Coverage
    digest: str
    drafted: Drafted | None = None
    checked: Checked | None = None


class Composer(Protocol):
    """Turns an archive into a transcript and, offline, into a checked draft. It reads the database, and
    numbers placeholders in it. Raises `Retryable` where it ended in the midst of it.

    `people` is the workspace's directory, whose names no draft may show.
    """

    def compose(self, order: Order, people: Sequence[Person]) -> Composed:
        """Freeze what was said; write where asked to."""
        ...

    def check(self, draft: Draft, transcript: Transcript, people: Sequence[Person]) -> Checked:
        """What of a draft that a model wrote may be said."""
        ...
