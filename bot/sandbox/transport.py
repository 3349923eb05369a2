"""How a payload reaches the app over HTTP, signed as Slack signs."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.sandbox.model import Json, SandboxApp


@dataclass(frozen=True)
class Delivery:
    """One payload on its way: events_api, slash_commands or interactive."""

    kind: str
    payload: Json
    retry: int = 0
    reason: str = ""

    @property
    def waits_for_answer(self) -> bool:
        """Whether the answer may carry a payload back."""
        return self.kind != "events_api"


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did, with the reason Slack would give."""

    status: int
    body: Any = None
    reason: str = ""
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether Slack counts it as acknowledged."""
        return 200 <= self.status < 300


Transport = Callable[[Delivery, float], Answer]


class HttpTransport:
    """Posts to the app's request URL."""

    def __init__(self, app: SandboxApp) -> None:
        self._app = app

    def __call__(self, delivery: Delivery, timeout: float) -> Answer:
        """Send one payload and wait for its answer."""
        body, content_type = _encode(delivery)
        headers = {"Content-Type": content_type, "Connection": "close"} | self._signature(body)
        if delivery.retry:
            headers |= {"X-Slack-Retry-Num": str(delivery.retry), "X-Slack-Retry-Reason": delivery.reason}
        target = urlsplit(self._app.request_url or "")
        connection = http.client.HTTPConnection(target.hostname or "127.0.0.1", target.port, timeout=timeout)
        try:
            return _exchange(connection, target.path or "/", body, headers)
        except TimeoutError:
            return Answer(0, reason="http_timeout")
        except (OSError, http.client.HTTPException):
            return Answer(0, reason="connection_failed")
        finally:
            connection.close()

    def _signature(self, body: str) -> dict[str, str]:
        # The receiver compares with the time of day, whatever the sandbox clock says.
        stamp = str(int(time.time()))
        verifier = SignatureVerifier(self._app.signing_secret)
        signature = verifier.generate_signature(timestamp=stamp, body=body) or ""
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def _exchange(
    connection: http.client.HTTPConnection, path: str, body: str, headers: dict[str, str]
) -> Answer:
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.request("POST", path, body.encode(), headers)
    response = connection.getresponse()
    content = response.read().decode()
    stop = response.getheader("x-slack-no-retry") == "1"
    reason = "" if response.status < 300 else "http_error"
    return Answer(response.status, decode_body(content), reason, stop)


def _encode(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload), "application/json"
    form = delivery.payload
    if delivery.kind == "interactive":
        form = {"payload": json.dumps(delivery.payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def decode_body(content: str) -> Any:
    """JSON when it is JSON, the words otherwise, None when empty."""
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except json.JSONDecodeError:
        return content
