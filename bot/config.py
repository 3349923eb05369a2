"""Every setting, read from the environment and a `.env` file when asked for, and never before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from bot import values
from bot.errors import ConfigError

_NO_ECHO = frozenset({"openai_base_url", "slack_api_url"})
"""Settings that may carry a password in an address: errors never repeat their value."""

Duration = Annotated[timedelta, BeforeValidator(values.duration)]
LongDuration = Annotated[timedelta, BeforeValidator(values.long_duration)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(values.words)]
Channels = Annotated[Words, AfterValidator(values.channels)]


class Settings(BaseSettings):
    """All settings. The environment variable of a field is its name in upper case.

    An empty variable counts as unset. What is not named here is ignored, `SLACK_CLIENT_ID` and
    `SLACK_CLIENT_SECRET` included: the bot serves one workspace and never turns to OAuth.
    """

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr = Field(
        SecretStr(""), description="The bot token of your Slack app.", examples=["xoxb-…"]
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""),
        description="The app-level token with `connections:write`; Socket Mode needs it.",
        examples=["xapp-…"],
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""),
        description="Proves that a request comes from Slack; HTTP mode needs it.",
        examples=["the 32 characters under Basic Information"],
    )
    slack_mode: Annotated[Literal["socket", "http"], BeforeValidator(values.lower)] = Field(
        "socket",
        description="How events arrive: over a socket we open, or as HTTP requests.",
        examples=["http"],
    )
    slack_api_url: Annotated[str, AfterValidator(values.with_slash)] = Field(
        "https://slack.com/api/",
        description="Where Slack's Web API is; any compatible endpoint works.",
        examples=["https://slack.com/api/"],
    )
    http_host: str = Field(
        "0.0.0.0",  # noqa: S104  # HTTP mode is asked for by name, and every request must carry a signature
        description="The address HTTP mode listens on.",
        examples=["127.0.0.1"],
    )
    http_port: int = Field(
        3000, ge=0, le=65_535, description="The port HTTP mode listens on.", examples=["3000"]
    )
    health_host: str = Field(
        "127.0.0.1",
        description="The address of `/healthz`, `/readyz` and `/metrics`; `0.0.0.0` for other hosts.",
        examples=["10.0.0.7"],
    )
    health_port: int = Field(
        8081,
        ge=0,
        le=65_535,
        description="Their port, in `serve` and in `work`; 0 for none. Give each process of a host its own.",
        examples=["8081"],
    )
    database_url: str = Field(
        "sqlite:///postmortem.db",
        description="Where everything is kept: a SQLite file, or PostgreSQL for several processes.",
        examples=["postgresql://bot@db.example.com/postmortem"],
        repr=False,
    )
    incident_channels: Annotated[Channels, AfterValidator(values.not_empty)] = Field(
        ("incident-*",),
        description="Channels the bot watches: comma separated names, `*` stands for anything.",
        examples=["incident-*,outage-*"],
    )
    incident_exclude: Channels = Field(
        ("incident-management", "incident-training", "incident-review*", "incident-process*"),
        description="Channels it leaves alone although they match; `none` for no exceptions.",
        examples=["incident-management,incident-training"],
    )
    resolved_emoji: Annotated[Words, AfterValidator(values.emoji), AfterValidator(values.not_empty)] = Field(
        ("white_check_mark",),
        description="Reactions that mean *resolved*; several are separated by commas.",
        examples=["white_check_mark,tada"],
    )
    draft_delay: Duration = Field(
        timedelta(hours=2), description="How long after the resolution the draft is written.", examples=["2h"]
    )
    transcript_lookback: Duration = Field(
        timedelta(hours=24),
        description="How far before its start the transcript of a channel incident reaches back.",
        examples=["24h"],
    )
    drafter: Annotated[str, BeforeValidator(values.lower)] = Field(
        "auto",
        description="Who writes drafts: `extractive` works offline, `openai` asks a model, "
        "`auto` is `openai` if a key is set.",
        examples=["extractive"],
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""), description="The key of the model endpoint.", examples=["sk-…"]
    )
    openai_base_url: Annotated[str | None, AfterValidator(values.base_url)] = Field(
        None,
        description="Any OpenAI-compatible endpoint; empty is OpenAI's own.",
        examples=["http://localhost:11434/v1"],
    )
    openai_model: str = Field(
        "gpt-6.1-terra", description="The model that drafts.", examples=["gpt-6.1-terra"]
    )
    embedding_model: str = Field(
        "",
        description="A model of the same endpoint that turns postmortems into vectors, so that similar "
        "ones are ranked better; empty is off.",
        examples=["text-embedding-3-small"],
    )
    openai_timeout: Annotated[Duration, values.at_least(timedelta(seconds=1))] = Field(
        timedelta(seconds=60), description="How long one call of the model may take.", examples=["60s"]
    )
    model_budget_tokens: int = Field(
        200_000, ge=1_000, description="Tokens one postmortem may use, never exceeded.", examples=["200000"]
    )
    model_budget_seconds: Annotated[Duration, values.at_least(timedelta(seconds=1))] = Field(
        timedelta(seconds=180),
        description="Time all model calls of one postmortem may take.",
        examples=["180s"],
    )
    model_budget_dollars: float | None = Field(
        None,
        gt=0,
        description="Money one postmortem may cost, never exceeded; needs the two prices.",
        examples=["0.50"],
    )
    model_price_input: float = Field(
        0.0, ge=0, description="US dollars per million tokens the model reads.", examples=["1.25"]
    )
    model_price_output: float = Field(
        0.0, ge=0, description="US dollars per million tokens the model writes.", examples=["10"]
    )
    model_part_tokens: int = Field(
        60_000,
        ge=2_000,
        description="A longer transcript is read in parts of at most so many tokens; "
        "lower it for models with a small context.",
        examples=["60000"],
    )
    model_for_private: Annotated[Literal["never", "allow"], BeforeValidator(values.lower)] = Field(
        "never", description="Whether incidents in private channels may go to a model.", examples=["allow"]
    )
    personal_data: Annotated[Words, AfterValidator(values.personal_data)] = Field(
        ("email", "phone", "card"),
        description="Personal data to mask: any of `email`, `phone`, `card`, `ip`, or `none`. "
        "Secrets are always masked.",
        examples=["email,phone,card,ip"],
    )
    publishers: Words = Field(
        ("files",),
        description="Where approved postmortems go besides the Slack thread; `none` for nowhere else.",
        examples=["files"],
    )
    postmortem_dir: Path = Field(
        Path("postmortems"),
        description="The folder of the Markdown and HTML files.",
        examples=["./postmortems"],
    )
    private_postmortem_dir: Path | None = Field(
        None,
        description="The folder for postmortems of private incidents; while empty they are not written.",
        examples=["./postmortems-private"],
    )
    template_dir: Path | None = Field(
        None,
        description="Your own document templates; the bot's own are used while it is empty.",
        examples=["./templates"],
    )
    digest_channel: Annotated[str, AfterValidator(values.channel)] = Field(
        "",
        description="The channel (name or id) for a monthly digest of public incidents; empty for none.",
        examples=["engineering"],
    )
    digest_day: int = Field(
        1, ge=1, le=28, description="The day of the month on which the digest is posted.", examples=["1"]
    )
    digest_hour: int = Field(
        9, ge=0, le=23, description="The hour (UTC) at which the digest is posted.", examples=["9"]
    )
    fallback_channel: Annotated[str, AfterValidator(values.channel)] = Field(
        "",
        description="The channel (name or id) a public draft goes to when the incident's own place is gone.",
        examples=["incident-reviews"],
    )
    reviewers: str = Field(
        "",
        description="The user group (handle or id) whose members alone may approve; empty: everybody in the "
        "incident's channel.",
        examples=["incident-reviewers"],
    )
    approvals_needed: int = Field(
        1,
        ge=1,
        le=10,
        description="How many people must approve the same revision before it is published.",
        examples=["2"],
    )
    approver_not_resolver: Annotated[Literal["no", "yes"], BeforeValidator(values.lower)] = Field(
        "no",
        description="With `yes`, who resolved the incident cannot approve its postmortem.",
        examples=["yes"],
    )
    review_reminder: Annotated[timedelta, BeforeValidator(values.switched)] = Field(
        timedelta(hours=24),
        description="How long a review may wait until its owner is reminded, at most three times; `off` for "
        "never.",
        examples=["24h"],
    )
    working_hours: Annotated[str, AfterValidator(values.working_hours)] = Field(
        "9-17",
        description="When reminders may come, Monday to Friday, by the clock of the person reminded.",
        examples=["08:30-16:30"],
    )
    quiet_hours: Annotated[str, AfterValidator(values.quiet_hours)] = Field(
        "",
        description="Hours in which drafts are written but not posted, with their time zone.",
        examples=["22:00-07:00 Europe/Berlin"],
    )
    action_reminders: Annotated[Literal["on", "off"], BeforeValidator(values.lower)] = Field(
        "on",
        description="Whether who took on an action item is reminded before and after it is due.",
        examples=["off"],
    )
    admins: str = Field(
        "",
        description="The user group (handle or id) that may hold, forget and break the glass; empty: nobody.",
        examples=["security-team"],
    )
    transcript_retention: Annotated[LongDuration, values.at_least(timedelta(days=7))] = Field(
        timedelta(days=365),
        description="How long transcripts are kept, 7d to 3650d. Approved postmortems keep their quotes.",
        examples=["365d"],
    )
    uninstall_erasure: Annotated[Duration, values.at_most(timedelta(days=14))] = Field(
        timedelta(days=14),
        description="How long after the app is uninstalled everything is erased, at most 14d.",
        examples=["14d"],
    )
    search_synonyms: str = Field(
        "",
        description="Your own list of words that mean the same in a search (TOML); empty: the bot's own.",
        examples=["/etc/postmortem/synonyms.toml"],
    )
    listener_threads: int = Field(
        20, ge=1, le=500, description="How many Slack events are answered at once.", examples=["20"]
    )
    worker_threads: int = Field(
        4,
        ge=0,
        le=100,
        description="How many jobs one process works on at once; with 0 `serve` leaves all work to `work`.",
        examples=["4"],
    )
    worker_lease: Annotated[Duration, values.at_least(timedelta(seconds=5))] = Field(
        timedelta(minutes=5),
        description="After how long another process takes over the job of one that fell silent.",
        examples=["5m"],
    )
    start_patience: Duration = Field(
        timedelta(minutes=1),
        description="How long a start waits for a database or a Slack that is away; 0s: not at all.",
        examples=["1m"],
    )
    stop_grace: Annotated[Duration, values.at_least(timedelta(seconds=1))] = Field(
        timedelta(seconds=25),
        description="How long running jobs may take to finish after SIGTERM; then others get them.",
        examples=["25s"],
    )
    worker_tick: Annotated[Duration, values.at_least(timedelta(milliseconds=50))] = Field(
        timedelta(seconds=5), description="How often the worker looks for due jobs.", examples=["5s"]
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(values.lower)] = Field(
        "info", description="How much is logged.", examples=["info"]
    )
    log_format: Annotated[Literal["auto", "json", "text"], BeforeValidator(values.lower)] = Field(
        "auto",
        description="How it is logged: `auto` is text on a terminal and JSON elsewhere.",
        examples=["json"],
    )
    clock_file: Path | None = Field(
        None,
        description="Development only: the jumping clock of `postmortem sandbox`.",
        examples=["/tmp/sandbox-clock"],  # noqa: S108  # an example in the documentation
    )

    @property
    def drafter_name(self) -> str:
        """The drafter meant, as the registry knows it: `auto` is `openai` if there is a key for it."""
        if self.drafter != "auto":
            return self.drafter
        return "openai" if self.openai_api_key.get_secret_value() else "extractive"

    def require_slack(self) -> None:
        """Check what `serve` and `work` need of Slack.

        Raises:
            ConfigError: every variable that is missing or of the wrong kind, and where to find it.
        """
        problems = [*_token_problems(self), *_mode_problems(self)]
        if problems:
            raise ConfigError("\n".join(problems))


def load(*, env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings of the environment and `env_file`; `given` ones win.

    Raises:
        ConfigError: one line for every variable that does not work.
    """
    try:
        return Settings(_env_file=env_file, **given)
    except ValidationError as error:
        raise ConfigError("\n".join(_sentences(error))) from None
    except (SettingsError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{env_file} cannot be read as a list of NAME=value lines ({error}).") from None


def fields() -> dict[str, FieldInfo]:
    """Every setting by the name of its environment variable."""
    return {name.upper(): field for name, field in Settings.model_fields.items()}


def _sentences(error: ValidationError) -> Iterable[str]:
    for problem in error.errors(include_url=False, include_context=False):
        name = str(problem["loc"][0])
        field = Settings.model_fields[name]
        what = problem["msg"].removeprefix("Value error, ").replace("Input should be", "has to be")
        what = what.partition(", unable to parse")[0].replace("a valid integer", "a whole number")
        shown = _shown(name, field, problem["input"])
        yield f"{name.upper()}{shown} {what}. Example: {name.upper()}={(field.examples or [''])[0]}"


def _shown(name: str, field: FieldInfo, value: object) -> str:
    quiet = name in _NO_ECHO or field.annotation is SecretStr or not isinstance(value, str)
    return "" if quiet else f"={str(value)[:60]!r}"


def _token_problems(settings: Settings) -> Iterable[str]:
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        yield (
            "SLACK_BOT_TOKEN is not set. It is the Bot User OAuth Token (xoxb-…) under "
            "OAuth & Permissions of your app at https://api.slack.com/apps."
        )
    elif not token.startswith("xoxb-"):
        yield "SLACK_BOT_TOKEN has to begin with xoxb-; what is set is another kind of token."


def _mode_problems(settings: Settings) -> Iterable[str]:
    if settings.slack_mode == "http":
        if not settings.slack_signing_secret.get_secret_value().strip():
            yield (
                "SLACK_SIGNING_SECRET is not set, and HTTP mode cannot tell Slack's requests from forged "
                "ones without it. It is under Basic Information of your app at https://api.slack.com/apps."
            )
        return
    token = settings.slack_app_token.get_secret_value()
    if not token:
        yield (
            "SLACK_APP_TOKEN is not set. Socket Mode needs an app-level token (xapp-…) with the scope "
            "connections:write: Basic Information, App-Level Tokens, of your app at https://api.slack.com/apps."
        )
    elif not token.startswith("xapp-"):
        yield "SLACK_APP_TOKEN has to begin with xapp-; what is set is another kind of token."
