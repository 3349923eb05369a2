"""Checks of an installation, each with what was found and how to mend it.

Every check is tried for real: tokens by asking Slack, the database by a write that is rolled back, the
model by a call. Nothing is changed, and no token is shown.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.config import Settings
from bot.domain.transcript import Evidence, Transcript
from bot.drafters import build_drafter, make_embedder
from bot.errors import BotError, ChatError, Permanent, Retryable
from bot.ports import Clock
from bot.publishers.templates import TemplateBook
from bot.slack.calls import Calls, make_client
from bot.slack.directory import SlackDirectory
from bot.workflow.destinations import find_channel
from storage import Database, migrate, open_storage

REQUIRED_SCOPES: dict[str, str] = {
    "channels:history": "read what was said in public incident channels",
    "channels:join": "join public incident channels by itself",
    "channels:read": "learn channels' names and members",
    "chat:write": "post the card, the draft and answers",
    "commands": "answer /postmortem and the message shortcuts",
    "groups:history": "read private incident channels it was invited to",
    "groups:read": "learn private channels' names and members",
    "reactions:read": "see the reaction that resolves an incident",
    "users:read": "know names, to keep them out of drafts, and time zones",
}
OPTIONAL_SCOPES: dict[str, str] = {
    "files:write": "attach a draft that is too long for one message, and timelines as pictures",
    "usergroups:read": "know who is in the groups of REVIEWERS and ADMINS",
}

MOST_SKEW = 60.0
"""Seconds. Slack's requests are refused from 300 s on; a minute off already confuses timelines."""
TIMEOUT = 10
MODEL_PATIENCE = timedelta(seconds=30)
_APPS = "https://api.slack.com/apps"

_MEND: dict[str, str] = {
    "invalid_auth": f"The token is not valid (any more): copy it again from {_APPS} and restart.",
    "not_authed": f"No token was sent: set it from {_APPS}.",
    "account_inactive": f"The app was uninstalled or its workspace closed: install it again at {_APPS}.",
    "token_revoked": f"The token was revoked: reinstall the app at {_APPS} and copy the new one.",
    "token_expired": "The token has expired: turn token rotation off in the app's settings and reinstall it.",
    "missing_scope": f"Update the app from manifest.yaml at {_APPS} (App Manifest) and reinstall it.",
    "not_allowed_token_type": "The tokens are swapped: xoxb-… is SLACK_BOT_TOKEN, xapp-… is SLACK_APP_TOKEN.",
    "access_denied": f"Turn Socket Mode on at {_APPS}, or set SLACK_MODE=http.",
}


class Check(NamedTuple):
    """One thing looked at. `mend` is empty where nothing needs mending."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def examine(settings: Settings, *, clock: Clock) -> Iterator[Check]:
    """Look at everything, one check after another; a failed one does not stop the next."""
    yield _configuration(settings)
    if settings.slack_bot_token.get_secret_value():
        yield from _slack(settings, clock)
    if settings.slack_mode == "socket" and settings.slack_app_token.get_secret_value():
        yield _socket(settings)
    yield from _database(settings, clock)
    yield _model(settings)
    yield from _embedding(settings)
    yield from _folders(settings)
    yield _templates(settings)


def _configuration(settings: Settings) -> Check:
    try:
        settings.require_slack()
    except BotError as error:
        return Check("configuration", False, "incomplete", str(error))
    return Check("configuration", True, f"complete for {settings.slack_mode} mode")


def _slack(settings: Settings, clock: Clock) -> Iterator[Check]:
    """The bot token, its scopes, and how far Slack's clock is from ours."""
    try:
        token = settings.slack_bot_token.get_secret_value()
        answer = make_client(token, base_url=settings.slack_api_url, timeout=TIMEOUT).auth_test()
    except (SlackApiError, SlackRequestError, OSError, ValueError) as error:
        yield _refused("bot token", error, settings)
        return
    yield Check("bot token", True, f"{answer.get('user')} in {answer.get('team')}")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield _scopes(str(headers.get("x-oauth-scopes", "")))
    if date := headers.get("date"):
        yield _skew(str(date), clock)
    directory = SlackDirectory(
        Calls(make_client(token, base_url=settings.slack_api_url, timeout=TIMEOUT)), clock
    )
    for setting, name in (("REVIEWERS", settings.reviewers), ("ADMINS", settings.admins)):
        if name:
            yield _group(directory, setting, name)
    named = (("DIGEST_CHANNEL", settings.digest_channel), ("FALLBACK_CHANNEL", settings.fallback_channel))
    for setting, name in named:
        if name:
            yield _channel(directory, setting, name)


