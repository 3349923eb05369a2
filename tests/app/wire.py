"""A network between the bot and Slack's sockets that can go dead: connections stay, nothing passes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Wire:
    """Hands bytes on to a port of this machine, both ways. Used in a with statement.

    `silent` swallows what the connections open by then carry, `swallows` says how many of those to come.
    """

    def __init__(self, target: Callable[[], int]) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._dead: set[socket.socket] = set()
        self.port = int(self._server.getsockname()[1])
        self.connections = 0
        self.swallows = 0

    def __enter__(self) -> Self:
        """Take connections."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self._server.close()
        for one in self._open:
            one.close()

    def silent(self) -> None:
        """Let nothing pass any more on the connections there are."""
        self._dead.update(self._open)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._target()))
                self._open += [near, far]
                self.connections += 1
                deaf = self.swallows > 0
                self.swallows -= deaf
                threading.Thread(target=self._pump, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pump, args=(far, near, deaf), daemon=True).start()

    def _pump(self, source: socket.socket, drain: socket.socket, deaf: bool = False) -> None:
        """Hand on until one side closes. What comes `deaf` is handed on as far as the greeting by HTTP."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if deaf and b"\r\n\r\n" in data:
                    data, _, _ = data.partition(b"\r\n\r\n")
                    self._dead.add(source)
                    drain.sendall(data + b"\r\n\r\n")
                elif source not in self._dead:
                    drain.sendall(data)
        with contextlib.suppress(OSError):
            drain.shutdown(socket.SHUT_RDWR)
