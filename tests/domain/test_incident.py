"""Incidents: names, starts, durations and what is refused when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident import (
    Incident,
    Scope,
    Severity,
    StartRequest,
    Status,
    describe_duration,
    parse_key,
    parse_start,
    title_from_channel,
    title_from_message,
)
from tests.domain.drafts import NINE


def an_incident(status: Status) -> Incident:
    """A channel incident in some status."""
    return Incident(
        id=1, team_id="T1", number=7, channel_id="C1", scope=Scope.CHANNEL, title="x", status=status,
        started_at=NINE, since_ts="0",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"), [("INC-7", ("INC", 7)), (" prv-2 ", ("PRV", 2)), ("INC7", None), ("", None)]
)
def test_a_key_is_read_however_it_is_typed(text: str, key: tuple[str, int] | None) -> None:
    """Small letters and spaces are fine."""
    assert parse_key(text) == key


def test_a_start_reads_severity_services_and_title_in_any_order() -> None:
    """Words that mean something are taken out of the title."""
    assert parse_start("sev1 Checkout service:api is down no-model service:web") == StartRequest(
        title="Checkout is down", severity=Severity.SEV1, services=("api", "web"), no_model=True
    )


@given(st.text(max_size=400))
def test_any_start_is_read(words: str) -> None:
    """Odd words are a title, at most 200 characters."""
    assert len(parse_start(words).title or "") <= 200


def test_a_channels_name_makes_a_title() -> None:
    """Nobody has to type one."""
    assert title_from_channel("incident-2026-03-02-checkout-latency", ["incident-"]) == "Checkout latency"


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=84), "1 h 24 min"),
        (timedelta(days=3, hours=2, minutes=5), "3 d 2 h"),
        (timedelta(hours=26), "1 d 2 h"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(span: timedelta, shown: str) -> None:
    """A 26 hour incident does not read as 2 hours."""
    assert describe_duration(span) == shown


def test_what_makes_no_sense_is_refused_with_what_to_do() -> None:
    """Approving an open incident names its status."""
    refusal = an_incident(Status.OPEN).refusal("approve")

    assert refusal is not None
    assert "INC-7" in refusal
    assert "Nothing was changed" in refusal


def test_what_makes_sense_is_not_refused() -> None:
    """An open incident can be resolved."""
    assert an_incident(Status.OPEN).refusal("resolve") is None


def test_restricted_is_a_word_of_its_own() -> None:
    """It is taken from the title."""
    assert parse_start("Data leaked restricted sev1") == StartRequest(
        title="Data leaked", severity=Severity.SEV1, restricted=True
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Checkout is down\nmore", "Checkout is down"),
        ("\n  @U123 look: disk full", "look: disk full"),
        ("x" * 50 + " " + "y" * 50, "x" * 50 + "…"),
        ("@U123", ""),
        ("", ""),
    ],
)
def test_a_title_is_a_messages_first_line(text: str, title: str) -> None:
    """Without mentions, cut between words."""
    assert title_from_message(text) == title
