from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Departure
from bot.sandbox import Sandbox
from storage import open_storage
from tests.cli.conftest import Run
from tests.clock import ManualClock
from tests.openai_server import ScriptedServer, Step, completion, failure

KEY = "sk-hunter2hunter2"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A local Slack with the tokens set for it."""
    with Sandbox(now=time.time) as sandbox:
        monkeypatch.setenv("SLACK_API_URL", sandbox.url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", sandbox.app.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", sandbox.app.app_token)
        yield sandbox


def test_a_working_installation_passes(run: Run, slack: Sandbox, database: str) -> None:
    """Every check is shown with what was found, and the exit code is 0."""
    done = run("doctor")
    assert (done.code, "✗" in done.out) == (0, False), done.out
    for name in ("configuration", "bot token", "scopes", "clock", "app token", "schema", "database", "model"):
        assert f"✓ {name}: " in done.out
    assert "Everything works." in done.out


def test_a_private_folder_that_everybody_can_list_is_told(
    run: Run, slack: Sandbox, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there before, so its mode is not the bot's; names of files tell titles."""
    private = tmp_path / "private"
    private.mkdir(mode=0o755)
    monkeypatch.setenv("PRIVATE_POSTMORTEM_DIR", str(private))
    assert f"chmod o= {private}" in run("doctor").out.replace("\n", "")
    private.chmod(0o750)
    assert "✓ PRIVATE_POSTMORTEM_DIR" in run("doctor").out


