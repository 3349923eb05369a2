"""Chooses how payloads travel: to the request URL when there is one, else through a socket."""

from __future__ import annotations

from bot.sandbox.sockets import Sockets
from bot.sandbox.transport import Answer, Delivery, HttpTransport
from bot.sandbox.workspace import Workspace


class Courier:
    """Sends payloads and waits as long as Slack would."""

    def __init__(self, ws: Workspace, sockets: Sockets) -> None:
        self._ws = ws
        self._sockets = sockets
        self._http = HttpTransport(ws.app)
        self.patience = 3.0

    def send(self, delivery: Delivery) -> Answer:
        """Deliver one payload."""
        if self._ws.app.request_url is not None:
            return self._http(delivery, self.patience)
        return self._sockets(delivery, self.patience)
