"""The real bot connected to the local Slack over HTTP, on a clock that jumps when told.

Jobs run when `settle` is called, in the calling thread, so that what happens is always the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from bot.app import Bot, build
from bot.clock import JumpingClock
from bot.config import Settings
from bot.sandbox import Sandbox
from bot.serving import look_around
from bot.slack.connection import HttpServer

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTLING_ROUNDS = 200


class Stage:
    """A workspace with the bot in it. `folder` takes the database and what is published.

    `settings` override the bot's settings by field name.
    """

    def __init__(self, folder: Path, *, at: datetime = START, **settings: Any) -> None:
        self.folder = folder
        self.clock = JumpingClock(at)
        self.slack = Sandbox(now=lambda: self.clock.now().timestamp())
        self._overrides = settings
        self._bot: Bot | None = None
        self._server: HttpServer | None = None

    @property
    def bot(self) -> Bot:
        """The running bot."""
        if self._bot is None:
            raise RuntimeError("the stage is not set up; use it in a with statement")
        return self._bot

    def __enter__(self) -> Self:
        """Start Slack, then the bot."""
        self.slack.start()
        self.start_bot()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the bot, then Slack."""
        self.stop_bot()
        self.slack.stop()

    def settings(self) -> Settings:
        """The bot's settings: everything local, nothing from the environment."""
        values: dict[str, Any] = {
            "slack_bot_token": SecretStr(self.slack.app.bot_token),
            "slack_signing_secret": SecretStr(self.slack.app.signing_secret),
            "slack_mode": "http",
            "slack_api_url": self.slack.url,
            "http_host": "127.0.0.1",
            "http_port": 0,
            "database_url": f"sqlite:///{self.folder / 'postmortem.db'}",
            "postmortem_dir": self.folder / "postmortems",
            "drafter": "extractive",
            "openai_api_key": SecretStr(""),
            "listener_threads": 5,
        }
        return Settings.model_construct(
            **(Settings.model_construct().model_dump() | values | self._overrides)
        )

    def start_bot(self) -> None:
        """Start the bot as after a restart: what it knows is in its database."""
        self._bot = build(self.settings(), clock=self.clock)
        self._server = HttpServer(self._bot.app, host="127.0.0.1", port=0, threads=5)
        self._server.start()
        self.slack.app.request_url = f"http://127.0.0.1:{self._server.port}/slack/events"
        look_around(self._bot)
        self.settle()

    def stop_bot(self) -> None:
        """Stop the bot where it stands; Slack goes on."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._bot is not None:
            self._bot.close()
            self._bot = None

    def settle(self) -> None:
        """Deliver what Slack has to say and do what is due, until nothing is left to do."""
        for _ in range(SETTLING_ROUNDS):
            self.slack.settle()
            if not self.bot.worker.run_due():
                return
        raise RuntimeError("the bot never came to rest")

    def jump(self, **span: float) -> None:
        """Let time pass (`hours=2`), then do what became due. Arguments are those of `timedelta`."""
        self.clock.jump(timedelta(**span))
        self.slack.tick()
        self.settle()
