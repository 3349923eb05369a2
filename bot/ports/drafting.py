"""Writing, masking, rendering and publishing a postmortem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol, runtime_checkable

from bot.domain.postmortem import Draft, Postmortem
from bot.domain.review import Cost
from bot.domain.transcript import Transcript
from bot.ports.value import Value


class Drafted(Value):
    """What a drafter returns: the draft, and how it came about.

    `notes` are sentences for the reader (`1 message tried to instruct the drafter`).
    """

    draft: Draft
    drafter: str
    prompt_version: str = ""
    tokens: int = 0
    seconds: float = 0.0
    dollars: float = 0.0
    notes: tuple[str, ...] = ()
    repairable: bool = True
    """Whether the drafter asked wrote it itself, so that it can mend it."""


class Drafter(Protocol):
    """Writes a draft from a transcript. Raises `Retryable` or `DrafterError`."""

    name: str

    def draft(self, transcript: Transcript) -> Drafted:
        """A draft in which every claim cites labels of the transcript's evidence."""
        ...


class Failing(Protocol):
    """A claim the checks refuse (`bot.domain.provenance.Finding` is one): the `index`-th, from 0, of a
    section of `Draft.claims()`, and why."""

    @property
    def section(self) -> str: ...
    @property
    def index(self) -> int: ...
    @property
    def message(self) -> str: ...


@runtime_checkable
class Repairing(Protocol):
    """What some drafters can do besides: mend claims that failed. Raises `Retryable` or `DrafterError`."""

    def repair(self, draft: Draft, failing: Sequence[Failing], transcript: Transcript) -> Drafted:
        """The draft with the failing claims mended or gone, everything else untouched."""
        ...


@runtime_checkable
class Thrifty(Protocol):
    """What a drafter with a budget can do besides."""

    def after(self, spent: Cost) -> Drafter:
        """The same drafter with what is left of its budget after this was used for the same postmortem;
        where that is too little, its drafts fail."""
        ...


@runtime_checkable
class Hasty(Protocol):
    """What a drafter that asks over a network can do besides."""

    def once(self, *, within: timedelta) -> Drafter:
        """The same drafter for a trial: it asks once, however that ends, and gives up after that long."""
        ...


class Editor(Protocol):
    """Changes a draft as a person asks, in words of their own. Raises `Retryable` or `DrafterError`."""

    name: str

    def revise(
        self, draft: Draft, request: str, transcript: Transcript, *, label: int, spent: Cost
    ) -> Drafted:
        """The draft as it would be changed, nothing checked yet. The request is evidence itself, under
        `label`; `spent` is what was used for this postmortem before, and counts against its budget."""
        ...


class Secret(Value):
    """Something in a text that must not be stored: `text[start:end]`, of a kind such as
    `aws-access-key`."""

    kind: str
    start: int
    end: int


class Redactor(Protocol):
    """Finds what must never reach storage or a model. Raises `Permanent` if it cannot tell."""

    def secrets(self, text: str) -> tuple[Secret, ...]:
        """Credentials in a text: not overlapping, in order."""
        ...

    def personal(self, text: str) -> tuple[Secret, ...]:
        """Personal data by the operator's rules (`email`, `phone`, `card`, `ip`)."""
        ...


class Documents(Protocol):
    """Renders postmortems by the operator's templates."""

    def markdown(self, postmortem: Postmortem) -> str:
        """The whole document."""
        ...

    def findings(self, postmortem: Postmortem) -> tuple[str, ...]:
        """What the template demands and misses, in sentences for the reviewer."""
        ...

    def template_version(self, postmortem: Postmortem) -> str:
        """Name and content hash of the template this one is rendered by."""
        ...


class Publisher(Protocol):
    """Puts an approved postmortem somewhere. Doing it twice leaves one copy."""

    name: str

    def publish(self, postmortem: Postmortem, *, private: bool) -> str | None:
        """Write it; returns where it is (a path or URL), None where it does not belong there.

        Raises:
            Retryable: the place cannot be written right now.
            Permanent: it never will.
        """
        ...

    def withdraw(self, location: str) -> None:
        """Remove what `publish` wrote; that it is gone already is fine."""
        ...
