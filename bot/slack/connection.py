"""How Slack reaches the bot: a socket we open, or HTTP requests it signs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from slack_bolt import App, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from waitress import wasyncore
from waitress.server import create_server

from bot.errors import BotError
from bot.log import get_logger
from bot.ports import Identity

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

__all__ = ["App", "Gate", "HttpServer", "Socket", "make_app"]

PATH = "/slack/events"
STOP_SECONDS = 5
LARGEST_BODY = 1_000_000
"""Bytes. Slack's own payloads stay far below; a view may hold 250 kB."""


def make_app(client: WebClient, identity: Identity, *, signing_secret: str, threads: int) -> App:
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


class Socket:
    """A Socket Mode connection. slack_sdk replaces it when Slack asks to or when its pings stop."""

    def __init__(self, app: App, app_token: str, client: WebClient) -> None:
        self._handler = SocketModeHandler(app, app_token, web_client=client, ping_interval=5)

    def start(self) -> None:
        """Connect. Raises slack_sdk's errors where the token is refused."""
        self._handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped

    def stop(self) -> None:
        """Close the connection; Slack sends what follows to other processes, or later."""
        self._handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


class HttpServer:
    """Serves `POST /slack/events` with waitress. Every other path is 404."""

    def __init__(self, app: App, *, host: str, port: int, threads: int) -> None:
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._sockets: dict[int, object] = {}
        self._server = create_server(
            Gate(SlackRequestHandler(app, path=PATH)),
            map=self._sockets,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=LARGEST_BODY,
            ident=None,
        )
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening once the requests under way are answered."""
        self._stopping = True
        self._server.pull_trigger()
        self._thread.join(STOP_SECONDS)
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        self._server.close()

    def _run(self) -> None:
        # waitress's own run() knows no way out but an exception in its thread
        while not self._stopping:
            wasyncore.loop(timeout=1.0, map=self._sockets, count=1)


class Gate:
    """Turns away what cannot come from Slack before Bolt sees it: Bolt answers 500 to a time stamp
    that is no number."""

    def __init__(self, inner: SlackRequestHandler) -> None:
        self._inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One WSGI request."""
        if environ.get("PATH_INFO") != PATH or environ.get("REQUEST_METHOD") != "POST":
            return _refuse(start_response, "404 Not Found")
        stamp = str(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", ""))
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return _refuse(start_response, "401 Unauthorized")
        return self._inner(environ, start_response)


def _refuse(start_response: StartResponse, status: str) -> Iterable[bytes]:
    body = status.encode()
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
