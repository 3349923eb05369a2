from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Run


def test_a_database_is_set_up_once_and_stays(run: Run, tmp_path: Path) -> None:
    """`upgrade` creates, then confirms; `state` agrees."""
    assert "is up to date now" in run("db", "upgrade").out
    assert (tmp_path / "postmortem.db").exists()
    assert "was up to date already" in run("db", "upgrade").out
    assert run("db", "state").code == 0


@pytest.mark.parametrize("command", [["db", "upgrade"], ["jobs"], ["search", "pool"]])
def test_a_database_from_the_future_is_left_alone(run: Run, database: str, command: list[str]) -> None:
    """A later version's tables are refused in a sentence, and nothing is changed."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    done = run(*command)
    assert done.code == 1
    assert "later version" in done.err
    assert "Traceback" not in done.err
    state = run("db", "state")
    assert state.code == 1
    assert "9999_later" in state.out
    engine.dispose()


def test_a_file_that_is_no_database_is_told(run: Run, tmp_path: Path) -> None:
    """A text file under the database's name loses nothing."""
    path = tmp_path / "postmortem.db"
    path.write_text("these are my notes, not a database\n" * 200)
    done = run("db", "upgrade")
    assert (done.code, done.out) == (1, "")
    assert "no SQLite database" in done.err
    assert path.read_text().startswith("these are my notes")
