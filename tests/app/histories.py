"""How many random histories are tried, how long they are, and on which database: few, short and on SQLite
unless more are asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.databases import Postgres


def asked_for(*, examples: int, steps: int) -> settings:
    """So many, or as many as `HISTORIES` and `HISTORY_STEPS` say. The same ones every time where CI runs
    them, others each time elsewhere."""
    return settings(
        max_examples=int(os.environ.get("HISTORIES", examples)),
        stateful_step_count=int(os.environ.get("HISTORY_STEPS", steps)),
        deadline=None,
        derandomize=bool(os.environ.get("CI")),
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def databases(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """A folder → the address of a database without a row: a file there, or, with `HISTORIES_ON=postgres`, the
    one of this worker's server, emptied."""
    if os.environ.get("HISTORIES_ON") == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        return lambda _folder: server.cleaned()
    template: Path = request.getfixturevalue("sqlite_template")

    def copied(folder: Path) -> str:
        shutil.copyfile(template, folder / "postmortem.db")
        return f"sqlite:///{folder / 'postmortem.db'}"

    return copied
