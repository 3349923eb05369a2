"""An importer at work on a database, without a command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import config
from bot.domain.incident import Incident
from bot.importer.choosing import Wish
from bot.importer.everything import import_all
from bot.importer.report import Report
from bot.workflow.dossier import Dossier, dossier
from storage import Database
from tests.importer.workspaces import TEAM, Workspace


class Importer:
    """Imports, and looks at what came of it."""

    def __init__(self, storage: Database, folder: Path) -> None:
        self.storage = storage
        self.settings = config.load(
            env_file=None, drafter="extractive", postmortem_dir=folder / "out", publishers=("files",)
        )

    def __call__(self, *paths: Path, **wish: Any) -> Report:
        """`postmortem import`."""
        return import_all(self.settings, self.storage, Wish(paths=paths, **{"channels": ("inc*",), **wish}))

    def incidents(self) -> tuple[Incident, ...]:
        """All there are, oldest first."""
        with self.storage.read() as records:
            return records.incidents.recent(TEAM, visible=None, limit=1000)[::-1]

    def dossier(self, incident: Incident) -> Dossier:
        """Everything of one."""
        with self.storage.read() as records:
            return dossier(records, incident)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of this machine's settings."""
    for name in config.fields():
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bring(storage: Database, tmp_path: Path) -> Importer:
    """On both databases."""
    return Importer(storage, tmp_path)


@pytest.fixture
def bring_sqlite(sqlite_storage: Database, tmp_path: Path) -> Importer:
    """On one, where that is enough."""
    return Importer(sqlite_storage, tmp_path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An export without channels."""
    return Workspace(tmp_path / "export")
