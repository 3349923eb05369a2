"""Who may talk to a server without passwords: programs, and its own page."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import Sandbox
from bot.sandbox.face import guard


@pytest.fixture
def faced() -> Iterator[Sandbox]:
    """A local Slack with a page, and one person in one channel."""
    sandbox = Sandbox(now=lambda: 1_790_000_000.0)
    sandbox.show()
    with sandbox:
        sandbox.channel("general", members=[sandbox.person("maya")])
        yield sandbox


def ask(
    slack: Sandbox, method: str, path: str, *, body: str = "", **headers: str
) -> http.client.HTTPResponse:
    """One request with exactly these headers."""
    port = int(slack.workspace.url.rstrip("/").rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.putrequest(method, path, skip_host=True)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in ({"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body))} | given).items():
        connection.putheader(name, value)
    connection.endheaders(body.encode())
    return connection.getresponse()


@pytest.mark.parametrize(
    "host", ["localhost:8088", "127.0.0.1", "127.0.0.1:9", "[::1]:8088", "192.168.1.7:80"]
)
def test_addresses_and_localhost_are_let_in(host: str) -> None:
    """Nobody else can answer under them."""
    assert guard.refusal({"host": host}) is None


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "[", "127.0.0.1@evil.example"],
)
def test_names_are_refused(host: str) -> None:
    """A name of somebody's own can be pointed at this machine (DNS rebinding)."""
    assert guard.refusal({"host": host}) is not None


@given(name=st.from_regex(r"[a-z0-9.-]{1,30}\.[a-z]{2,8}", fullmatch=True))
def test_no_name_with_letters_passes(name: str) -> None:
    """Whatever it looks like."""
    assert guard.refusal({"host": name}) is not None


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8088"]
)
def test_other_pages_are_refused(origin: str) -> None:
    """A page of another address, port or file may ask for nothing."""
    assert guard.refusal({"host": "127.0.0.1:8088", "origin": origin}) is not None


def test_the_page_is_served_with_a_strict_policy(faced: Sandbox) -> None:
    """Scripts and styles of its own only, no framing, no guessing of types, nothing kept."""
    answer = ask(faced, "GET", "/")
    policy = answer.getheader("Content-Security-Policy") or ""
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    page = answer.read().decode()
    assert "onclick" not in page
    assert "http" not in page.replace('lang="en"', "")


@pytest.mark.parametrize("path", ["/", "/face/main.js", "/face/api/state", "/api/auth.test", "/upload/F1"])
def test_everything_is_closed_to_foreign_names(faced: Sandbox, path: str) -> None:
    """The app's own methods too: their token is no secret."""
    assert ask(faced, "GET", path, Host="evil.example").status == 403
    assert ask(faced, "POST", path, Origin="http://evil.example").status == 403


def test_gestures_need_the_header_of_our_page(faced: Sandbox) -> None:
    """A form of another page cannot send it; nothing changes without it."""
    body = json.dumps({"as": "U00000001", "channel": "C00000001", "text": "hello"})
    assert ask(faced, "POST", "/face/api/say", body=body).status == 403
    assert (
        ask(faced, "POST", "/face/api/say", body=body, X_Sandbox_Face="1", Sec_Fetch_Site="cross-site").status
        == 403
    )
    assert faced.workspace.channels["C00000001"].messages == []
    answer = ask(faced, "POST", "/face/api/say", body=body, X_Sandbox_Face="1", Sec_Fetch_Site="same-origin")
    assert (answer.status, json.loads(answer.read())["ok"]) == (200, True)
    assert ask(faced, "GET", "/face/api/say", X_Sandbox_Face="1").status == 405
    assert ask(faced, "GET", "/face/api/state").status == 403


@pytest.mark.parametrize(
    "path", ["/face/../server.py", "/face/nothing.js", "/face/face.py", "/face/", "/face/..%2fx"]
)
def test_only_parts_of_the_page_are_served(faced: Sandbox, path: str) -> None:
    """No other file of the package can be read."""
    assert ask(faced, "GET", path).status == 404


@pytest.mark.parametrize("length", ["50000001", "-1", "many"])
def test_what_is_too_large_is_not_read(faced: Sandbox, length: str) -> None:
    """Nor what has no length."""
    assert ask(faced, "POST", "/face/api/say", Content_Length=length).status == 413


def test_without_a_face_there_is_no_page() -> None:
    """Tests and the demo serve the app only."""
    with Sandbox(now=lambda: 1_790_000_000.0) as slack:
        assert ask(slack, "GET", "/").status == 404
