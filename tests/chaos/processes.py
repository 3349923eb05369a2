"""Starting, killing and counting the bot's processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from tests.chaos.points import Point

Command = Literal["serve", "work"]
ROOT = Path(__file__).parents[2]


class NurseryEnded(Exception):
    """The process that starts bots is gone, and nothing can be played without it."""


@dataclass
class Victim:
    """One process. `exit_status` is known once somebody looked after it ended; -9 is SIGKILL."""

    pid: int
    command: Command
    log: Path
    nursery: Nursery
    exit_status: int | None = None
    _looking: threading.Lock = field(default_factory=threading.Lock)
    _nap: threading.Event = field(default_factory=threading.Event)

    @property
    def alive(self) -> bool:
        """Whether it runs, as far as the operating system knows now."""
        with self._looking:
            if self.exit_status is None:
                self.exit_status = self.nursery.poll(self.pid)
            return self.exit_status is None

    def kill(self) -> None:
        """End it as a crash does; it does nothing any more when this returns."""
        try:
            if self.alive:
                os.kill(self.pid, signal.SIGKILL)
            while self.alive:
                self._nap.wait(0.001)
        except NurseryEnded:
            with suppress(ProcessLookupError):  # nobody else ends it any more
                os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """The process that has imported the bot once, and forks it."""

    def __init__(self, program: Sequence[str] = ("-m", "tests.chaos.victim")) -> None:
        self._lock = threading.Lock()
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  # closed on exit, open as long as we live
        self._process = subprocess.Popen(
            [sys.executable, *program],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )

    @property
    def ended(self) -> bool:
        """Whether it is gone."""
        return self._process.poll() is not None

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, and with it everything it forked."""
        with suppress(BrokenPipeError):  # it has ended before it read what it was told last
            self._process.communicate(timeout=30)
        self._complaints.close()

    def fork(
        self, command: Command, settings: Mapping[str, str], folder: Path, clock: Path, kill: Point | None
    ) -> Victim:
        """Start a bot; what it does is written into `folder`, and it kills itself at `kill`."""
        log = folder / "printed.txt"
        start = {
            "command": command,
            "settings": dict(settings),
            "log": str(log),
            "journal": str(folder / "journal.txt"),
            "clock": str(clock),
            "kill": kill.written() if kill else None,
        }
        return Victim(int(self._ask({"start": start})), command, log, self)

    def poll(self, pid: int) -> int | None:
        """The exit status of a process that has ended; None while it runs."""
        status: int | None = self._ask({"poll": pid})
        return status

    def _ask(self, question: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            try:
                self._process.stdin.write(f"{json.dumps(question)}\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                raise NurseryEnded(self._end())
            return json.loads(answer)

    def _end(self, most: int = 600) -> str:
        """How it ended, in a sentence."""
        status = self._process.wait(timeout=30)
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(size - most, 0))
        printed = self._complaints.read().decode(errors="replace").strip()
        said = f"; the end of what it printed: {printed}" if printed else " and printed nothing"
        return f"The process that starts bots ended with {status}{said}"
