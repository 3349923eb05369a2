"""`make demo` as a newcomer meets it."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from bot.demo.run import run
from tests.cli.exports import folder, messages


def played(output: Path, transcript: Path | None = None) -> str:
    shown = io.StringIO()
    assert run(Console(file=shown, width=120), transcript, output) == 0
    return shown.getvalue()


def test_the_story_shows_every_station_of_an_incident(tmp_path: Path) -> None:
    """The thread, the cited draft, the correction's diff, the approval, the files and the search hit."""
    shown = played(tmp_path)
    for expected in ("In review · revision 1", "Revision 2 by Ben", "INC-1 is published", "1 incident for"):
        assert expected in shown
    assert re.search(r"leaks database connections on every retry\. \[\d+\]", shown)
    assert "Sommer-2026-Regen" in shown  # a person typed it …
    for document in tmp_path.iterdir():
        assert "Sommer-2026-Regen" not in document.read_text()  # … and it went no further
    assert {path.suffix for path in tmp_path.iterdir()} == {".md", ".html"}


def test_an_export_is_played_the_same_way(tmp_path: Path) -> None:
    """With `--transcript` somebody's own incident passes through the real app, up to the search."""
    export = folder(tmp_path / "export", incident_checkout=messages())
    shown = played(tmp_path / "out", export)
    assert "is published" in shown
    assert "1 incident for" in shown
