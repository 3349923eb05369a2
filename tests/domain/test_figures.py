"""Numbers are compared by what they say, not by how they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.figures import figures


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1.2k users", "1,200 users"),
        ("five users", "5 users"),
        ("twenty-five", "25"),
        ("two hundred", "200"),
        ("3 million", "3,000,000"),
        ("~4000 files", "4,000 files"),
        ("64 GB", "64GB"),
        ("HTTP 502", "some 502s"),
        ("a dozen pods", "12 pods"),
    ],
)
def test_numbers_are_the_same_however_written(text: str, same: str) -> None:
    """Scales, separators, words and units attached do not change a number."""
    assert figures(text).plain.keys() == figures(same).plain.keys() != set()


@pytest.mark.parametrize(
    ("text", "value"), [("5 %", 5), ("5%", 5), ("five percent", 5), ("99.95 per cent", 99.95)]
)
def test_shares_are_no_bare_numbers(text: str, value: float) -> None:
    """A percentage is known as one, so that 5 does not stand for 5 %."""
    assert (set(figures(text).percents), figures(text).plain) == ({value}, {})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 min", 5_400),
        ("1.5 h", 5_400),
        ("1 h 30 min", 5_400),
        ("1h30m", 5_400),
        ("one hour and 30 minutes", 5_400),
        ("300ms", 0.3),
        ("2 days", 172_800),
        ("a 3-minute outage", None),
    ],
)
def test_durations_are_lengths(text: str, seconds: float | None) -> None:
    """Neighbouring parts of a duration are one length; `3-minute` stays a number."""
    assert [span.seconds for span in figures(text).spans] == ([] if seconds is None else [seconds])


def test_times_dates_and_money_are_told_apart() -> None:
    """Clock times, dates and amounts are their own kinds."""
    found = figures(
        "At 14:02 and 2pm on 21 November (Nov 22, 2026-11-23T05:06:07Z) it cost $3.4M and 200 EUR"
    )
    assert set(found.clocks) == {(14, 2), (14, 0), (5, 6)}
    assert set(found.dates) == {(11, 21), (11, 22), (11, 23)}
    assert set(found.money) == {("usd", 3_400_000.0), ("eur", 200.0)}
    assert set(found.plain) == {2026.0}


@pytest.mark.parametrize(
    "text", ["v2.4.1", "web-3", "E1234", "#98", "10.0.0.1:80", "0x69ae", "responder 2", "[3, 4]"]
)
def test_identifiers_roles_and_citations_are_no_figures(text: str) -> None:
    """What names a thing, a person or a piece of evidence counts nothing."""
    assert not any(figures(text))


@given(st.text(max_size=200) | st.text(alphabet="0123456789.,:%$kmh -", max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    """Any text has figures or none."""
    assert figures(text).all_values() >= set(figures(text).plain)
