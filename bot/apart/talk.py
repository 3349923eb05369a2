"""What the two processes say to each other, pickled, over two pipes."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.postmortem import Draft
from bot.domain.transcript import Person, Transcript
from bot.ports import Order


class Setup(NamedTuple):
    """Said first: what composing needs of the settings."""

    database_url: str
    personal: tuple[str, ...]


class People(NamedTuple):
    """More of the directory; `first` means that what was said of it before is outdated."""

    people: tuple[Person, ...]
    first: bool


class Check(NamedTuple):
    """A model's draft to be checked."""

    draft: Draft
    transcript: Transcript


Request = Setup | People | Order | Check
"""Orders and checks are answered, with what the `Composer` port returns or with a `Retryable`."""
