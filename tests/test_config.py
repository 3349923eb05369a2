"""Settings as operators write them: what is read, what is refused, and what is never shown."""

from __future__ import annotations

import contextlib
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import config
from bot.app import policy_of
from bot.domain.hours import QuietHours, WorkingHours
from bot.errors import ConfigError
from bot.values import parse_duration


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine the tests run on counts."""
    for name in config.fields():
        monkeypatch.delenv(name, raising=False)


def load(**given_: Any) -> config.Settings:
    return config.load(env_file=None, **given_)


def refusal(**given_: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load(**given_)
    return str(caught.value)


def test_the_defaults_need_no_environment() -> None:
    """Without any variable the bot runs offline, on SQLite, with the delay people expect."""
    settings = load()
    assert settings.drafter_name == "extractive"
    assert settings.draft_delay == timedelta(hours=2)
    assert settings.database_url == "sqlite:///postmortem.db"
    assert settings.private_postmortem_dir is None


def test_a_variable_wins_over_the_file_and_the_file_over_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is set closest to the process counts."""
    file = tmp_path / ".env"
    file.write_text("DRAFT_DELAY=10m\nHTTP_PORT=8080\n")
    monkeypatch.setenv("DRAFT_DELAY", "90m")
    settings = config.load(env_file=file)
    assert (settings.draft_delay, settings.http_port) == (timedelta(minutes=90), 8080)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line left blank in `.env` changes nothing."""
    monkeypatch.setenv("INCIDENT_CHANNELS", "")
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    settings = load()
    assert settings.incident_channels == ("incident-*",)
    assert settings.openai_base_url is None


def test_lists_are_read_as_people_write_them() -> None:
    """Spaces, colons around emoji and hashes before channels do no harm; `none` empties a list."""
    settings = load(
        resolved_emoji=":tada: , White_Check_Mark", incident_channels="#outage-*, sev-*", personal_data="none"
    )
    assert settings.resolved_emoji == ("tada", "white_check_mark")
    assert settings.incident_channels == ("outage-*", "sev-*")
    assert settings.personal_data == ()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2h", 7200), ("90m", 5400), ("10s", 10), ("1h30m", 5400), ("250ms", 0.25), ("0", 0), (" 2 H ", 7200)],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    """The spellings people use are understood."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@given(st.text(max_size=40))
def test_no_text_makes_a_duration_fail_otherwise_than_by_value(text: str) -> None:
    """Whatever is typed is a span between nothing and a year, or a ValueError."""
    with contextlib.suppress(ValueError):
        assert timedelta() <= parse_duration(text) <= timedelta(days=365)


def test_a_bare_number_is_no_duration() -> None:
    """`120` could be seconds or minutes, so it is refused with an example."""
    assert refusal(draft_delay="120") == (
        "DRAFT_DELAY='120' is no duration such as 2h, 90m, 10s or 1h30m. Example: DRAFT_DELAY=2h"
    )


def test_the_settings_of_a_review_are_read_as_people_write_them() -> None:
    """`off` switches a thing off; hours come with or without minutes."""
    settings = load(review_reminder="off", quiet_hours="off", working_hours=" 08:30-16:30 ")
    assert settings.review_reminder == timedelta()
    assert settings.quiet_hours == ""
    assert policy_of(settings).working_hours == WorkingHours(time(8, 30), time(16, 30))
    quiet = policy_of(load(quiet_hours="22:00-07:00 Europe/Berlin")).quiet_hours
    assert quiet == QuietHours(time(22), time(7), "Europe/Berlin")


def test_odd_hours_are_refused_with_an_example() -> None:
    """An unknown zone is named."""
    told = refusal(working_hours="nine to five", quiet_hours="22-7 Middle/Earth", approvals_needed="0")
    assert "WORKING_HOURS='nine to five' is no span of hours" in told
    assert "names no time zone I know: Middle/Earth" in told
    assert "APPROVALS_NEEDED='0' " in told


