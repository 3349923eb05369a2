"""What a portrait is made of, and who may be told of what: without Slack."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.incident import Incident, Scope, Status
from bot.domain.likeness import Stage
from bot.domain.transcript import Message
from bot.workflow.portraits import drafted_portrait, may_be_told, told_portrait
from tests.domain.drafts import NINE, a_draft


def incident(number: int = 1, **given: object) -> Incident:
    """An incident of the channel C1."""
    usual = {
        "id": number,
        "team_id": "T1",
        "number": number,
        "channel_id": "C1",
        "scope": Scope.CHANNEL,
        "title": "Checkout down",
        "started_at": NINE + timedelta(days=number),
        "since_ts": "1.0",
    }
    return Incident.model_validate(usual | given)


def said(number: int, text: str = "", *, deleted: bool = False) -> Message:
    """A message."""
    return Message(channel_id="C1", ts=f"{number}.000000", text=text or f"line {number}", deleted=deleted)


def test_a_start_is_its_title_and_services() -> None:
    """Nothing else is known yet."""
    found = told_portrait(incident(services=("checkout",)), ())
    assert (found.stage, found.title, found.services) == (Stage.STARTED, "Checkout down", ("checkout",))
    assert found.rest == ()


def test_a_long_transcript_counts_by_its_beginning_and_its_end() -> None:
    """The trigger stands at one, the cure at the other; deleted messages count nowhere."""
    messages = [said(number) for number in range(1, 501)] + [said(501, deleted=True)]
    found = told_portrait(incident(), messages)
    text = "\n".join(found.rest)
    assert found.stage is Stage.TOLD
    assert text.startswith("line 1\n")
    assert text.endswith("line 500")
    assert "line 250\n" not in text
    assert len(found.rest) == 8


def test_a_draft_is_told_whole_with_the_class_of_its_cause() -> None:
    """Cause and summary weigh, the rest adds what it is about."""
    found = drafted_portrait(incident(), a_draft())
    assert found.stage is Stage.DRAFTED
    assert found.cause == "Retries leaked connections."
    assert found.cause_class == "code defect"
    assert "3,120 orders failed." in found.rest


@pytest.mark.parametrize(
    ("told", "other", "allowed"),
    [
        ({}, {}, True),
        ({}, {"is_private": True}, False),
        ({"is_private": True}, {}, True),
        ({"is_private": True}, {"is_private": True}, True),
        ({"is_private": True}, {"is_private": True, "channel_id": "C2"}, False),
        ({"restricted": True}, {}, False),
        ({}, {"restricted": True}, False),
        ({"is_private": True, "restricted": True}, {"is_private": True}, False),
        ({}, {"status": Status.DISCARDED}, False),
        ({}, {"status": Status.DISMISSED}, False),
    ],
)
def test_only_what_all_readers_may_see_is_told(
    told: dict[str, object], other: dict[str, object], allowed: bool
) -> None:
    """Public to everybody, private within its channel, restricted and put away to nobody."""
    assert may_be_told(incident(1, **other), to=incident(2, **told)) is allowed
