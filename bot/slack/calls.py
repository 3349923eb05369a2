"""The one place where Slack's Web API is called: an explicit timeout, no hidden retries, our errors.

slack_sdk's default handler repeats a request whose connection broke, which can post a message twice
(docs/architecture.md); so its retry handlers are off, and who may repeat a call is decided by the caller.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from json import JSONDecodeError
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse

from bot.errors import ChatError, ConfigError, Outage, Retryable

SLACK = "https://slack.com/api/"
TIMEOUT = 20
PASSING = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
"""Slack's words for faults that go away by themselves."""
LONGEST_WAIT = 3600.0


def make_client(token: str, *, base_url: str = SLACK, timeout: int = TIMEOUT) -> WebClient:
    """A client for one token. `timeout` is in seconds, for connecting and for each read.

    Raises:
        ConfigError: `base_url` is no HTTP address.
    """
    if not base_url.startswith(("http://", "https://")):
        raise ConfigError("SLACK_API_URL must start with http:// or https://")
    return WebClient(token=token, base_url=base_url, timeout=timeout, retry_handlers=[])


class Calls:
    """Web API methods by their names, with Slack's answers as dicts.

    Every call raises `Retryable` for what may work later (429 with `retry_after` in seconds), `Outage` where
    Slack is away (5xx, a lost connection, a timeout, an answer that is none) and `ChatError` with Slack's
    code for the rest.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that reads: arguments go as a form (structures as JSON), None is left out."""
        given = {name: _in_form(value) for name, value in arguments.items() if value is not None}
        return _body(self._send(method, params=given))

    def tell(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that writes: arguments go as JSON, None is left out."""
        given = {name: value for name, value in arguments.items() if value is not None}
        return _body(self._send(method, json=given))

    def whoami(self) -> tuple[dict[str, Any], frozenset[str]]:
        """auth.test: who the token belongs to, and the scopes it was granted."""
        answer = self._send("auth.test", params={})
        headers = {name.lower(): value for name, value in answer.headers.items()}
        granted = str(headers.get("x-oauth-scopes", "")).split(",")
        return _body(answer), frozenset(scope.strip() for scope in granted if scope.strip())

    def upload(
        self, *, channel: str, thread_ts: str | None, name: str, title: str, content: bytes, words: str = ""
    ) -> None:
        """Share a file, by the three requests Slack wants for it. `words` tell what a picture shows."""
        with _translated("files.upload"):
            self._client.files_upload_v2(
                channel=channel,
                thread_ts=thread_ts,
                filename=name,
                title=title,
                content=content,
                alt_txt=words or None,
            )

    def _send(self, method: str, **how: Any) -> SlackResponse:
        with _translated(method):
            return self._client.api_call(method, **how)


def _in_form(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, Mapping | list) else value


def _body(answer: SlackResponse) -> dict[str, Any]:
    return answer.data if isinstance(answer.data, dict) else {}


@contextmanager
def _translated(method: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        raise _refused(error.response, method) from error
    except UnicodeEncodeError as error:
        raise ChatError("invalid_utf8") from error  # half a surrogate pair, which nothing can send
    except SlackRequestError as error:
        raise Outage(f"Slack did not take a file ({method})") from error
    except (OSError, HTTPException, UnicodeDecodeError, JSONDecodeError) as error:
        # OSError covers URLError, timeouts and broken connections.
        raise Outage(f"Slack did not answer {method}: {type(error).__name__}") from error


def _refused(answer: SlackResponse, method: str) -> Retryable | ChatError:
    status, code = int(answer.status_code), str(answer.get("error", "unknown_error"))
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Retryable(f"Slack asks us to slow down ({method})", retry_after=_retry_after(answer.headers))
    if status >= 500 or code in PASSING or " " in code:
        # slack_sdk puts an explanation with spaces where the code would be if the body was no JSON.
        return Outage(f"Slack is unwell ({method}, status {status})")
    return ChatError(code, method=method)


def _retry_after(headers: Mapping[str, object]) -> float | None:
    named = {name.lower(): value for name, value in headers.items()}
    try:
        seconds = float(str(named.get("retry-after", "")))
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_WAIT) if math.isfinite(seconds) else None
