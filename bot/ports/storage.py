"""The database: all tables within one transaction."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.incident import Status
from bot.domain.transcript import Message
from bot.ports.acting import Actions
from bot.ports.archive import Archives, EvidenceStore, Messages
from bot.ports.counting import Counting
from bot.ports.erasing import Eraser, Vault, Workspaces
from bot.ports.homes import Homes
from bot.ports.importing import Imports
from bot.ports.incidents import Channels, Glass, Incidents, Members
from bot.ports.likeness import Likeness
from bot.ports.memory import SearchIndex
from bot.ports.reviewing import Posts, Proposals, Publications, Reviews, Revisions
from bot.ports.work import Audit, Inbox, Jobs


class Records(Protocol):
    """All tables within one transaction."""

    @property
    def incidents(self) -> Incidents: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def archives(self) -> Archives: ...
    @property
    def evidence(self) -> EvidenceStore: ...
    @property
    def revisions(self) -> Revisions: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def publications(self) -> Publications: ...
    @property
    def posts(self) -> Posts: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def search(self) -> SearchIndex: ...
    @property
    def likeness(self) -> Likeness: ...
    @property
    def members(self) -> Members: ...
    @property
    def actions(self) -> Actions: ...
    @property
    def glass(self) -> Glass: ...
    @property
    def vault(self) -> Vault: ...
    @property
    def workspaces(self) -> Workspaces: ...
    @property
    def statistics(self) -> Counting: ...
    @property
    def eraser(self) -> Eraser: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def homes(self) -> Homes: ...


class Storage(Protocol):
    """The database."""

    def begin(self, *, lasting: bool = True) -> AbstractContextManager[Records]:
        """One transaction: committed when the block ends, rolled back when it raises.

        What is committed outlives this process. Unless `lasting`, it may not outlive the machine: a power
        cut may undo the last of it (whole transactions, never parts). For what can be read again only.
        Raises `Retryable` when the database is locked, full, read-only or away.
        """
        ...

    def read(self) -> AbstractContextManager[Records]:
        """A transaction that only reads, from one moment's state, and makes no writer wait: Slack's
        events must not queue behind somebody reading a long transcript. Raises as `begin`.
        """
        ...

    def clear_log(self) -> None:
        """Leave nothing in the database's own log of what was erased from its tables, where that is in our
        hands (SQLite). Raises `Retryable` while somebody reads, and as `begin`.
        """
        ...

    def hear(
        self,
        event_id: str,
        message: Message,
        *,
        team_id: str,
        watched: Callable[[str], bool],
        reviewing: frozenset[Status],
        at: datetime,
    ) -> bool:
        """The short way in for nearly every event: store its id and the message it brought, masked, in a
        transaction that need not last, if nothing else can hang on them.

        That is: neither is stored, the channel is known by a name that is `watched`, and the message is in
        no thread of an incident in one of the states `reviewing`. Otherwise nothing is stored, and False
        says that the caller must look closer. Raises as `begin`.
        """
        ...
