"""Socket Mode: payloads over websockets, each to exactly one connection."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.sandbox.model import Json
from bot.sandbox.transport import Answer, Delivery
from bot.sandbox.workspace import Workspace

MOST_CONNECTIONS = 10


@dataclass
class Pending:
    """A payload on its way through a socket."""

    done: threading.Event = field(default_factory=threading.Event)
    payload: Any = None


class Sockets:
    """The websocket side of the app."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._lock = threading.Condition()
        self._tickets: set[str] = set()
        self._open: list[ServerConnection] = []
        self._pending: dict[str, Pending] = {}
        self._server: Server | None = None
        self._turn = 0
        self.through: int | None = None
        """The port apps are told to connect to instead of `port`, of something that hands on to it."""

    def issue(self) -> str:
        """A single-use address for a new connection."""
        with self._lock:
            if self._server is None:
                self._server = serve(
                    self._serve, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=1
                )
                threading.Thread(
                    target=self._server.serve_forever, name="sandbox-sockets", daemon=True
                ).start()
            ticket = self._ws.new_id("ticket-")
            self._tickets.add(ticket)
        port = self.through or self.port
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={self._ws.app.app_id}"

    @property
    def port(self) -> int:
        """Where connections are taken; 0 before the first was asked for."""
        return int(self._server.socket.getsockname()[1]) if self._server else 0

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def wait_connected(self, timeout: float, count: int = 1) -> bool:
        """Wait for connections."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self._open) >= count, timeout)

    def stop(self) -> None:
        """Close every connection and the listener."""
        with self._lock:
            server, self._server = self._server, None
            links = list(self._open)
        for link in links:
            link.close()
        if server is not None:
            server.shutdown()

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be opened anew, then close it."""
        with self._lock:
            links, self._open = self._open, []
        for link in links:
            _send(link, {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            if reason != "warning":
                link.close()

    def __call__(self, delivery: Delivery, timeout: float) -> Answer:
        """Send one payload through one connection and wait for its acknowledgement."""
        envelope_id = self._ws.new_id("envelope-")
        envelope: Json = {"envelope_id": envelope_id, "type": delivery.kind, "payload": delivery.payload}
        envelope["accepts_response_payload"] = delivery.waits_for_answer
        if delivery.kind == "events_api":
            reason = "timeout" if delivery.reason == "http_timeout" else delivery.reason
            envelope |= {"retry_attempt": delivery.retry, "retry_reason": reason}
        pending = Pending()
        with self._lock:
            self._pending[envelope_id] = pending
        sent = self._send_to_one(envelope)
        acked = sent and pending.done.wait(timeout)
        with self._lock:
            del self._pending[envelope_id]
        if not sent:
            return Answer(0, reason="connection_failed")
        return Answer(200, pending.payload) if acked else Answer(0, reason="http_timeout")

    def _send_to_one(self, envelope: Json) -> bool:
        with self._lock:
            links = list(self._open)
            self._turn += 1
            turn = self._turn % len(links) if links else 0
        return any(_send(link, envelope) for link in links[turn:] + links[:turn])

    def _serve(self, link: ServerConnection) -> None:
        request = link.request
        ticket = request.path.partition("ticket=")[2].partition("&")[0] if request else ""
        with self._lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
            crowded = len(self._open) >= MOST_CONNECTIONS
        if not known or crowded:
            _send(
                link, {"type": "disconnect", "reason": "too_many_websockets" if crowded else "link_disabled"}
            )
            return
        self._greet(link)
        try:
            for message in link:
                self._receive(str(message))
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                if link in self._open:
                    self._open.remove(link)

    def _greet(self, link: ServerConnection) -> None:
        about = {"host": "sandbox", "approximate_connection_time": 3600}
        hello: Json = {"type": "hello", "num_connections": len(self._open) + 1, "debug_info": about}
        _send(link, hello | {"connection_info": {"app_id": self._ws.app.app_id}})
        with self._lock:
            self._open.append(link)
            self._lock.notify_all()

    def _receive(self, message: str) -> None:
        try:
            answer = json.loads(message)
        except json.JSONDecodeError:
            return
        with self._lock:
            pending = self._pending.get(answer.get("envelope_id", ""))
        if pending is not None:
            pending.payload = answer.get("payload")
            pending.done.set()


def _send(link: ServerConnection, payload: Json) -> bool:
    try:
        link.send(json.dumps(payload))
    except ConnectionClosed:
        return False
    return True
