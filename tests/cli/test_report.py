"""`postmortem report`: a page from the database, for the operator."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from storage import open_storage
from tests.cli.conftest import Run
from tests.storage.builders import new_thread_incident

AT = datetime(2026, 2, 21, 14, 0, tzinfo=UTC)


@pytest.fixture
def archive(database: str) -> str:
    """A public, a private and a restricted incident of one workspace."""
    storage = open_storage(database, clock=SystemClock())
    with storage.begin() as records:
        for channel, service, private, restricted in (
            ("C1", "checkout", False, False),
            ("C2", "vault", True, False),
            ("C3", "concealed", False, True),
        ):
            new = new_thread_incident(
                channel_id=channel,
                services=(service,),
                started_at=AT,
                is_private=private,
                restricted=restricted,
            )
            records.incidents.create(new)
    storage.close()
    return database


def test_a_report_is_written_and_named(run: Run, archive: str, tmp_path: Path) -> None:
    """Public incidents only, restricted ones never; the file's name is the result."""
    done = run("report", "--period", "2026-Q1", "-o", "q1.html")
    assert (done.code, done.out.strip()) == (0, "q1.html")
    assert "1 incident, Q1 2026." in done.err
    page = (tmp_path / "q1.html").read_text(encoding="utf-8")
    assert "Public incidents only" in page
    assert "checkout" in page
    assert "vault" not in page
    assert "concealed" not in page


def test_private_incidents_are_counted_when_asked_for(run: Run, archive: str, tmp_path: Path) -> None:
    """And the page says so."""
    assert run("report", "--period", "2026", "--include-private", "--quiet").code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Private incidents are included (1 of 2)" in page
    assert "vault" in page
    assert "concealed" not in page


def test_it_can_be_narrowed_down(run: Run, archive: str, tmp_path: Path) -> None:
    """By service and severity."""
    assert run("report", "--period", "all", "--service", "search", "--severity", "1").code == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "service search, SEV1" in page
    assert "Nothing to count" in page


def test_a_period_that_is_none_is_misuse(run: Run, archive: str) -> None:
    """Exit 2, and what could be meant."""
    done = run("report", "--period", "fortnight")
    assert done.code == 2
    assert "quarter" in done.err


def test_of_several_workspaces_one_is_chosen(run: Run, archive: str) -> None:
    """Numbers of two companies are never mixed."""
    storage = open_storage(archive, clock=SystemClock())
    with storage.begin() as records:
        records.incidents.create(new_thread_incident(team_id="T2"))
    storage.close()
    refused = run("report")
    assert (refused.code, "choose one with --team T1" in refused.err) == (1, True)
    assert run("report", "--team", "T2").code == 0
    assert run("report", "--team", "T9").code == 1


def test_an_empty_database_gives_a_report_too(run: Run, database: str, tmp_path: Path) -> None:
    """Of nothing."""
    assert run("report").code == 0
    assert "Nothing to count" in (tmp_path / "report.html").read_text(encoding="utf-8")
