"""What the use cases need from outside, as small protocols named for what we want.

Each has an adapter, a double in `tests/fakes` where the real thing needs a network, and one
contract test that both pass.
"""

from __future__ import annotations

from bot.ports.acting import ActionCounts, Actions, Listed, NewItem
from bot.ports.archive import Archives, ArchiveState, EvidenceStore, Messages, ThreadRead, Touched
from bot.ports.chat import Channel, Directory, History, Identity, Page, Place, Posted, Poster
from bot.ports.clock import Clock
from bot.ports.composing import Composed, Composer, Order
from bot.ports.counting import Counting
from bot.ports.drafting import (
    Documents,
    Drafted,
    Drafter,
    Editor,
    Failing,
    Hasty,
    Publisher,
    Redactor,
    Repairing,
    Secret,
    Thrifty,
)
from bot.ports.erasing import Departure, Eraser, Sealed, Vault, Workspaces
from bot.ports.homes import Home, Homes, Looked
from bot.ports.importing import Imported, Imports, PastIncident
from bot.ports.incidents import Channels, Glass, Incidents, KnownMembers, Members, NewIncident, StoredChannel
from bot.ports.likeness import Embedder, Kin, Likeness, Match, Told, Vector
from bot.ports.memory import Hit, SearchDocument, SearchIndex
from bot.ports.metering import Meter
from bot.ports.picturing import Artist, Drawn
from bot.ports.reviewing import PostRow, Posts, Proposals, Publications, Reviews, Revisions
from bot.ports.storage import Records, Storage
from bot.ports.work import Audit, AuditLine, Inbox, Jobs

__all__ = [
    "ActionCounts",
    "Actions",
    "ArchiveState",
    "Archives",
    "Artist",
    "Audit",
    "AuditLine",
    "Channel",
    "Channels",
    "Clock",
    "Composed",
    "Composer",
    "Counting",
    "Departure",
    "Directory",
    "Documents",
    "Drafted",
    "Drafter",
    "Drawn",
    "Editor",
    "Embedder",
    "Eraser",
    "EvidenceStore",
    "Failing",
    "Glass",
    "Hasty",
    "History",
    "Hit",
    "Home",
    "Homes",
    "Identity",
    "Imported",
    "Imports",
    "Inbox",
    "Incidents",
    "Jobs",
    "Kin",
    "KnownMembers",
    "Likeness",
    "Listed",
    "Looked",
    "Match",
    "Members",
    "Messages",
    "Meter",
    "NewIncident",
    "NewItem",
    "Order",
    "Page",
    "PastIncident",
    "Place",
    "PostRow",
    "Posted",
    "Poster",
    "Posts",
    "Proposals",
    "Publications",
    "Publisher",
    "Records",
    "Redactor",
    "Repairing",
    "Reviews",
    "Revisions",
    "Sealed",
    "SearchDocument",
    "SearchIndex",
    "Secret",
    "Storage",
    "StoredChannel",
    "ThreadRead",
    "Thrifty",
    "Told",
    "Touched",
    "Vault",
    "Vector",
    "Workspaces",
]
