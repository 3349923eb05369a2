"""All tables within one transaction."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy.engine import Connection

from bot.ports import Clock
from storage.actions import ActionTable
from storage.archives import ArchiveTable
from storage.audit import AuditTable
from storage.channels import ChannelTable
from storage.eraser import EraserTables
from storage.evidence import EvidenceTable
from storage.glass import GlassTable
from storage.homes import HomeTable
from storage.imports import ImportTables
from storage.inbox import InboxTable
from storage.incidents import IncidentTable
from storage.jobs import JobTable
from storage.likeness import LikenessTable
from storage.members import MemberTable
from storage.messages import MessageTable
from storage.posts import PostTable
from storage.proposals import ProposalTable
from storage.publications import PublicationTable
from storage.reviews import ReviewTable
from storage.revisions import RevisionTable
from storage.search import SearchTable
from storage.server_clock import ServerClock
from storage.statistics import StatisticsTables
from storage.vault import VaultTable
from storage.workspaces import WorkspaceTable


class Tables:
    """The Records port: each table on the transaction's connection, made when first asked for."""

    def __init__(self, connection: Connection, clock: Clock, server_clock: ServerClock) -> None:
        self._connection = connection
        self._clock = clock
        self._server_clock = server_clock

    @cached_property
    def incidents(self) -> IncidentTable:
        """The incidents."""
        return IncidentTable(self._connection)

    @cached_property
    def channels(self) -> ChannelTable:
        """The channels the bot has met."""
        return ChannelTable(self._connection, self._clock)

    @cached_property
    def messages(self) -> MessageTable:
        """The archive."""
        return MessageTable(self._connection)

    @cached_property
    def archives(self) -> ArchiveTable:
        """The reading progress."""
        return ArchiveTable(self._connection)

    @cached_property
    def evidence(self) -> EvidenceTable:
        """Labelled evidence."""
        return EvidenceTable(self._connection)

    @cached_property
    def revisions(self) -> RevisionTable:
        """Versions of postmortems."""
        return RevisionTable(self._connection)

    @cached_property
    def reviews(self) -> ReviewTable:
        """Decisions and comments."""
        return ReviewTable(self._connection)

    @cached_property
    def proposals(self) -> ProposalTable:
        """Changes a model suggested."""
        return ProposalTable(self._connection)

    @cached_property
    def publications(self) -> PublicationTable:
        """Where revisions went."""
        return PublicationTable(self._connection)

    @cached_property
    def posts(self) -> PostTable:
        """The bot's own messages."""
        return PostTable(self._connection)

    @cached_property
    def jobs(self) -> JobTable:
        """The queue."""
        return JobTable(self._connection, self._clock, self._server_clock)

    @cached_property
    def inbox(self) -> InboxTable:
        """Event ids seen."""
        return InboxTable(self._connection)

    @cached_property
    def audit(self) -> AuditTable:
        """The audit trail."""
        return AuditTable(self._connection)

    @cached_property
    def search(self) -> SearchTable:
        """The full-text index."""
        return SearchTable(self._connection)

    @cached_property
    def likeness(self) -> LikenessTable:
        """Which incidents resemble each other."""
        return LikenessTable(self._connection)

    @cached_property
    def members(self) -> MemberTable:
        """The last known members of channels."""
        return MemberTable(self._connection)

    @cached_property
    def actions(self) -> ActionTable:
        """Action items."""
        return ActionTable(self._connection)

    @cached_property
    def glass(self) -> GlassTable:
        """Who broke the glass."""
        return GlassTable(self._connection)

    @cached_property
    def vault(self) -> VaultTable:
        """What is sealed during a hold."""
        return VaultTable(self._connection)

    @cached_property
    def workspaces(self) -> WorkspaceTable:
        """Who uninstalled the app."""
        return WorkspaceTable(self._connection)

    @cached_property
    def statistics(self) -> StatisticsTables:
        """Many incidents at once."""
        return StatisticsTables(self._connection)

    @cached_property
    def eraser(self) -> EraserTables:
        """What is erased for good."""
        return EraserTables(self._connection)

    @cached_property
    def imports(self) -> ImportTables:
        """What was imported."""
        return ImportTables(self._connection)

    @cached_property
    def homes(self) -> HomeTable:
        """Who opened their Home lately."""
        return HomeTable(self._connection)
