"""Nothing is lost, doubled or leaked in random histories of a whole workspace."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.app.histories import asked_for
from tests.app.turmoil import Turmoil
from tests.databases import Postgres

ON_POSTGRES = os.environ.get("HISTORIES_ON") == "postgres"


def test_turmoil_loses_doubles_and_leaks_nothing(
    sqlite_template: Path, request: pytest.FixtureRequest
) -> None:
    """Talk and deletions, threads and files, holds and forgetting, closed channels, lost answers, restarts:
    all work ends, and what must be kept, shown and gone is."""
    server: Postgres | None = request.getfixturevalue("postgres") if ON_POSTGRES else None

    class OfThisTest(Turmoil):
        def database(self) -> str:
            if server is not None:
                return server.cleaned()
            path = self.folder / "postmortem.db"
            path.write_bytes(sqlite_template.read_bytes())
            return f"sqlite:///{path}"

    run_state_machine_as_test(OfThisTest, settings=asked_for(examples=5, steps=25))
