"""Finding an incident again."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.incident import Severity, Status
from bot.domain.search_query import SearchQuery
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
    resolved_at: datetime | None = None
    channel_id: str
    thread_ts: str | None = None
    location: str = ""
    """Where its publication can be opened in a browser; empty where it cannot."""
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

    def rebuild(self) -> int:
        """Index every document anew, of all workspaces; returns how many there are. Nobody else writes to
        the database meanwhile, on PostgreSQL nobody searches."""
        ...

    def query(
        self,
        team_id: str,
        query: SearchQuery,
        *,
        visible: frozenset[str] | None,
        limit: int = 10,
        offset: int = 0,
        synonyms: tuple[tuple[str, ...], ...] = (),
    ) -> tuple[Hit, ...]:
        """Best first or in the order asked for; private incidents only from the `visible` channels. Words of
        one group of `synonyms` find each other. Odd input finds nothing rather than failing."""
        ...

    def tidy(self) -> bool:
        """Take a step in clearing the index's own files of words that were taken out of it; True if there
        is more to do. To be called in a transaction of its own, since it may take a moment."""
        ...

    def services(self, team_id: str) -> tuple[str, ...]:
        """The names of all services that can be searched for, private ones too: to compare with, not to
        show."""
        ...
