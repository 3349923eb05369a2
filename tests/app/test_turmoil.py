"""Nothing is lost, doubled or leaked in random histories of a whole workspace."""

from __future__ import annotations

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.app.histories import asked_for, databases
from tests.app.turmoil import Turmoil


def test_turmoil_loses_doubles_and_leaks_nothing(request: pytest.FixtureRequest) -> None:
    """Talk and deletions, threads and files, holds, restrictions and forgetting, purges, channels that close,
    move and are shared, outages of Slack, lost answers, restarts: all work ends, and what must be kept,
    shown and gone is."""
    fresh = databases(request)

    class OfThisTest(Turmoil):
        def database(self) -> str:
            return fresh(self.folder)

    run_state_machine_as_test(OfThisTest, settings=asked_for(examples=4, steps=20))
