"""An OpenAI-compatible endpoint on loopback that answers from a script and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One answer: an HTTP status with a JSON body, or something that goes wrong."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    """Close the connection without an answer."""
    hang: bool = False
    """Do not answer before the server is stopped."""


def completion(
    content: Any, *, finish: str = "stop", refusal: str | None = None, tokens: tuple[int, int] = (100, 50)
) -> Step:
    """A chat completion; anything but a string becomes JSON."""
    text = content if isinstance(content, str) or content is None else json.dumps(content)
    message = {"role": "assistant", "content": text, "refusal": refusal}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_772_442_000,
        "model": "test-model",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": usage,
    }
    return Step(body=body)


def failure(status: int, message: str = "broken", *, code: str | None = None, **headers: str) -> Step:
    """An error as OpenAI reports it. Header names are given with underscores."""
    error = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return Step(status, error, tuple((name.replace("_", "-"), value) for name, value in headers.items()))


class Asked(NamedTuple):
    """One request as it arrived."""

    path: str
    key: str
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """All of its messages in one."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def data(self) -> str:
        """The last message: what people said."""
        return str(self.body["messages"][-1]["content"])


Script = Iterable[Step] | Callable[[Asked], Step]


class ScriptedServer:
    """A context manager; `url` is the base URL to give to a client.

    `script` is answers in order (then 500), or a function of the request.
    """

    def __init__(self, script: Script) -> None:
        self.asked: list[Asked] = []
        self._answer = script if callable(script) else self._queue(script)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @staticmethod
    def _queue(steps: Iterable[Step]) -> Callable[[Asked], Step]:
        left = deque(steps)
        return lambda _asked: left.popleft() if left else failure(500, "the script is over")

    def _next(self, asked: Asked) -> Step:
        with self._lock:
            self.asked.append(asked)
            return self._answer(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length))
                step = script._next(Asked(self.path, self.headers.get("Authorization", ""), body))
                if step.hang:
                    script._stopped.wait(30)
                if step.hang or step.drop:
                    self.close_connection = True
                    return
                self._send(step)

            def _send(self, step: Step) -> None:
                payload = step.body if isinstance(step.body, bytes) else json.dumps(step.body).encode()
                self.send_response_only(step.status)
                for name, value in (("Content-Type", "application/json"), *step.headers):
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        return Handler
