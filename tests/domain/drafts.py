"""Drafts for tests, one keyword a part."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.domain.postmortem import ActionItem, Claim, Commitment, Draft, Grade, Phase, RootCause, TimelineEntry

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_draft(**parts: Any) -> Draft:
    """A small complete draft; `parts` replace sections."""
    sections: dict[str, Any] = {
        "title": "Checkout answers 502",
        "summary": (
            Claim(text="Checkout answered 502.", evidence=(1,)),
            Claim(text="A rollback ended it.", evidence=(3, 4)),
        ),
        "impact": (Claim(text="3,120 orders failed.", evidence=(2,)),),
        "timeline": (
            TimelineEntry(text="The alert fired.", evidence=(1,), at=NINE, phase=Phase.DETECTION),
            TimelineEntry(
                text="Rollback started.",
                evidence=(3,),
                at=NINE.replace(minute=17, second=42),
                phase=Phase.MITIGATION,
            ),
        ),
        "root_cause": RootCause(
            grade=Grade.INFERRED, claims=(Claim(text="Retries leaked connections.", evidence=(2, 3)),)
        ),
        "action_items": (
            ActionItem(text="Add an alert.", evidence=(5,)),
            ActionItem(text="Fix the retry.", evidence=(6,), owner="responder 2", kind=Commitment.COMMITMENT),
        ),
    }
    return Draft(**(sections | parts))
