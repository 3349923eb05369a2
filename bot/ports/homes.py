"""People's Homes: what one shows, and who looked at theirs lately."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.domain.incident import Incident
from bot.ports.acting import Listed
from bot.ports.value import Value


class Home(Value):
    """What is open, what waits for this person, what they promised by what day it is for them, and what
    was learnt last. One more than is shown stands for all the others."""

    today: date
    open: tuple[Incident, ...] = ()
    waiting: tuple[Incident, ...] = ()
    items: tuple[Listed, ...] = ()
    published: tuple[Incident, ...] = ()


class Looked(NamedTuple):
    """Somebody who opened their Home, and the digest of what it shows; anything else where that is not known:
    empty, or the mark of a drawing that is under way."""

    user_id: str
    shown: str


class Homes(Protocol):
    """Who opened their Home, so that it can follow what changes."""

    def look(self, team_id: str, user_id: str, *, at: datetime) -> None:
        """Somebody opened theirs."""
        ...

    def begin(self, team_id: str, user_id: str, mark: str) -> bool:
        """A drawing of theirs begins, under a mark of its own. False where another one is under way or was
        cut off: then nobody can tell which of the two Slack gets last."""
        ...

    def show(self, team_id: str, user_id: str, digest: str, *, mark: str) -> bool:
        """Theirs shows something with this digest now; nothing for who never opened it. False where another
        drawing began after this one did: then it is not known what it shows."""
        ...

    def lately(self, team_id: str, *, since: datetime, limit: int) -> tuple[Looked, ...]:
        """Who opened theirs since then, whoever did last first."""
        ...

    def forget(self, team_id: str, user_id: str) -> None:
        """Somebody is not there any more."""
        ...

    def prune(self, *, before: datetime) -> int:
        """Forget who opened theirs last before then; returns how many."""
        ...
