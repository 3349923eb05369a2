"""`postmortem db`: a database is set up, told of, and never spoiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Run
from tests.imports.documents import ATLASSIAN


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


@pytest.mark.parametrize(
    ("command", "code"),
    [(["search", "pool"], 1), (["import", "past.md", "--team", "T1"], 0), (["report"], 0)],
)
def test_a_first_look_sets_up_the_database_and_says_so(
    run: Run, tmp_path: Path, command: list[str], code: int
) -> None:
    """Nobody has to know of `db upgrade` before the bot has run for the first time."""
    (tmp_path / "past.md").write_text(ATLASSIAN)
    done = run(*command)
    assert done.code == code
    assert "A new database was set up: sqlite:///postmortem.db" in done.err
    assert run("db", "state").code == 0
    assert "set up" not in run(*command).err


@pytest.mark.parametrize("command", [["search", "pool"], ["import", "."], ["report"], ["jobs"]])
def test_a_database_of_an_earlier_version_says_what_to_do(
    run: Run, database: str, command: list[str]
) -> None:
    """A look never upgrades what others may be using."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0007_imports'"))
    done = run(*command)
    assert done.code == 1
    assert "earlier version (schema 0007_imports" in done.err
    assert "postmortem db upgrade" in done.err
    engine.dispose()


def test_the_index_is_made_anew(run: Run, tmp_path: Path) -> None:
    """What was found before is found again."""
    (tmp_path / "past.md").write_text(ATLASSIAN)
    run("import", "past.md", "--team", "T1")
    before = run("search", "connection").out
    assert (
        run("db", "reindex").out
        == "Indexed anew: 1 incident. 1 with a draft can be compared and counted by it.\n"
    )
    assert run("search", "connection").out == before


def test_drafts_from_before_there_were_action_items_get_theirs(
    run: Run, database: str, tmp_path: Path
) -> None:
    """Once, which is told."""
    (tmp_path / "past.md").write_text(ATLASSIAN)
    run("import", "past.md", "--team", "T1")
    engine = create_engine(database)
    with engine.begin() as connection:
        gone = connection.execute(text("DELETE FROM action_items")).rowcount
    engine.dispose()
    assert gone > 1
    assert f"Listed from drafts that had none listed: {gone} action items." in run("db", "reindex").out
    assert "Listed" not in run("db", "reindex").out
