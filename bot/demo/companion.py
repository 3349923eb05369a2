"""The bot as a process of its own, connected to the local Slack: what `serve` is for operators."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.errors import UserError
from bot.sandbox import Sandbox

PATIENCE = 30.0
"""Seconds in which it has to connect, or to end."""
DIGEST_CHANNEL = "reliability"
"""Where the digest of a month goes: not where guests are."""


def environment(slack: Sandbox, clock_file: Path, folder: Path, output: Path) -> dict[str, str]:
    """Every setting of a bot on the local Slack; nothing comes from the caller's own settings."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SLACK_BOT_TOKEN": slack.app.bot_token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "SLACK_API_URL": slack.url,
        "CLOCK_FILE": str(clock_file),
        "DATABASE_URL": f"sqlite:///{folder / 'postmortem.db'}",
        "POSTMORTEM_DIR": str(output.absolute()),
        "DIGEST_CHANNEL": DIGEST_CHANNEL,
        "DRAFTER": "extractive",
        "WORKER_TICK": "200ms",
        "HEALTH_PORT": "0",
        "LOG_FORMAT": "text",
    }


class Companion:
    """`postmortem serve`, from entering until leaving; what it logs goes to `log`."""

    def __init__(self, settings: Mapping[str, str], *, folder: Path, log: Path) -> None:
        self._settings = dict(settings)
        self._folder = folder
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it, in a folder without a `.env` file and a session that Ctrl-C does not reach."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # our own program, no shell
                [sys.executable, "-m", "bot", "serve"],
                cwd=self._folder,
                env=self._settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask it to end, and kill it where it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def check(self) -> None:
        """Complain where it ended by itself.

        Raises:
            UserError: with the end of what it logged.
        """
        if self._process is not None and self._process.poll() is not None:
            last = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
            raise UserError("\n".join([f"The bot ended by itself; its log is {self._log}:", *last]))

    def wait_connected(self, slack: Sandbox) -> None:
        """Wait until events reach it.

        Raises:
            UserError: it ended, or it took too long.
        """
        slack.until(lambda: slack.sockets.count or self._has_ended(), PATIENCE)
        self.check()
        if not slack.sockets.count:
            raise UserError(f"The bot did not connect within {PATIENCE:.0f} s; its log is {self._log}.")

    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None
