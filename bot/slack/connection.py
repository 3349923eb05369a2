"""How Slack reaches the bot: a socket we open, or HTTP requests it signs."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import slack_bolt
from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.errors import BotError, ConfigError, Retryable
from bot.log import get_logger
from bot.ports import Identity, Meter
from bot.slack.intake import Intake
from bot.wsgi import WsgiServer

__all__ = ["App", "HttpServer", "Socket", "make_app"]

PING_SECONDS = 5.0
DEAF_SECONDS = 30
"""Without a pong for so long a socket is of no use; slack_sdk replaces it after four pings, 20 seconds."""
CLOSING_SECONDS = 5.0
LARGEST_BODY = 1_000_000
"""Bytes. Slack's own payloads stay far below; a view may hold 250 kB."""


class App(slack_bolt.App):
    """A Bolt app that tells how long its answers take."""

    def __init__(self, *, meter: Meter, **given: Any) -> None:
        super().__init__(**given)
        self._meter = meter
        self.verifier = SignatureVerifier(given["signing_secret"])
        """Tells whether Slack sent a request."""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Answer one request, whichever way it came."""
        began = time.perf_counter()
        try:
            return super().dispatch(req)
        finally:
            self._meter.answered(_kind(req.body), time.perf_counter() - began)


def _kind(body: Mapping[str, object]) -> str:
    if "command" in body:
        return "command"
    return _KINDS.get(str(body.get("type")), "other")


_KINDS = {
    "event_callback": "event",
    "block_actions": "action",
    "view_submission": "view",
    "view_closed": "view",
    "shortcut": "shortcut",
    "message_action": "shortcut",
}


def make_app(
    client: WebClient,
    identity: Identity,
    *,
    signing_secret: str,
    threads: int,
    meter: Meter | None = None,
) -> App:
    """A Bolt app for one workspace.

    Who we are is known, so no request costs an `auth.test`; and with `authorize` given, Bolt never
    turns to OAuth, whatever `SLACK_CLIENT_ID` is in the environment.
    """

    def authorize(team_id: str | None = None, enterprise_id: str | None = None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id or identity.team_id,
            bot_token=client.token,
            bot_user_id=identity.bot_user_id,
            bot_id=identity.bot_id,
        )

    # The token comes from `authorize`; with one in the client too, Bolt warns that it ignores it.
    bare = WebClient(base_url=client.base_url, timeout=client.timeout, retry_handlers=[])
    app = App(
        meter=meter or Meter(),
        client=bare,
        signing_secret=signing_secret or "not used in Socket Mode",
        authorize=authorize,
        token_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(max_workers=threads, thread_name_prefix="listener"),
    )
    app.error(_failed)
    return app


def _failed(error: Exception) -> BoltResponse:
    """Bolt's error handler: the answer is 500, so that Slack delivers an event again."""
    reason = str(error) if isinstance(error, BotError) else type(error).__name__
    get_logger("slack").error("request_failed", error=reason, exc_info=error)
    return BoltResponse(status=500, body="")


class _Client(SocketModeClient):
    """slack_sdk's, which replaces a connection whose pongs stop, but for ever waits for the first one of a
    connection that was deaf from the beginning (3.47): here connecting counts as a pong."""

    def connect(self) -> None:
        """Open a connection, instead of the one there is."""
        super().connect()
        session = self.current_session
        if session is not None and session.last_ping_pong_time is None:
            session.last_ping_pong_time = time.time()


class _Handler(SocketModeHandler):
    """Bolt's, on a client of ours."""

    def __init__(self, app: App, client: SocketModeClient) -> None:
        # Bolt's own would make another client, whose threads nobody stops
        self.app = app
        self.client = client
        client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as Bolt does


class Socket:
    """A Socket Mode connection, replaced when Slack asks to or when no pongs come any more."""

    def __init__(
        self,
        app: App,
        app_token: str,
        client: WebClient,
        *,
        now: Callable[[], float] = time.time,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        own = _Client(app_token, logger=app.logger, web_client=client, ping_interval=ping_seconds)
        self._handler = _Handler(app, own)
        self._now = now

    def problem(self) -> str | None:
        """Why no event can arrive, None while they can."""
        session = self._handler.client.current_session
        if session is None or not session.is_active():
            return "is not connected"
        silent = self._now() - (session.last_ping_pong_time or self._now())
        return f"has heard no pong for {silent:.0f} s" if silent > DEAF_SECONDS else None

    def start(self) -> None:
        """Connect.

        Raises:
            ConfigError: Slack refuses the app-level token.
            Retryable: Slack cannot be reached.
        """
        try:
            self._connect()
        except SlackApiError as error:
            raise ConfigError(
                f"Slack refuses SLACK_APP_TOKEN ({error.response.get('error')}). It is an app-level token "
                "with the scope connections:write: Basic Information of your app at https://api.slack.com/apps."
            ) from None
        except OSError as error:
            raise Retryable(f"Slack's socket cannot be reached ({type(error).__name__}).") from error

    def _connect(self) -> None:
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped

    def stop(self) -> None:
        """Close the connection; Slack sends what follows to other processes, or later.

        slack_sdk 3.47 waits for ever for a thread that began to read in the moment of closing: no longer
        than `CLOSING_SECONDS` here.
        """
        closing = threading.Thread(target=self._close, name="socket-closing", daemon=True)
        closing.start()
        closing.join(CLOSING_SECONDS)

    def _close(self) -> None:
        # slack_sdk 3.47 looks at its socket before it takes the lock: closed by Slack meanwhile, it is None.
        with contextlib.suppress(AttributeError):
            self._handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


class HttpServer(WsgiServer):
    """Serves `POST /slack/events`. Every other path is 404."""

    def __init__(self, app: App, *, host: str, port: int, threads: int) -> None:
        intake = Intake(app, app.verifier)
        super().__init__(
            intake, name="http", host=host, port=port, threads=threads, largest_body=LARGEST_BODY
        )

    def problem(self) -> str | None:
        """Why no event can arrive, None while they can."""
        return None if self.is_up else "is not listening"