def _channel(directory: SlackDirectory, setting: str, name: str) -> Check:
    """Whether a channel is found and can be written to: else nobody notices until it is needed."""
    try:
        channel = find_channel(directory, name, setting=setting)
    except Permanent as error:
        return Check(setting, False, str(error), "Set it to a channel of this workspace alone.")
    except Retryable as error:
        return Check(setting, False, str(error), "Try again in a minute.")
    if channel.is_archived:
        return Check(setting, False, f"#{channel.name} is archived", "Name another channel.")
    if channel.is_private and not channel.is_member:
        return Check(setting, False, f"#{channel.name} is private", "Invite the bot there.")
    return Check(setting, True, f"#{channel.name}")


def _group(directory: SlackDirectory, setting: str, name: str) -> Check:
    """Whether a group's members can be read: nobody may act by a group that cannot."""
    try:
        found = directory.group(name)
    except ChatError as error:
        if error.code == "missing_scope":
            mend = "Grant the optional scope usergroups:read: reinstall the app from the manifest."
        else:
            mend = f"Set {setting} to the handle or the id of a user group of this workspace."
        return Check(setting, False, f"the group {name!r} cannot be read ({error.code})", mend)
    except Retryable as error:
        return Check(setting, False, str(error), "Try again in a minute.")
    people = "1 person" if len(found) == 1 else f"{len(found)} people"
    return Check(setting, bool(found), f"{people} in {name}", "" if found else "Add people to the group.")


def _refused(name: str, error: Exception, settings: Settings) -> Check:
    if not isinstance(error, SlackApiError):
        why = getattr(error, "reason", None) or type(error).__name__
        mend = f"Check the network, a proxy (HTTPS_PROXY) and SLACK_API_URL ({settings.slack_api_url})."
        return Check(name, False, f"Slack cannot be reached ({why})", mend)
    code = str(error.response.get("error", "no reason given"))
    return Check(
        name, False, f"Slack answers {code!r}", _MEND.get(code, f"See the app's settings at {_APPS}.")
    )


def _scopes(granted_header: str) -> Check:
    granted = {scope.strip() for scope in granted_header.split(",") if scope.strip()}
    if not granted:
        return Check("scopes", True, "this endpoint does not tell them")
    missing = sorted(REQUIRED_SCOPES.keys() - granted)
    if missing:
        lost = "; ".join(f"{scope} (to {REQUIRED_SCOPES[scope]})" for scope in missing)
        return Check("scopes", False, f"missing: {lost}", _MEND["missing_scope"])
    declined = sorted(OPTIONAL_SCOPES.keys() - granted)
    without = "".join(f", without the optional {scope} ({OPTIONAL_SCOPES[scope]})" for scope in declined)
    return Check("scopes", True, f"all that are needed{without}")


def _skew(date: str, clock: Clock) -> Check:
    try:
        slack = parsedate_to_datetime(date)
    except ValueError:
        return Check("clock", True, "Slack did not tell the time")
    apart = abs((clock.now() - _aware(slack)).total_seconds())
    if apart > MOST_SKEW:
        return Check(
            "clock",
            False,
            f"{apart:.0f} s away from Slack's",
            "Turn on time synchronisation (NTP) on this host.",
        )
    return Check("clock", True, f"within {max(1, round(apart))} s of Slack's")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _socket(settings: Settings) -> Check:
    client = make_client("", base_url=settings.slack_api_url, timeout=TIMEOUT)
    try:
        client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except (SlackApiError, SlackRequestError, OSError, ValueError) as error:
        check = _refused("app token", error, settings)
        if isinstance(error, SlackApiError) and error.response.get("error") == "missing_scope":
            return check._replace(mend="Give the app-level token the scope connections:write.")
        return check
    return Check("app token", True, "opens a socket")


def _database(settings: Settings, clock: Clock) -> Iterator[Check]:
    try:
        check = schema(migrate.state(settings.database_url))
        yield check
        if check.ok:
            storage = open_storage(settings.database_url, clock=clock)
            yield _round_trip(storage)
            yield _reading(storage)
            yield from _departures(storage)
            storage.close()
    except BotError as error:
        yield Check("database", False, "not usable", str(error))


def schema(state: migrate.State) -> Check:
    """Whether the tables are those of this version."""
    if state.is_current:
        return Check("schema", True, f"The tables are up to date (schema {state.current}).")
    if state.ahead:
        found = f"The tables are from a later version (schema {state.current}; this one knows {state.head})."
        return Check(
            "schema", False, found, "Update postmortem-bot, or set DATABASE_URL to another database."
        )
    found = f"The tables are of schema {state.current}." if state.current else "There are no tables yet."
    return Check("schema", False, found, "Run `postmortem db upgrade`.")


