"""The bot as operators run it: a process of its own, with settings in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.sandbox import Channel, Sandbox

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds a process may take to do what it was told, on a busy machine."""


def environment(slack: Sandbox, folder: Path, **more: str) -> dict[str, str]:
    """All settings of a bot on the local Slack, in Socket Mode, and what it takes to find its code."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "SLACK_API_URL": slack.url,
        "DATABASE_URL": f"sqlite:///{folder / 'postmortem.db'}",
        "POSTMORTEM_DIR": str(folder / "postmortems"),
        "DRAFTER": "extractive",
        "DRAFT_DELAY": "2s",
        "WORKER_TICK": "100ms",
        "WORKER_LEASE": "5s",
        "HEALTH_PORT": "0",
    } | more


class BotProcess:
    """`python -m bot serve`, killed at the end whatever happens. `printed` is what it wrote so far."""

    def __init__(self, folder: Path, settings: Mapping[str, str], command: str = "serve") -> None:
        self._log = folder / "printed.txt"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", command],
                cwd=folder,  # where no .env file is
                env=dict(settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        """It runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill it unless it ended by itself."""
        self.kill()

    @property
    def printed(self) -> str:
        """Everything this folder's processes printed so far."""
        return self._log.read_text(encoding="utf-8")

    def has_joined(self, slack: Sandbox, room: Channel) -> bool:
        """Whether it listens, is in the channel and knows that it is: it refuses commands from others."""
        return slack.sockets.wait_connected(PATIENCE) and slack.until(
            lambda: slack.workspace.is_member(room) and '"kind": "meet"' in self.printed, PATIENCE
        )

    def kill(self) -> None:
        """End it without a warning, as a crash does."""
        self._process.kill()
        self._process.wait(PATIENCE)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def terminate(self) -> int:
        """Ask it to end, as platforms do; returns its exit code."""
        self.tell_to_end()
        return self.wait()

    def tell_to_end(self) -> None:
        """Ask it to end, and do not wait."""
        self._process.terminate()

    def wait(self) -> int:
        """Wait until it ends by itself; returns its exit code."""
        return self._process.wait(PATIENCE)
