"""Incidents one below the other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from bot.domain.incident import Incident, Scope, Severity, Status
from bot.slack import limits
from bot.slack.incidents import listing

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def incident(**facts: object) -> Incident:
    """Checkout answers 502, since nine."""
    known = {
        "id": 1,
        "team_id": "T1",
        "number": 2,
        "channel_id": "C1",
        "scope": Scope.CHANNEL,
        "title": "Checkout answers 502",
        "started_at": AT,
        "since_ts": "1.000000",
        "status": Status.OPEN,
    }
    return Incident.model_validate(known | facts)


def shown(*incidents: Incident) -> str:
    """All of the answer."""
    payload = listing(incidents, "https://acme.slack.com/", title="The newest incidents")
    return json.dumps(payload.blocks, ensure_ascii=False)


def test_a_line_tells_how_an_incident_stands_and_leads_to_it() -> None:
    """Its state at a glance, and when it began, whatever has become of it since."""
    due = AT + timedelta(hours=3)
    text = shown(incident(status=Status.IN_REVIEW, severity=Severity.SEV2, draft_due_at=due))
    assert "📝 *<https://acme.slack.com/archives/C1|INC-2 · Checkout answers 502>*" in text
    assert "SEV2 · in review · began <!date^" in text
    assert "2026-11-16 09:00 UTC" in text
    assert "12:00 UTC" not in text


def test_a_resolved_one_says_when_its_draft_comes() -> None:
    """Beside when it began."""
    text = shown(incident(status=Status.RESOLVED, draft_due_at=AT + timedelta(hours=3), is_private=True))
    assert "draft <!date^" in text
    assert "12:00 UTC" in text
    assert "🔒 private" in text


def test_titles_take_no_effect_and_many_fit() -> None:
    """Nobody is pinged by a list, and Slack takes it."""
    text = shown(*[incident(title="<!channel> *bold* " * 20, number=at) for at in range(1, 51)])
    assert "<!channel>" not in text
    assert len(json.loads(text)) <= limits.MESSAGE_BLOCKS
