"""Dates people write."""

from __future__ import annotations

from datetime import date

import pytest

from bot.drafters.extractive.due import due

TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I'll add an alert by Friday", date(2026, 3, 6)),
        ("will do it on tuesday", date(2026, 3, 10)),
        ("I'll look tomorrow", date(2026, 3, 4)),
        ("done by EOD", date(2026, 3, 3)),
        ("due 2026-12-01", date(2026, 12, 1)),
        ("by March 20th", date(2026, 3, 20)),
        ("by 5 January", date(2027, 1, 5)),
        ("within two weeks", date(2026, 3, 17)),
        ("before the end of the week", date(2026, 3, 6)),
        ("next week", date(2026, 3, 13)),
        ("on 2026-02-31", None),
        ("some day", None),
        ("in 2 minutes", None),
    ],
)
def test_a_due_date_is_relative_to_the_day_it_was_said(text: str, day: date | None) -> None:
    """Weekdays, relative words, month names and ISO dates become dates; anything else none."""
    assert due(text, TUESDAY) == day
