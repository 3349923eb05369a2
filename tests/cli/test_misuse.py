"""What the command line says to who types it wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

COMMANDS: tuple[list[str], ...] = (
    [],
    ["serve"],
    ["work"],
    ["demo"],
    ["draft"],
    ["search"],
    ["jobs"],
    ["jobs", "retry"],
    ["jobs", "cancel"],
    ["doctor"],
    ["eval"],
    ["db"],
    ["db", "upgrade"],
    ["db", "state"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]) -> None:
    """`--help` says what a command does and every option what it is for."""
    done = run(*command, "--help")
    assert done.code == 0
    assert "Usage:" in done.out
    assert "Show this message and exit" in done.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["draft"],
        ["draft", "x.json", "--format", "docx"],
        ["jobs", "retry", "seven"],
        ["jobs", "--state", "x"],
    ],
    ids=" ".join,
)
def test_misuse_exits_2_and_says_why(run: Run, arguments: list[str]) -> None:
    """Unknown commands and values are told apart from failures."""
    done = run(*arguments)
    assert done.code == 2
    assert "Usage:" in done.err
    assert done.out == ""


def test_a_setting_that_does_not_work_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1 with the variable and an example, no traceback."""
    monkeypatch.setenv("DRAFT_DELAY", "soon")
    done = run("jobs")
    assert done.code == 1
    assert done.err == (
        "DRAFT_DELAY='soon' is no duration such as 2h, 90m, 10s or 1h30m. Example: DRAFT_DELAY=2h\n"
    )


@pytest.mark.parametrize("command", ["serve", "work"])
def test_serving_without_tokens_says_which_are_missing(run: Run, command: str) -> None:
    """The first thing a newcomer runs into tells where to find them."""
    done = run(command)
    assert done.code == 1
    assert "SLACK_BOT_TOKEN is not set" in done.err
    assert "SLACK_APP_TOKEN is not set" in done.err


def test_serving_where_slack_cannot_be_reached_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to look at, alone: the client's own log line of the same failure is not printed."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    monkeypatch.setenv("START_PATIENCE", "0s")
    done = run("serve")
    assert done.code == 1
    assert done.err == (
        "Slack cannot be reached (Slack did not answer auth.test: URLError). Nothing was changed. Check this "
        "machine's network and proxy, then start again; `postmortem doctor` tries every connection.\n"
    )


def test_http_mode_refuses_an_empty_signing_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it anybody could speak for Slack."""
    monkeypatch.setenv("SLACK_MODE", "http")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    done = run("serve")
    assert done.code == 1
    assert "SLACK_SIGNING_SECRET is not set" in done.err


@pytest.mark.parametrize("command", [["jobs"], ["jobs", "retry", "1"], ["db", "state"]])
def test_a_database_that_was_never_set_up_is_told_and_not_created(
    run: Run, command: list[str], tmp_path: Path
) -> None:
    """Looking changes nothing."""
    done = run(*command)
    assert done.code == 1
    assert "postmortem db upgrade" in done.out + done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_hold_the_database_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that leads nowhere is told, with the folder."""
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all/bot.db")
    done = run("db", "upgrade")
    assert (done.code, done.err) == (
        1,
        "The directory /nowhere/at/all for the database does not exist; create it first.\n",
    )


def test_help_loads_nothing_heavy() -> None:
    """`--help` is quick because neither pydantic, Slack's SDK nor the database are imported for it."""
    script = (
        "import sys, bot.cli; bot.cli.build(); heavy = ('pydantic', 'slack_sdk', 'sqlalchemy', 'structlog');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_module_is_the_command() -> None:
    """`python -m bot` does what `postmortem` does."""
    done = subprocess.run([sys.executable, "-m", "bot", "fly"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No such command 'fly'" in done.stderr
