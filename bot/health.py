"""What an operator's machines ask: is the process alive, is it ready, how does it do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from bot.log import get_logger
from bot.wsgi import WsgiServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Check = Callable[[], str | None]
"""None while all is well, else a short reason; it holds nothing that strangers must not read."""

THREADS = 4
_TEXT = "text/plain; charset=utf-8"


class HealthPages:
    """The WSGI app: `/healthz`, `/readyz` and `/metrics`."""

    def __init__(
        self, checks: Mapping[str, Check], metrics: Callable[[], bytes], *, metrics_type: str = _TEXT
    ) -> None:
        self._checks = checks
        self._metrics = metrics
        self._metrics_type = metrics_type
        self._log = get_logger("health")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One WSGI request."""
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):
            return _answer(start_response, "405 Method Not Allowed", b"only GET\n")
        match environ.get("PATH_INFO"):
            case "/healthz":
                return _answer(start_response, "200 OK", b"alive\n")
            case "/readyz":
                return self._ready(start_response)
            case "/metrics":
                return _answer(start_response, "200 OK", self._metrics(), kind=self._metrics_type)
        return _answer(start_response, "404 Not Found", b"try /healthz, /readyz or /metrics\n")

    def _ready(self, start_response: StartResponse) -> Iterable[bytes]:
        found = {name: check() for name, check in self._checks.items()}
        problems = [f"{name}: {reason}" for name, reason in found.items() if reason is not None]
        if not problems:
            return _answer(start_response, "200 OK", b"ready\n")
        self._log.warning("not_ready", problems=problems)
        return _answer(start_response, "503 Service Unavailable", ("\n".join(problems) + "\n").encode())


def serve_health(pages: HealthPages, *, host: str, port: int) -> WsgiServer | None:
    """Serve the pages; None, with an error in the log, where the port cannot be had: several processes
    on one host must not stop each other for it.
    """
    try:
        server = WsgiServer(pages, name="health", host=host, port=port, threads=THREADS, largest_body=1_000)
    except OSError as error:
        get_logger("health").error("health_port_unavailable", port=port, reason=error.strerror or str(error))
        return None
    server.start()
    return server


def _answer(start_response: StartResponse, status: str, body: bytes, *, kind: str = _TEXT) -> Iterable[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
