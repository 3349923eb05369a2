"""Finding an incident again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.incident import Severity, Status
from bot.ports.value import Value


class SearchDocument(Value):
    """What is searchable of an incident: plain text by weight."""

    incident_id: int
    team_id: str
    channel_id: str
    is_private: bool = False
    title: str
    cause: str = ""
    summary: str = ""
    body: str = ""
    services: tuple[str, ...] = ()
    published: bool = False
    at: datetime


class Hit(Value):
    """One search result. `snippet` holds the best matching sentence, matched words between
    `\\x02` and `\\x03`."""

    incident_id: int
    key: str
    title: str
    severity: Severity | None = None
    status: Status
    published: bool
    started_at: datetime
    channel_id: str
    thread_ts: str | None = None
    snippet: str
    score: float


class SearchIndex(Protocol):
    """Full text search, the same hits on both databases."""

    def put(self, document: SearchDocument) -> None:
        """Index, replacing what was there for that incident."""
        ...

    def remove(self, incident_id: int) -> None:
        """Take out of the index."""
        ...

    def query(
        self, team_id: str, words: str, *, visible: frozenset[str] | None, limit: int = 10, offset: int = 0
    ) -> tuple[Hit, ...]:
        """Best first; private incidents only from the `visible` channels. Odd input finds nothing
        rather than failing."""
        ...
