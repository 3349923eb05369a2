"""Which incidents resemble each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.causes import CauseClass
from bot.domain.likeness import Portrait
from bot.ports.value import Value


class Kin(Value):
    """An earlier incident that resembles another one: the score from 0 to 1, and what both have in the
    words of the earlier one, what tells most first."""

    incident_id: int
    score: float
    shared: tuple[str, ...] = ()
    cause_class: CauseClass = CauseClass.UNKNOWN
    """Of the earlier one."""


class Match(Value):
    """What an incident is told: which earlier one, how probable the same cause is (0 to 1), and why."""

    other_id: int
    chance: float
    shared: tuple[str, ...] = ()
    same_class: bool = False


class Told(Value):
    """What an incident was told last. `basis` says what it was found from; empty if that is out of date."""

    basis: str = ""
    matches: tuple[Match, ...] = ()


class Embedder(Protocol):
    """Turns a text into a vector, where an endpoint for that is configured."""

    @property
    def model(self) -> str:
        """What it is called; vectors of different models are never compared."""
        ...

    def embed(self, text: str) -> tuple[float, ...]:
        """A vector of length 1. Raises `Retryable`, and `DrafterError` where it will not work."""
        ...


class Vector(Value):
    """A stored vector: of which text (by its digest), by which model."""

    model: str
    digest: str
    numbers: tuple[float, ...]


class Likeness(Protocol):
    """The terms of drafted incidents, and what each incident was told it resembles. Restricted incidents
    are never put."""

    def put(self, incident_id: int, team_id: str, portrait: Portrait) -> None:
        """Keep the terms of an incident, replacing what was there for it; what it was told is out of date
        from then on."""
        ...

    def remove(self, incident_id: int) -> None:
        """Forget its terms and vectors."""
        ...

    def nearest(
        self,
        incident_id: int,
        team_id: str,
        portrait: Portrait,
        *,
        before: datetime,
        private_in: Sequence[str] = (),
        only_in: str = "",
        limit: int = 5,
    ) -> tuple[Kin, ...]:
        """Other incidents started `before` then, best first: public ones, and private ones of the channels
        `private_in`; with `only_in` none but those of that channel."""
        ...

    def put_vector(self, incident_id: int, team_id: str, vector: Vector) -> None:
        """Keep the vector of an incident that is there to be compared; what it was told is out of date."""
        ...

    def vector(self, incident_id: int) -> Vector | None:
        """Its vector, unless its terms have changed since."""
        ...

    def tell(self, incident_id: int, team_id: str, told: Told) -> None:
        """Keep what an incident resembles."""
        ...

    def told(self, incident_id: int) -> Told:
        """What it was told last; empty if never."""
        ...

    def forsake(self, incident_id: int) -> tuple[int, ...]:
        """Forget the vector of this incident, what it was told and where it was told of: what it said may be
        gone, or not for everybody any more. Returns who was told of it; theirs is out of date now."""
        ...
