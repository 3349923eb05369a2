"""Severities, services, dates and times that people write in passing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.incident import Severity
from bot.domain.stated import clock_in, date_in, services_in, services_value, severity_in, severity_value

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("this is a SEV-2", "sev2"),
        ("incident_sev1_db", "sev1"),
        ("P0: everything is down", "sev1"),
        ("severity: 3", "sev3"),
        ("SEV5, cosmetic", "sev4"),
        ("the S3 bucket is gone", None),
        ("p99 latency, p50 too", None),
        ("mp3 and gp2 volumes", None),
    ],
)
def test_a_severity_is_read_where_it_is_written_as_one(text: str, severity: str | None) -> None:
    """Not in the names of buckets and percentiles."""
    assert severity_in(text) == (Severity(severity) if severity else None)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Critical", "sev1"),
        ("2", "sev2"),
        ("S3", "sev3"),
        ("Minor (4)", "sev4"),
        ("Major", "sev2"),
        ("tbd", None),
    ],
)
def test_a_field_may_hold_a_word_or_a_number(text: str, severity: str | None) -> None:
    """As the common scales have them."""
    assert severity_value(text) == (Severity(severity) if severity else None)


def test_services_are_named_behind_their_word() -> None:
    """A sentence is no list."""
    assert services_in("sev2 service:checkout\nServices affected: Cart, `search-api` and mail") == (
        "checkout", "cart", "search-api", "mail",
    )  # fmt: skip
    assert services_value("everything that customers see when they log in, which is bad") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 2026-03-02 at", DAY),
        ("2026/3/2", DAY),
        ("2nd of March, 2026", DAY),
        ("Mar 2, 2026", DAY),
        ("2026-13-45", None),
        ("March 2", None),
    ],
)
def test_a_date_needs_its_year(text: str, found: date | None) -> None:
    """In any of the usual orders; what is no date of the calendar is none."""
    assert date_in(text) == found


@pytest.mark.parametrize(
    ("text", "hour", "zoned"),
    [
        ("14:20", 14, False),
        ("at 14:20 UTC", 14, True),
        ("2:20 pm", 14, False),
        ("14:20 PST", 22, True),
        ("14:20+02:00", 12, True),
        ("14:20 CEST,", 12, True),
        ("12:20 am", 0, False),
    ],
)
def test_a_time_without_a_zone_is_utc(text: str, hour: int, zoned: bool) -> None:
    """And told apart from one that has one."""
    assert clock_in(text, DAY) == (datetime(2026, 3, 2, hour, 20, tzinfo=UTC), zoned)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_does_any_harm(text: str) -> None:
    """Whatever it says, the answer is one or none."""
    severity_in(text), severity_value(text), services_in(text), services_value(text), date_in(text)
    clock_in(text, DAY)
