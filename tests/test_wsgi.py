"""What is no HTTP is refused before anything of ours sees it, and leaves no trace."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from bot.wsgi import WsgiServer
from tests.logs import printed_at

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

PLANTED = "PLANTED"
POST = b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
EMPTY = b"\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
NO_HTTP = (
    b"POST http://[PLANTED]/ HTTP/1.1" + EMPTY,
    b"POST http://[PLANTED/ HTTP/1.1" + EMPTY,
    b"get /PLANTED HTTP/1.1" + EMPTY,
    b"\x16\x03\x01PLANTED\x00\r\n\r\n",
    POST + b"PLANTED\r\n\r\n",
    POST + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nPLANTED12",
    *(
        POST + b"Content-Length: " + odd + b"\r\n\r\nPLANTED"
        for odd in (b"-5", b"+7", b"1_0", b"1e1", b"", b"\xd9\xa7")
    ),
    *(
        POST + b"Transfer-Encoding: " + odd + b"\r\n\r\n7\r\nPLANTED\r\n0\r\n\r\n"
        for odd in (b"gzip, chunked", b"identity")
    ),
    POST + b"Transfer-Encoding: chunked\r\n\r\nPLANTED\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nPLANTED\r\n0\r\n\r\n",
)
"""Addresses, lengths and encodings that are none."""


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[WsgiServer, list[bytes]]]:
    """A server, and the bodies that reached the application behind it."""
    bodies: list[bytes] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        bodies.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"done"]

    server = WsgiServer(app, name="test", host="127.0.0.1", port=0, threads=1, largest_body=1_000)
    server.start()
    yield server, bodies
    server.stop()


def answer(port: int, request: bytes) -> bytes:
    """What comes back of a request, up to its first blank."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(request)
        return line.recv(1_000)


@pytest.mark.parametrize("request_", NO_HTTP, ids=lambda one: repr(one[-60:]))
def test_what_is_no_http_is_refused_without_a_trace(
    served: tuple[WsgiServer, list[bytes]], request_: bytes
) -> None:
    """400 to who is not known yet: neither silence nor a fault, and nothing they chose in the log."""
    server, bodies = served

    with printed_at("debug") as printed:
        assert answer(server.port, request_).split()[1] == b"400"

    assert bodies == []
    assert PLANTED not in printed.getvalue()
