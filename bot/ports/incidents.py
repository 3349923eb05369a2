"""The tables of incidents, channels and who is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.incident import Incident, Scope, Severity, Status
from bot.ports.value import Value


class NewIncident(Value):
    """An incident to open; number, series and status are given by storage."""

    team_id: str
    channel_id: str
    scope: Scope
    root_ts: str | None = None
    title: str
    severity: Severity | None = None
    services: tuple[str, ...] = ()
    started_at: datetime
    started_by: str | None = None
    since_ts: str
    no_model: bool = False
    is_private: bool = False
    restricted: bool = False


class Incidents(Protocol):
    """The incidents table."""

    def create(self, new: NewIncident) -> Incident:
        """Open one. Raises `Conflict` if the channel (or that thread) has an open one already."""
        ...

    def get(self, incident_id: int) -> Incident | None:
        """One by its id."""
        ...

    def by_key(self, team_id: str, series: str, number: int) -> Incident | None:
        """One by what people call it."""
        ...

    def replace(self, changed: Incident) -> Incident:
        """Store a changed incident read earlier; `version` must still match, and is returned + 1.

        Raises:
            Conflict: somebody else changed it since it was read.
        """
        ...

    def in_channel(self, team_id: str, channel_id: str, *statuses: Status) -> tuple[Incident, ...]:
        """Those of a channel in any of the statuses (all if none is named), newest first."""
        ...

    def in_thread(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest whose thread hangs under `ts`: as its root, its card or its place of review."""
        ...

    def resolved_by(self, team_id: str, channel_id: str, ts: str) -> Incident | None:
        """The newest one resolved by a reaction on that message."""
        ...

    def private_channels(self, team_id: str) -> tuple[str, ...]:
        """The channels that private incidents belong to."""
        ...

    def public_among(self, team_id: str, channels: frozenset[str]) -> tuple[str, ...]:
        """Those of the channels that public incidents belong to."""
        ...

    def held(self, team_id: str) -> tuple[Incident, ...]:
        """Those on legal hold."""
        ...

    def standing(
        self, team_id: str, *statuses: Status, visible: frozenset[str], limit: int = 20
    ) -> tuple[Incident, ...]:
        """Those in any of the statuses, newest first. Private ones only from the `visible` channels."""
        ...

    def recent(
        self, team_id: str, *, visible: frozenset[str] | None, limit: int = 20
    ) -> tuple[Incident, ...]:
        """Newest first. Private ones only from the `visible` channels; public ones always."""
        ...


class StoredChannel(Value):
    """What the bot remembers of a channel."""

    team_id: str
    id: str
    name: str
    is_private: bool = False
    is_archived: bool = False
    is_shared: bool = False
    is_member: bool = False
    greeted: bool = False


class Channels(Protocol):
    """The channels the bot has met."""

    def save(self, channel: StoredChannel) -> None:
        """Insert or overwrite."""
        ...

    def get(self, team_id: str, channel_id: str) -> StoredChannel | None:
        """One by id."""
        ...

    def all(self, team_id: str) -> tuple[StoredChannel, ...]:
        """All of a workspace."""
        ...

    def move(self, team_id: str, old_id: str, new_id: str) -> None:
        """Let everything stored of a channel belong to its new id: incidents, messages, evidence, posts,
        waiting work and what else names it."""
        ...

    def gather(self, team_id: str, old_id: str, new_id: str) -> None:
        """Let messages follow that were being stored under the old id while everything moved."""
        ...


class KnownMembers(Value):
    """Who was in a channel when Slack told last."""

    members: frozenset[str]
    at: datetime


class Members(Protocol):
    """The last known members of channels, for when Slack does not tell any more."""

    def save(self, team_id: str, channel_id: str, members: frozenset[str], *, at: datetime) -> None:
        """Remember who is in a channel now."""
        ...

    def get(self, team_id: str, channel_id: str) -> KnownMembers | None:
        """Who was in it last; None if nobody ever asked."""
        ...

    def leave(self, team_id: str, channel_id: str, user_id: str) -> None:
        """Somebody left a channel."""
        ...


class Glass(Protocol):
    """Who broke the glass of which incident, and until when it stays open to them."""

    def open(self, incident_id: int, user_id: str, *, until: datetime) -> None:
        """Let somebody in until then."""
        ...

    def is_open(self, incident_id: int, user_id: str, *, at: datetime) -> bool:
        """Whether somebody was let in."""
        ...
