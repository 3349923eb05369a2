"""Records with everything but what a test is about filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.incident import Scope
from bot.domain.job import NewJob
from bot.domain.postmortem import Claim, Draft
from bot.domain.review import Revision
from bot.domain.transcript import Evidence, Message
from bot.ports import NewIncident, SearchDocument

TEAM = "T1"
CHANNEL = "C1"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def new_incident(**given: Any) -> NewIncident:
    """A public incident of a channel."""
    usual = {
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "scope": Scope.CHANNEL,
        "title": "Checkout latency",
        "started_at": AT,
        "since_ts": "1772442000.000000",
    }
    return NewIncident.model_validate(usual | given)


def new_thread_incident(root_ts: str = "100.000001", **given: Any) -> NewIncident:
    """A public incident of a thread."""
    return new_incident(scope=Scope.THREAD, root_ts=root_ts, **given)


def new_job(key: str = "draft:1:1", **given: Any) -> NewJob:
    """A job due now."""
    usual = {"team_id": TEAM, "kind": "draft", "key": key, "due_at": AT, "incident_id": 1}
    return NewJob.model_validate(usual | given)


def message(ts: str = "100.000001", text: str = "the pool is full", **given: Any) -> Message:
    """A message of a person."""
    usual = {"channel_id": CHANNEL, "ts": ts, "author_id": "U1", "text": text}
    return Message.model_validate(usual | given)


def evidence(label: int = 1, **given: Any) -> Evidence:
    """One item of chat, its `ts` made of its label."""
    usual = {"label": label, "channel": CHANNEL, "ts": f"{100 + label}.000000", "role": "responder 1"}
    return Evidence.model_validate(usual | {"text": "the pool is full"} | given)


def revision(incident_id: int, number: int = 1, **given: Any) -> Revision:
    """A drafter's revision with one claim."""
    draft = Draft(title="Checkout latency", summary=(Claim(text="It was slow.", evidence=(1,)),))
    usual = {
        "incident_id": incident_id,
        "number": number,
        "draft": draft,
        "author": "drafter",
        "created_at": AT,
    }
    return Revision.model_validate(usual | given)


def document(incident_id: int, title: str = "Checkout latency", **given: Any) -> SearchDocument:
    """A searchable, published incident."""
    usual = {"incident_id": incident_id, "team_id": TEAM, "channel_id": CHANNEL, "title": title}
    return SearchDocument.model_validate(usual | {"published": True, "at": AT} | given)