def _round_trip(storage: Database) -> Check:
    health = storage.check()
    return Check("database", True, f"{health.product}, a write takes {health.milliseconds:.0f} ms")


def _reading(storage: Database) -> Check:
    """Whether Slack holds this app to what it gives commercially distributed ones, as last seen."""
    with storage.read() as records:
        clamped = records.archives.clamped()
    if not clamped:
        return Check("reading", True, "Slack shows this app whole pages of messages")
    return Check(
        "reading",
        False,
        "Slack shows this app 15 messages a minute, as it does with commercially distributed apps",
        f"Create the app in your own workspace from manifest.yaml at {_APPS} and use its tokens; until "
        "then transcripts rest on live events, and drafts may come half an hour late.",
    )


def _departures(storage: Database) -> Iterator[Check]:
    """Workspaces that uninstalled the app: their work waits, and so does their erasure."""
    with storage.read() as records:
        left = records.workspaces.left()
    for team_id, departure in left:
        found = (
            f"the app was uninstalled from {team_id} at {departure.at:%Y-%m-%d %H:%M} UTC; all work for it "
            f"waits, and what is stored is erased from {departure.erase_at:%Y-%m-%d %H:%M} UTC on"
        )
        yield Check("installation", False, found, f"Install the app again at {_APPS} and restart the bot.")


def _model(settings: Settings) -> Check:
    """Have the model write a draft of three lines: the very call a real draft makes, only smaller."""
    if settings.drafter_name == "extractive":
        return Check("model", True, "none is used: drafts are written offline")
    hurried = {"model_budget_seconds": min(settings.model_budget_seconds, MODEL_PATIENCE)}
    began = time.monotonic()
    try:
        drafter = build_drafter(settings.drafter_name, settings.model_copy(update=hurried))
        drafted = drafter.draft(_example())
    except BotError as error:
        return Check("model", False, "cannot be used", str(error))
    if drafted.drafter == "extractive":
        return Check(
            "model", False, drafted.notes[0], "Check OPENAI_API_KEY, OPENAI_BASE_URL and OPENAI_MODEL."
        )
    took = f"{time.monotonic() - began:.1f} s, {drafted.tokens} tokens"
    return Check("model", True, f"{drafted.drafter} drafts ({took} for three lines)")


def _embedding(settings: Settings) -> Iterator[Check]:
    """Have the three lines turned into a vector, where that is set."""
    if not settings.embedding_model:
        return
    hurried = {"openai_timeout": min(settings.openai_timeout, MODEL_PATIENCE)}
    began = time.monotonic()
    try:
        embedder = make_embedder(settings.model_copy(update=hurried))
        numbers = embedder.embed("\n".join(one.text for one in _example().evidence)) if embedder else ()
    except BotError as error:
        yield Check("embedding model", False, "cannot be used", str(error))
        return
    took = f"{time.monotonic() - began:.1f} s"
    made = f"{settings.embedding_model} makes vectors of {len(numbers)} numbers ({took})"
    yield Check("embedding model", True, made)


def _example() -> Transcript:
    """Three lines of an incident that never was."""
    said = (
        ("Alerts (bot)", "Checkout answers 502 for a third of the requests."),
        ("incident lead", "The root cause is the deploy of 14:02, rolling it back."),
        ("incident lead", "Rolled back, the errors are gone."),
    )
    evidence = tuple(
        Evidence(label=label, channel="C0", ts=f"{1_700_000_000 + 60 * label}.000000", role=role, text=text)
        for label, (role, text) in enumerate(said, 1)
    )
    return Transcript(
        incident_key="INC-1",
        title="Checkout answers 502",
        started_at=evidence[0].at,
        resolved_at=evidence[-1].at,
        evidence=evidence,
    )


def _folders(settings: Settings) -> Iterator[Check]:
    if "files" not in settings.publishers:
        return
    yield _folder("POSTMORTEM_DIR", settings.postmortem_dir)
    if settings.private_postmortem_dir is not None:
        yield _folder("PRIVATE_POSTMORTEM_DIR", settings.private_postmortem_dir)


def _templates(settings: Settings) -> Check:
    """Whether every document template works, tried on a postmortem with nothing in it and a full one."""
    book = TemplateBook(settings.template_dir)
    problems = book.problems()
    if not problems:
        return Check("templates", True, f"{', '.join(book.names())} work")
    found = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return Check("templates", False, f"{found}; drafts are made with others", "\n".join(problems))


def _folder(name: str, path: Path) -> Check:
    """Whether files can be made there, or the folder itself where it does not exist yet."""
    place = path.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return Check(name, True, f"{path} can be written")
    except OSError as error:
        mend = f"Give user {os.geteuid()} the right to write there, or set {name} to another folder."
        return Check(name, False, f"{place}: {error.strerror}", mend)
