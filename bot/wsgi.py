"""A WSGI server in a thread of its own that can be stopped again, on waitress."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.server import BaseWSGIServer, create_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

STOP_SECONDS = 5


class _Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress's, answering 400 to whatever is no HTTP. An address that Python cannot parse
    (`http://[x]/`) would end the connection without a word, and be quoted in the log (waitress 3.0)."""

    def parse_header(self, header_plus: bytes) -> None:
        """Raises `ParsingError`, and nothing else."""
        try:
            super().parse_header(header_plus)
        except (ValueError, TransferEncodingNotImplemented):
            raise ParsingError("Not a request that is served here") from None


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    parser_class = _Parser


class WsgiServer:
    """Listens from the moment it is made and answers once started; `port` 0 takes a free one.

    Raises:
        OSError: the port is taken or may not be used.
    """

    def __init__(
        self, app: WSGIApplication, *, name: str, host: str, port: int, threads: int, largest_body: int
    ) -> None:
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._sockets: dict[int, object] = {}
        self._server = create_server(
            app,
            map=self._sockets,
            host=host,
            port=port,
            threads=threads,
            max_request_body_size=largest_body,
            ident=None,
        )
        for listening in list(self._sockets.values()):  # one for each address of the host
            if isinstance(listening, BaseWSGIServer):
                listening.channel_class = _Channel
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.effective_port)

    @property
    def is_up(self) -> bool:
        """Whether requests are answered."""
        return self._thread.is_alive() and not self._stopping

    def start(self) -> None:
        """Answer requests."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening once the requests under way are answered."""
        self._stopping = True
        self._server.pull_trigger()
        if self._thread.ident is not None:
            self._thread.join(STOP_SECONDS)
        self._server.task_dispatcher.shutdown(timeout=STOP_SECONDS)
        self._server.close()

    def _run(self) -> None:
        # waitress's own run() knows no way out but an exception in its thread
        while not self._stopping:
            wasyncore.loop(timeout=1.0, map=self._sockets, count=1)
