"""The tables, by subject. Every one carries `team_id`, so that a workspace can be told apart and erased.

The full-text index is no part of this: it differs by database, see the migration `0001_first_tables`.
"""

from __future__ import annotations

from storage.tables.chat import channel_members, channels, message_versions, messages, placeholders, salts
from storage.tables.incident import (
    action_items,
    archives,
    counters,
    evidence,
    glass,
    incidents,
    proposals,
    publications,
    reviews,
    revisions,
    sealed,
)
from storage.tables.memory import (
    case_facts,
    likeness,
    likeness_matches,
    likeness_terms,
    likeness_told,
    likeness_vectors,
    search_documents,
    search_places,
    search_services,
)
from storage.tables.schema import metadata
from storage.tables.work import audit, departures, homes, import_progress, imports, inbox, jobs, posts

__all__ = [
    "action_items",
    "archives",
    "audit",
    "case_facts",
    "channel_members",
    "channels",
    "counters",
    "departures",
    "evidence",
    "glass",
    "homes",
    "import_progress",
    "imports",
    "inbox",
    "incidents",
    "jobs",
    "likeness",
    "likeness_matches",
    "likeness_terms",
    "likeness_told",
    "likeness_vectors",
    "message_versions",
    "messages",
    "metadata",
    "placeholders",
    "posts",
    "proposals",
    "publications",
    "reviews",
    "revisions",
    "salts",
    "sealed",
    "search_documents",
    "search_places",
    "search_services",
]
