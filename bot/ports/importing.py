"""The tables of what was brought in from exports and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.incident import Incident, Scope, Severity, Status
from bot.domain.past import Kind
from bot.ports.value import Value


class PastIncident(Value):
    """An incident to store as it ended: nobody starts or resolves it here."""

    team_id: str
    channel_id: str
    scope: Scope
    root_ts: str | None = None
    title: str
    severity: Severity | None = None
    services: tuple[str, ...] = ()
    status: Status
    started_at: datetime
    resolved_at: datetime | None = None
    since_ts: str
    is_private: bool = False


class Imported(Value):
    """What an imported incident was made from. (team, channel, `start`) tells it again at the next import.

    `start` and `last` are the `ts` of its first and last message; of a document, a hash of its place and
    nothing. `digest` says what it held, empty once it was forgotten.
    """

    team_id: str
    channel_id: str
    start: str
    last: str = ""
    kind: Kind
    incident_id: int
    digest: str
    at: datetime


class Imports(Protocol):
    """Imported incidents, and how far an import got."""

    def create(self, past: PastIncident) -> Incident:
        """Store an incident as it ended, under the next number of its series."""
        ...

    def save(self, row: Imported) -> None:
        """Remember what an incident was made from."""
        ...

    def of_channel(self, team_id: str, channel_id: str) -> tuple[Imported, ...]:
        """What was imported of a channel, forgotten incidents included, by start."""
        ...

    def with_digest(self, team_id: str, digest: str) -> Imported | None:
        """The document that holds exactly this."""
        ...

    def fingerprint(self, team_id: str, channel_id: str) -> str:
        """What the channel's files were when they were imported to their end; empty if they never were."""
        ...

    def finish(self, team_id: str, channel_id: str, fingerprint: str, *, at: datetime) -> None:
        """The channel's files are imported to their end."""
        ...

    def erase_text(self, team_id: str, channel_id: str, text: str) -> None:
        """Remember that a paragraph was erased, without its words, so that no later import restores it."""
        ...

    def was_erased(self, team_id: str, channel_id: str, text: str) -> bool:
        """Whether exactly this was erased."""
        ...

    def was_given(self, team_id: str, series: str, number: int) -> bool:
        """Whether an incident ever had this number, forgotten ones included."""
        ...

    def teams(self) -> tuple[str, ...]:
        """The workspaces this database knows."""
        ...

    def is_known(self, team_id: str, channel_id: str) -> bool:
        """Whether anything of a channel is stored: a message, an incident, a masked value."""
        ...
