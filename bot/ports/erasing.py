"""The tables of what is sealed, and erasing for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.ports.value import Value


class Sealed(Value):
    """What a message of an incident on hold said before it was deleted or edited."""

    incident_id: int
    channel_id: str
    ts: str
    author_id: str | None = None
    text: str
    at: datetime


class Vault(Protocol):
    """What people delete or rewrite during a hold: never drafted, searched or shown."""

    def seal(self, sealed: Sealed) -> None:
        """Keep it; the same text twice is kept once."""
        ...

    def of(self, incident_id: int) -> tuple[Sealed, ...]:
        """All of an incident, by message."""
        ...

    def destroy(self, incident_id: int) -> None:
        """The hold is over: what people deleted is gone now."""
        ...


class Departure(Value):
    """The app was uninstalled: when, and from when on everything is to be erased."""

    at: datetime
    erase_at: datetime


class Workspaces(Protocol):
    """Whether the app is still installed. Jobs of a workspace that left wait, but for its erasure."""

    def leave(self, team_id: str, departure: Departure) -> None:
        """The app was uninstalled; an earlier departure stands."""
        ...

    def departure(self, team_id: str) -> Departure | None:
        """When it was uninstalled, None while it is installed."""
        ...

    def left(self) -> tuple[tuple[str, Departure], ...]:
        """All workspaces that left."""
        ...

    def come_back(self, team_id: str) -> bool:
        """The app works again; False if it never left."""
        ...


class Eraser(Protocol):
    """What is erased for good, with nothing left to bring back."""

    def blank(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Leave bare tombstones of messages, the hashes of earlier texts included: what Slack still
        delivers of them changes nothing."""
        ...

    def old_messages(self, team_id: str, *, before: str, spare: Sequence[str], limit: int) -> int:
        """Delete up to `limit` messages older than a Slack timestamp; returns how many. Channels to
        `spare` are left alone."""
        ...

    def delete(self, team_id: str, channel_id: str, timestamps: Sequence[str]) -> None:
        """Delete messages with everything known of them."""
        ...

    def titled(self, team_id: str, *, before: str) -> tuple[int, ...]:
        """Incidents of threads, neither on hold nor ever approved, whose root is still stored and older than
        a Slack timestamp."""
        ...

    def unapproved(self, team_id: str, *, before: datetime) -> tuple[int, ...]:
        """Incidents started before then that have no approved postmortem and still show evidence."""
        ...

    def old_comments(self, team_id: str, *, before: datetime) -> None:
        """Empty what was said in replies under drafts before then, held incidents left alone."""
        ...

    def incident(self, incident_id: int) -> None:
        """An incident with all that hangs on it, its jobs included; posts and audit trail stay."""
        ...

    def done_with(self, job_id: int) -> None:
        """Empty what a job was told, once it is of no use: a path may be made of an incident's title."""
        ...

    def workspace(self, team_id: str, *, spare: Sequence[int]) -> int:
        """Everything of a workspace but the audit trail, its departure, and the incidents to `spare`
        with the messages of their channels. Returns how many rows there were."""
        ...
