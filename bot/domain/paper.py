"""A postmortem that was written elsewhere, as it was understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.incident import Severity
from bot.domain.postmortem import Draft
from bot.domain.transcript import Evidence


@dataclass(frozen=True)
class Paper:
    """A document as a structured draft. `draft` cites `evidence` by labels from 1, in document order.

    `at` is when the incident began, its day's first moment where no more is told. `is_finished` is False
    for one that calls itself a draft, `is_guarded` True for one that calls itself private. `notes` are
    sentences for its readers.
    """

    at: datetime
    resolved_at: datetime | None
    severity: Severity | None
    services: tuple[str, ...]
    is_finished: bool
    is_guarded: bool
    draft: Draft
    evidence: tuple[Evidence, ...]
    notes: tuple[str, ...]
    own_key: str = ""
    """The incident it is about, if it is a document that this bot published."""
