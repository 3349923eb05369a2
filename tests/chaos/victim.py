"""What is killed: `serve` and `work` on a shared clock, as forks of a process that has imported them.

Run as `python -m tests.chaos.victim`, it reads one JSON object a line: `{"start": {…}}` forks a bot and
answers its pid, `{"poll": pid}` answers its exit status once it has ended. Its bots end with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from bot import config, log, serving
from bot.clock import SharedClock
from bot.errors import BotError
from tests.chaos import effects
from tests.chaos.points import Point


def main() -> None:
    """Fork until standard input ends."""
    running: set[int] = set()
    for line in sys.stdin:
        asked = json.loads(line)
        if "start" in asked:
            pid = _fork(asked["start"])
            running.add(pid)
            _answer(pid)
        else:
            ended, status = os.waitpid(asked["poll"], os.WNOHANG)
            running.discard(ended)
            _answer(os.waitstatus_to_exitcode(status) if ended else None)
    for pid in running:
        os.kill(pid, signal.SIGKILL)


def _answer(value: int | None) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


def _fork(start: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    _redirect(start["log"])
    try:
        _be(start)
    except BotError as error:
        sys.stderr.write(f"{error}\n")
        os._exit(1)
    os._exit(0)


def _redirect(path: str) -> None:
    """No input, and everything it prints into a file: the parent's streams are not its own."""
    quiet, printed = os.open(os.devnull, os.O_RDONLY), os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, stream in ((quiet, 0), (printed, 1), (printed, 2)):
        os.dup2(descriptor, stream)


def _be(start: dict[str, Any]) -> None:
    """Be a bot: the very functions the command line calls, with points watched."""
    os.environ.clear()
    os.environ.update(start["settings"])
    settings = config.load(env_file=None)
    log.configure(level=settings.log_level, style="json")
    fatal = Point.read(start["kill"]) if start.get("kill") else None
    journal = os.open(start["journal"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def reached(point: Point) -> None:
        os.write(journal, f"{point.written()}\n".encode())
        if point == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    effects.watch(Path(settings.postmortem_dir), reached)
    run = serving.serve if start["command"] == "serve" else serving.work
    run(settings, clock=SharedClock(Path(start["clock"])))


if __name__ == "__main__":
    main()