def test_looking_creates_nothing(run: Run, slack: Sandbox, tmp_path: Path) -> None:
    """Neither a database nor a folder; the missing tables are told with the command that makes them."""
    done = run("doctor")
    assert done.code == 1
    assert "Run `postmortem db upgrade`." in done.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variable", "value", "line"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "✗ bot token: Slack answers 'invalid_auth'"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "✗ app token: Slack answers 'invalid_auth'"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api/", "✗ bot token: Slack cannot be reached"),
        ("DATABASE_URL", "mysql://u:hunter2@db/x", "✗ database: not usable"),
        ("POSTMORTEM_DIR", "/proc/postmortems", "✗ POSTMORTEM_DIR: /proc"),
        ("SLACK_BOT_TOKEN", "", "✗ configuration: incomplete"),
        ("HTTP_PORT", "many", "✗ configuration: does not work"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_to_mend_it(
    run: Run,
    slack: Sandbox,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    line: str,
) -> None:
    """One broken thing is one ✗ with an arrow below it, exit 1, and no secret shown."""
    monkeypatch.setenv(variable, value)
    done = run("doctor")
    assert done.code == 1
    lines = done.out.splitlines()
    at = next(i for i, each in enumerate(lines) if each.startswith(line))
    assert lines[at + 1].startswith("    → ")
    assert "hunter2" not in done.out + done.err
    assert "xoxb-" not in done.out.replace("xoxb-…", "")


def test_a_missing_scope_is_named_with_what_it_is_for(run: Run, slack: Sandbox, database: str) -> None:
    """Compared with what the manifest asks for; a declined optional one is no fault."""
    slack.app.scopes -= {"reactions:read", "files:write"}
    done = run("doctor")
    assert done.code == 1
    assert "missing: reactions:read (to see the reaction that resolves an incident)" in done.out
    slack.app.scopes |= {"reactions:read"}
    done = run("doctor")
    assert done.code == 0
    assert "without the optional files:write" in done.out


def test_http_mode_asks_for_no_socket(
    run: Run, slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app token is not looked at; the signing secret must be there."""
    monkeypatch.setenv("SLACK_MODE", "http")
    assert run("doctor").code == 1
    monkeypatch.setenv("SLACK_SIGNING_SECRET", slack.app.signing_secret)
    done = run("doctor")
    assert done.code == 0
    assert "app token" not in done.out
    assert not [call for call in slack.calls if call.method == "apps.connections.open"]


def test_the_model_is_asked_for_a_real_little_draft(
    run: Run, slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What passes is what a draft needs: the key, the model's name and structured output."""
    answer = {"title": "Checkout", "summary": [{"text": "Checkout answered 502.", "evidence": [1]}]}
    with ScriptedServer([completion(answer)]) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        done = run("doctor")
    assert done.code == 0, done.out
    assert re.search(r"✓ model: openai:\S+ drafts \(\d+\.\d s, 150 tokens", done.out)
    assert "Checkout answers 502" in server.asked[0].text


@pytest.mark.parametrize(
    ("status", "code", "line"),
    [
        (200, 0, r"✓ embedding model: small makes vectors of 2 numbers \(\d+\.\d s\)"),
        (404, 1, r"✗ embedding model: cannot be used"),
        (503, 1, r"✗ embedding model: cannot be used"),
    ],
)
def test_the_embedding_model_is_asked_for_a_real_vector(
    run: Run,
    slack: Sandbox,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: int,
    line: str,
) -> None:
    """Where it is set: a wrong name would cost every incident its vector, in silence."""
    data = [{"object": "embedding", "index": 0, "embedding": [3.0, 4.0]}]
    told = Step(body={"object": "list", "data": data, "model": "m", "usage": {"prompt_tokens": 1}})
    with ScriptedServer([told if status == 200 else failure(status, f"no such model for {KEY}")]) as server:
        for name, value in {
            "DRAFTER": "extractive",
            "EMBEDDING_MODEL": "small",
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": server.url,
        }.items():
            monkeypatch.setenv(name, value)
        done = run("doctor")
    assert done.code == code, done.out
    assert re.search(line, done.out)
    assert ("Check EMBEDDING_MODEL" in done.out) is (status == 404)
    assert KEY not in done.out + done.err


def test_a_model_that_refuses_the_key_is_told_without_the_key(
    run: Run, slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drafts would fall back on the offline drafter; the doctor says so instead of hiding it."""
    with ScriptedServer([failure(401, f"Incorrect API key provided: {KEY}")]) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        done = run("doctor")
    assert done.code == 1
    assert "✗ model: The model could not be used" in done.out
    assert "Check OPENAI_API_KEY" in done.out
    assert KEY not in done.out + done.err


@pytest.mark.parametrize("fault", [failure(503), failure(429, Retry_After="30"), Step(drop=True)])
def test_a_model_that_is_away_is_asked_once(
    run: Run, slack: Sandbox, database: str, monkeypatch: pytest.MonkeyPatch, fault: Step
) -> None:
    """A draft would try again; whoever waits for the doctor hears at once that it did not."""
    with ScriptedServer([fault] * 5) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        done = run("doctor")
    assert done.code == 1
    assert len(server.asked) == 1
    assert "✗ model: The model could not be used: The model endpoint " in done.out
    assert "It was asked once and given 20 s at most" in done.out
    assert "offline drafter" not in done.out


@pytest.mark.parametrize(
    ("scope", "group", "line"),
    [
        (True, "reviewers", "✓ REVIEWERS: 1 person in reviewers"),
        (True, "nobody", "✗ REVIEWERS: 0 people in nobody"),
        (True, "missing", "✗ REVIEWERS: the group 'missing' cannot be read (no_such_subteam)"),
        (False, "reviewers", "Grant the optional scope usergroups:read"),
    ],
)
def test_groups_are_read_as_an_approval_would(
    run: Run,
    slack: Sandbox,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    scope: bool,
    group: str,
    line: str,
) -> None:
    """A group that cannot be read, or has nobody in it, would let nobody approve."""
    slack.usergroup("reviewers", members=[slack.person("maya")])
    slack.usergroup("nobody")
    if not scope:
        slack.app.scopes.discard("usergroups:read")
    monkeypatch.setenv("REVIEWERS", group)
    done = run("doctor")
    assert line in done.out


@pytest.mark.parametrize("setting", ["DIGEST_CHANNEL", "FALLBACK_CHANNEL"])
@pytest.mark.parametrize(
    ("channel", "line"),
    [
        ("engineering", "✓ {}: #engineering"),
        ("#engineering", "✓ {}: #engineering"),
        ("nowhere", "✗ {}: There is no channel #nowhere"),
    ],
)
def test_channels_that_settings_name_are_looked_for(
    run: Run,
    slack: Sandbox,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    channel: str,
    line: str,
) -> None:
    """Else a slip would show when the month is over, or when a channel is closed."""
    slack.channel("engineering", members=[slack.person("maya")])
    monkeypatch.setenv(setting, channel)
    assert line.format(setting) in run("doctor").out


def test_an_uninstallation_is_told_with_what_it_leads_to(run: Run, slack: Sandbox, database: str) -> None:
    """By the doctor and above the jobs: work waits, and erasing comes."""
    storage = open_storage(database, clock=ManualClock())
    now = ManualClock().now()
    with storage.begin() as records:
        records.workspaces.leave("T0SANDBOX", Departure(at=now, erase_at=now + timedelta(days=14)))
    storage.close()

    done = run("doctor")
    assert "✗ installation: the app was uninstalled from T0SANDBOX at 2026-03-02 09:00 UTC" in done.out
    done = run("jobs")
    assert "erased from 2026-03-16 09:00 UTC on" in done.out + done.err
