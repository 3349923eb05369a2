"""The command line run within the test's process, away from the settings of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import cli, config
from tests.logs import logging_as_before


class Done(NamedTuple):
    """What a command left behind."""

    code: object
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An empty folder, no setting, and logging as it was afterwards."""
    for name in config.fields():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    with logging_as_before():
        yield


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `postmortem …`; returns the exit code and what was printed."""

    def run_(*arguments: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_:
            cli.main(arguments)
        return Done(exit_.value.code or 0, *capsys.readouterr())

    return run_


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database, set for the command line."""
    path = tmp_path / "bot.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{path}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url
