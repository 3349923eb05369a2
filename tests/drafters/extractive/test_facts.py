"""What Slack recorded and changes of severity in a timeline."""

from __future__ import annotations

import pytest

from bot.domain.postmortem import Draft
from bot.domain.transcript import Source, Transcript
from bot.drafters.extractive import ExtractiveDrafter
from bot.drafters.extractive.facts import facts
from bot.drafters.extractive.lines import read
from tests.drafters.extractive.transcripts import said, transcript

CHATTER = [said(10 + minute, f"the dashboard for shard {minute} shows errors again") for minute in range(30)]


def draft(given: Transcript) -> Draft:
    return ExtractiveDrafter().draft(given).draft


@pytest.mark.parametrize(
    "text",
    [
        "Raising this to SEV1.",
        "downgraded to sev-3 for now",
        "severity sev2 -> sev1",
        "This is now a P1, paging the database people",
        "I am declaring a SEV2",
    ],
)
def test_a_change_of_severity_is_a_moment_of_its_own(text: str) -> None:
    """However short, and among however many heavier messages, it stands in the timeline."""
    given = transcript(said(0, "the API is down"), *CHATTER, said(60, text, by="responder 2"))
    assert any(entry.evidence[0] == len(CHATTER) + 2 for entry in draft(given).timeline)


@pytest.mark.parametrize(
    "text", ["should we raise this to sev1?", "if it spreads this is a sev1", "the sev1 last month was worse"]
)
def test_speaking_of_a_severity_changes_none(text: str) -> None:
    """A question, a supposition and another incident's severity are no such events."""
    assert facts(read([said(0, text)])) == frozenset()


def test_what_people_pinned_is_a_moment_of_its_own() -> None:
    """However little it says to the rules."""
    pinned = said(60, "the plan is in the document", by="responder 2", reactions=("pushpin",))
    made = draft(transcript(said(0, "the API is down"), *CHATTER, pinned))
    assert any(entry.evidence[0] == len(CHATTER) + 2 for entry in made.timeline)


def test_a_topic_and_a_name_are_told_as_slack_recorded_them() -> None:
    """A change of topic or name is a timeline entry in Slack's words."""
    topic = said(20.5, "Channel topic set to: writes frozen", source=Source.FACT)
    made = draft(transcript(said(0, "the API is down"), *CHATTER[:10], topic, *CHATTER[11:]))
    assert [entry.text for entry in made.timeline if entry.evidence == (12,)] == [
        "Channel topic set to: writes frozen."
    ]


def test_topics_changed_all_the_time_leave_room_for_what_happened() -> None:
    """No more than eight such changes count as moments by themselves."""
    topics = [said(10 + at, f"Channel topic set to: phase {at}", source=Source.FACT) for at in range(40)]
    made = draft(transcript(said(0, "the API is down, customers get errors"), *topics))
    assert made.timeline[0].evidence[0] == 1
