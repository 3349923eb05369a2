"""Search finds what people mean: measured on the labelled set."""

from __future__ import annotations

from storage import Database
from tests.clock import ManualClock
from tests.memory.finding import answers, library, mean_precision


def test_the_first_three_are_right_nine_times_of_ten(storage: Database, clock: ManualClock) -> None:
    """Precision at three of at least 0.9 over all labelled queries, on both databases alike."""
    found = answers(library(storage, clock))
    missed = [(one.query.text, one.found[:3], one.query.right) for one in found if one.precision < 1]
    assert mean_precision(found) >= 0.9, missed