def test_every_problem_is_told_at_once() -> None:
    """Two wrong variables are two sentences, each naming its variable, the fault and an example."""
    told = refusal(http_port="many", slack_mode="carrier pigeon").splitlines()
    assert told == [
        "SLACK_MODE='carrier pigeon' has to be 'socket' or 'http'. Example: SLACK_MODE=http",
        "HTTP_PORT='many' has to be a whole number. Example: HTTP_PORT=3000",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"personal_data": "email,dna"},
        {"resolved_emoji": "none"},
        {"incident_channels": " , "},
        {"worker_tick": "0s"},
        {"worker_lease": "1s"},
        {"listener_threads": "0"},
        {"slack_api_url": "ftp://slack.example.com"},
        {"log_level": "loud"},
        {"model_budget_tokens": "10"},
        {"http_port": "70000"},
    ],
)
def test_what_cannot_work_is_refused_by_name(wrong: dict[str, str]) -> None:
    """Each refusal names the variable and gives an example."""
    name = next(iter(wrong)).upper()
    told = refusal(**wrong)
    assert told.startswith(name)
    assert f"Example: {name}=" in told


@pytest.mark.parametrize("name", ["slack_api_url", "openai_base_url"])
def test_an_address_with_a_password_is_never_repeated(name: str) -> None:
    """Errors and the printed settings keep quiet about what may be a secret."""
    assert "hunter2" not in refusal(**{name: "gopher://bot:hunter2@example.com"})


def test_printed_settings_hold_no_secret() -> None:
    """The representation can be logged."""
    settings = load(
        slack_bot_token="xoxb-hunter2",
        openai_api_key="sk-hunter2",
        database_url="postgresql://bot:hunter2@db/postmortem",
    )
    assert "hunter2" not in repr(settings) + str(settings)


def test_addresses_have_the_ending_their_clients_expect() -> None:
    """Slack's base ends with a slash, the model's without."""
    settings = load(slack_api_url="http://localhost:1/api", openai_base_url="http://localhost:2/v1/")
    assert settings.slack_api_url == "http://localhost:1/api/"
    assert settings.openai_base_url == "http://localhost:2/v1"


def test_a_key_turns_the_model_on_only_where_nobody_decided() -> None:
    """`auto` follows the key; a named drafter stays."""
    assert load(openai_api_key="sk-x").drafter_name == "openai"
    assert load(openai_api_key="sk-x", drafter="extractive").drafter_name == "extractive"
    assert load(drafter="OpenAI").drafter_name == "openai"


def test_an_unreadable_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Bytes that are no text are no traceback."""
    file = tmp_path / ".env"
    file.write_bytes(b"DRAFT_DELAY=\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(env_file=file)


def test_oauth_credentials_in_the_environment_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt would turn to OAuth by itself; our settings do not know these names."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
    assert load() == load()
    assert not [name for name in config.fields() if "CLIENT" in name]


def needs(**given_: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load(**given_).require_slack()
    return str(caught.value)


def test_socket_mode_needs_both_tokens() -> None:
    """Both missing tokens are named, with where to find them."""
    told = needs()
    assert "SLACK_BOT_TOKEN is not set" in told
    assert "SLACK_APP_TOKEN is not set" in told
    load(slack_bot_token="xoxb-1", slack_app_token="xapp-1").require_slack()


def test_http_mode_needs_the_signing_secret_and_no_app_token() -> None:
    """An empty or blank secret would let anybody in, so it is refused."""
    told = needs(slack_mode="http", slack_bot_token="xoxb-1", slack_signing_secret="  ")
    assert told.startswith("SLACK_SIGNING_SECRET is not set")
    load(slack_mode="http", slack_bot_token="xoxb-1", slack_signing_secret="s").require_slack()


def test_tokens_of_another_kind_are_recognised_without_showing_them() -> None:
    """The commonest mistake is a swapped token; its value stays out of the message."""
    told = needs(slack_bot_token="xapp-hunter2", slack_app_token="xoxb-hunter2")
    assert told.count("another kind of token") == 2
    assert "hunter2" not in told


def test_every_setting_explains_itself() -> None:
    """Each has a description and an example for the documents and the errors."""
    for name, field in config.fields().items():
        assert field.description, name
        assert field.examples, name


def test_retention_may_last_ten_years_and_erasure_two_weeks() -> None:
    """Slack wants everything gone 14 business days after an uninstallation."""
    assert load(transcript_retention="3650d").transcript_retention == timedelta(days=3650)
    assert "TRANSCRIPT_RETENTION='3651d' is longer than 10 years" in refusal(transcript_retention="3651d")
    assert "TRANSCRIPT_RETENTION='6d' has to be at least" in refusal(transcript_retention="6d")
    assert "UNINSTALL_ERASURE='15d' has to be at most 14 d" in refusal(uninstall_erasure="15d")
