"""The HTTP front: the Web API, uploads, file downloads and response URLs."""

from __future__ import annotations

import json
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from bot.sandbox import args, responses
from bot.sandbox.api import Outcome, WebApi, bearer
from bot.sandbox.desk import Desk
from bot.sandbox.face import Asked, Face, guard
from bot.sandbox.model import Json, Refusal
from bot.sandbox.tickets import Response

LARGEST_BODY = 50_000_000


class Front:
    """Routes requests to what answers them."""

    def __init__(self, desk: Desk, api: WebApi) -> None:
        self._desk = desk
        self._api = api
        self.responses: list[Response] = []

    def handle(self, path: str, query: str, body: bytes, headers: dict[str, str]) -> Outcome | bytes | None:
        """The answer to one request, or None for an unknown path."""
        try:
            return self._route(path, query, body, headers)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return Outcome({"ok": False, "error": "invalid_json"})

    def _route(self, path: str, query: str, body: bytes, headers: dict[str, str]) -> Outcome | bytes | None:
        _, kind, rest = path.split("/", 2) if path.count("/") > 1 else ("", "", "")
        if kind == "api":
            values = args.parse(query, body, headers.get("content-type", ""))
            token = bearer(headers.get("authorization", ""), values)
            return self._api.call(rest, values, token)
        if stopped := self._api.stops(kind):
            return stopped
        if kind == "response":
            return self._respond(rest, args.parse("", body, headers.get("content-type", "application/json")))
        if kind == "upload":
            return self._upload(rest, body)
        if kind == "files":
            return self._download(rest.split("/")[0], headers.get("authorization", ""))
        return None

    def _respond(self, name: str, body: Json) -> Outcome:
        error = None
        with self._desk.ws.lock:
            try:
                url = self._desk.tickets.answer(name)
            except Refusal as refusal:
                return Outcome({"ok": False, "error": refusal.error}, status=404)
            try:
                responses.respond(self._desk.ws, url, body)
            except Refusal as refusal:
                error = refusal.error
            self.responses.append(Response(url.user, url.channel, body, error))
        self._desk.ws.notify()
        return Outcome({"ok": error is None} | ({"error": error} if error else {}))

    def _upload(self, file_id: str, body: bytes) -> Outcome | bytes:
        if file_id not in self._desk.ws.files:
            return Outcome({"ok": False, "error": "file_not_found"}, status=404)
        self._desk.ws.uploads[file_id] = body
        return f"OK - {len(body)}".encode()

    def _download(self, file_id: str, authorization: str) -> Outcome | bytes:
        app = self._desk.ws.app
        if authorization != f"Bearer {app.bot_token}" or "files:read" not in app.scopes:
            return Outcome({"ok": False, "error": "invalid_auth"}, status=403)
        content = self._desk.ws.uploads.get(file_id)
        return Outcome({"ok": False, "error": "file_not_found"}, status=404) if content is None else content


class Handler(BaseHTTPRequestHandler):
    """One connection; answers leave in a single write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: Server

    def do_POST(self) -> None:
        """Any request. Browsers are let in from our own page only (see `guard`)."""
        if self.server.stopping:
            self.close_connection = True
            return
        target = urlsplit(self.path)
        length = self.headers.get("content-length") or "0"
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send(413, b"That is too much at once.\n", {"Content-Type": "text/plain; charset=utf-8"})
            return
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if refused := guard.refusal(headers):
            self._send(403, refused.encode(), {"Content-Type": "text/plain; charset=utf-8"})
            return
        if self.server.face is not None and self.server.face.has(target.path):
            sheet = self.server.face.answer(
                Asked(self.command, target.path, dict(parse_qsl(target.query)), body, headers)
            )
            self._send(sheet.status, sheet.content, sheet.headers())
            return
        self._answer_app(target.path, target.query, body, headers)

    def _answer_app(self, path: str, query: str, body: bytes, headers: dict[str, str]) -> None:
        answer = self.server.front.handle(path, query, body, headers)
        if answer is None:
            answer = Outcome({"ok": False, "error": "not_found"}, status=404)
        if isinstance(answer, bytes):
            self._send(200, answer, {"Content-Type": "text/plain"})
        elif answer.dropped:
            self.close_connection = True
        else:
            content = json.dumps(answer.body).encode()
            self._send(
                answer.status, content, {"Content-Type": "application/json; charset=utf-8"} | answer.headers
            )

    do_GET = do_POST  # noqa: N815 - the name http.server looks for

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """Listens, by default on loopback."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, front: Front, host: str, port: int, *, face: Face | None = None) -> None:
        self.front = front
        self.face = face
        self.stopping = False
        super().__init__((host, port), Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="sandbox-http", daemon=True
        )

    def server_bind(self) -> None:
        """Bind without asking the resolver for our own name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that hung up is no news."""

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering, on open connections too, and free the port."""
        self.stopping = True
        self.shutdown()
        self.server_close()
        self._thread.join(timeout=5)
