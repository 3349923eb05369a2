"""Slack: whether it takes the tokens, what it grants with them, and how far its clock is from ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.config import Settings
from bot.doctor import named
from bot.doctor.check import APPS, Check
from bot.doctor.scopes import OUTDATED, scopes
from bot.ports import Clock
from bot.slack.calls import Calls, make_client
from bot.slack.directory import SlackDirectory

MOST_SKEW = 60.0
"""Seconds. Slack's requests are refused from 300 s on; a minute off already confuses timelines."""
TIMEOUT = 10

_MEND: dict[str, str] = {
    "invalid_auth": f"The token is not valid (any more): copy it again from {APPS} and restart.",
    "not_authed": f"No token was sent: set it from {APPS}.",
    "account_inactive": f"The app was uninstalled or its workspace closed: install it again at {APPS}.",
    "token_revoked": f"The token was revoked: reinstall the app at {APPS} and copy the new one.",
    "token_expired": "The token has expired: turn token rotation off in the app's settings and reinstall it.",
    "missing_scope": OUTDATED,
    "not_allowed_token_type": "The tokens are swapped: xoxb-… is SLACK_BOT_TOKEN, xapp-… is SLACK_APP_TOKEN.",
    "access_denied": f"Turn Socket Mode on at {APPS}, or set SLACK_MODE=http.",
}


def slack(settings: Settings, clock: Clock) -> Iterator[Check]:
    """The bot token, its scopes, how far Slack's clock is from ours, and what settings name there."""
    client = make_client(
        settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url, timeout=TIMEOUT
    )
    try:
        answer = client.auth_test()
    except (SlackApiError, SlackRequestError, OSError, ValueError) as error:
        yield _refused("bot token", error, settings)
        return
    yield Check("bot token", True, f"{answer.get('user')} in {answer.get('team')}")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield scopes(str(headers.get("x-oauth-scopes", "")))
    if date := headers.get("date"):
        yield _skew(str(date), clock)
    directory = SlackDirectory(Calls(client), clock)
    yield from named.groups(settings, directory)
    yield from named.channels(settings, directory)


def socket(settings: Settings) -> Check:
    """The app-level token, by asking for a socket."""
    client = make_client("", base_url=settings.slack_api_url, timeout=TIMEOUT)
    try:
        client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except (SlackApiError, SlackRequestError, OSError, ValueError) as error:
        check = _refused("app token", error, settings)
        if isinstance(error, SlackApiError) and error.response.get("error") == "missing_scope":
            return check._replace(mend="Give the app-level token the scope connections:write.")
        return check
    return Check("app token", True, "opens a socket")


def _refused(name: str, error: Exception, settings: Settings) -> Check:
    if not isinstance(error, SlackApiError):
        why = getattr(error, "reason", None) or type(error).__name__
        mend = f"Check the network, a proxy (HTTPS_PROXY) and SLACK_API_URL ({settings.slack_api_url})."
        return Check(name, False, f"Slack cannot be reached ({why})", mend)
    code = str(error.response.get("error", "no reason given"))
    return Check(
        name, False, f"Slack answers {code!r}", _MEND.get(code, f"See the app's settings at {APPS}.")
    )


def _skew(date: str, clock: Clock) -> Check:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Check("clock", True, "Slack did not tell the time")
    apart = abs((clock.now() - _aware(theirs)).total_seconds())
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
